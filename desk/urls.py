from __future__ import annotations

from django.urls import path

from desk.views import calls, docs, health, intake, intake_held, mail, personal, phone, queue, ticket, tokens

app_name = "desk"

urlpatterns = [
    path("", queue.home, name="home"),
    path("views/save", queue.save, name="view-save"),
    path("views/<slug:slug>/delete", queue.delete, name="view-delete"),
    path("views/<slug:slug>", queue.view_page, name="view"),
    path("search", queue.search, name="search"),
    path("phone", phone.page, name="phone"),
    path("calls", calls.log, name="calls"),
    path("callbacks", calls.callbacks, name="callbacks"),
    path("callbacks/<int:callback_id>", calls.callback, name="callback"),
    path("t/<int:number>", ticket.page, name="ticket"),
    path("t/<int:number>/panel", ticket.panel, name="ticket-panel"),
    path("t/<int:number>/clocks", ticket.clocks, name="ticket-clocks"),
    path("t/<int:number>/people", ticket.people, name="ticket-people"),
    path("t/<int:number>/projects", ticket.projects, name="ticket-projects"),
    path("t/<int:number>/compose", ticket.compose, name="ticket-compose"),
    path("t/<int:number>/status", ticket.status, name="ticket-status"),
    path("t/<int:number>/priority", ticket.priority, name="ticket-priority"),
    path("t/<int:number>/assign", ticket.assign, name="ticket-assign"),
    path("t/<int:number>/project", ticket.project, name="ticket-project"),
    path("t/<int:number>/files/<int:attachment_id>", ticket.file, name="ticket-file"),
    path("me", personal.page, name="me"),
    path("health", health.page, name="health"),
    path("tokens", tokens.page, name="tokens"),
    path("tokens/<int:token_id>/revoke", tokens.revoke, name="token-revoke"),
    path("mail", mail.listing, name="mail"),
    path("mail/<int:message_id>", mail.one, name="mail-one"),
    path("docs", docs.home, name="docs"),
    path("docs/sets/<slug:slug>", docs.one_set, name="doc-set"),
    path("docs/sets/<slug:slug>/new", docs.new, name="doc-new"),
    path("docs/<int:article_id>", docs.edit, name="doc"),
    path("docs/<int:article_id>/publish", docs.publish, name="doc-publish"),
    path("docs/likely/<int:number>", docs.likely, name="docs-likely"),
    path("intake", intake.listing, name="intake"),
    path("intake/<int:message_id>", intake.one, name="intake-one"),
    path("intake/<int:message_id>/raw", intake.raw, name="intake-raw"),
    path("intake/<int:message_id>/replay", intake.replay, name="intake-replay"),
    path("intake/<int:message_id>/assign", intake.assign, name="intake-assign"),
    path("intake/<int:message_id>/open", intake.open_ticket, name="intake-open"),
    path("intake/<int:message_id>/ignore", intake.ignore, name="intake-ignore"),
    path("intake/mailboxes/<int:mailbox_id>", intake.mailbox, name="intake-mailbox"),
    path("intake/held", intake_held.listing, name="held"),
    path("intake/held/<int:held_id>", intake_held.one, name="held-one"),
    path("intake/held/<int:held_id>/decide", intake_held.decide, name="held-decide"),
]
