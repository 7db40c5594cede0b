from __future__ import annotations

from django.urls import path

from desk.views import bulk, colleagues, export, filters, mail, me, palette, phone, queue, saved, ticket, tokens

app_name = "desk"

urlpatterns = [
    path("", queue.home, name="home"),
    path("views/", saved.listing, name="views"),
    path("views/save", saved.save, name="view-save"),
    path("views/<slug:slug>/edit", saved.edit, name="view-edit"),
    path("views/<slug:slug>/update", saved.update, name="view-update"),
    path("views/<slug:slug>/move", saved.move, name="view-move"),
    path("views/<slug:slug>/delete", saved.delete, name="view-delete"),
    path("views/<slug:slug>/filters", filters.page, name="view-filters"),
    path("views/<slug:slug>/export", export.csv, name="view-export"),
    path("views/<slug:slug>", queue.view_page, name="view"),
    path("search", queue.search, name="search"),
    path("palette", palette.page, name="palette"),
    path("presence", colleagues.page, name="presence"),
    path("bulk", bulk.choose, name="bulk"),
    path("bulk/last", bulk.last, name="bulk-last"),
    path("bulk/<int:run_id>", bulk.page, name="bulk-run"),
    path("bulk/<int:run_id>/apply", bulk.apply, name="bulk-apply"),
    path("bulk/<int:run_id>/undo", bulk.undo, name="bulk-undo"),
    path("me/queue", me.queue, name="me-queue"),
    path("me/keys", me.keys, name="me-keys"),
    path("phone", phone.page, name="phone"),
    path("t/<int:number>", ticket.page, name="ticket"),
    path("t/<int:number>/panel", ticket.panel, name="ticket-panel"),
    path("t/<int:number>/people", ticket.people, name="ticket-people"),
    path("t/<int:number>/projects", ticket.projects, name="ticket-projects"),
    path("t/<int:number>/compose", ticket.compose, name="ticket-compose"),
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
