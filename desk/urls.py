from __future__ import annotations

from django.urls import path

from desk.views import compose, macros, mail, moves, neighbours, phone, presence, queue, ticket, tokens

app_name = "desk"

urlpatterns = [
    path("", queue.home, name="home"),
    path("views/save", queue.save, name="view-save"),
    path("views/<slug:slug>/delete", queue.delete, name="view-delete"),
    path("views/<slug:slug>", queue.view_page, name="view"),
    path("search", queue.search, name="search"),
    path("phone", phone.page, name="phone"),
    path("t/<int:number>", ticket.page, name="ticket"),
    path("t/<int:number>/panel", ticket.panel, name="ticket-panel"),
    path("t/<int:number>/people", ticket.people, name="ticket-people"),
    path("t/<int:number>/projects", ticket.projects, name="ticket-projects"),
    path("t/<int:number>/compose", compose.compose, name="ticket-compose"),
    path("t/<int:number>/status", ticket.status, name="ticket-status"),
    path("t/<int:number>/priority", ticket.priority, name="ticket-priority"),
    path("t/<int:number>/assign", ticket.assign, name="ticket-assign"),
    path("t/<int:number>/project", ticket.project, name="ticket-project"),
    path("t/<int:number>/files/<int:attachment_id>", ticket.file, name="ticket-file"),
    path("tokens", tokens.page, name="tokens"),
    path("tokens/<int:token_id>/revoke", tokens.revoke, name="token-revoke"),
    path("mail", mail.listing, name="mail"),
    path("mail/<int:message_id>", mail.one, name="mail-one"),
]

# The composer, and what goes with it.
urlpatterns += [
    path("t/<int:number>/draft", compose.draft, name="ticket-draft"),
    path("t/<int:number>/drafts", compose.drafts, name="ticket-drafts"),
    path("t/<int:number>/uploads", compose.upload, name="ticket-uploads"),
    path("t/<int:number>/held/<int:held_id>/undo", compose.undo_send, name="ticket-undo-send"),
    path("t/<int:number>/undo/<int:step_id>", compose.undo_step, name="ticket-undo"),
    path("t/<int:number>/presence", presence.presence, name="ticket-presence"),
    path("t/<int:number>/macros", macros.choose, name="ticket-macros"),
    path("t/<int:number>/macros/none", macros.leave_out, name="ticket-macro-none"),
    path("t/<int:number>/macros/<int:macro_id>/use", macros.use, name="ticket-macro-use"),
    path("macros", macros.listing, name="macros"),
    path("macros/new", macros.edit, name="macro-new"),
    path("macros/<int:macro_id>", macros.edit, name="macro"),
    path("macros/<int:macro_id>/delete", macros.delete, name="macro-delete"),
]

urlpatterns += [
    path("t/<int:number>/more", moves.more, name="ticket-more"),
    path("t/<int:number>/tags", moves.tags, name="ticket-tags"),
    path("t/<int:number>/cc", moves.cc, name="ticket-cc"),
    path("t/<int:number>/follow", moves.follow, name="ticket-follow"),
    path("t/<int:number>/snooze", moves.snooze, name="ticket-snooze"),
    path("t/<int:number>/merge", moves.merge, name="ticket-merge"),
    path("t/<int:number>/link", moves.link, name="ticket-link"),
    path("t/<int:number>/split", moves.split, name="ticket-split"),
    path("t/<int:number>/redact", moves.redact, name="ticket-redact"),
    path("t/<int:number>/fields", moves.custom, name="ticket-fields"),
    path("t/<int:number>/next", neighbours.following, name="ticket-next"),
    path("t/<int:number>/previous", neighbours.preceding, name="ticket-previous"),
]
