from __future__ import annotations

from django.urls import path

from desk.views import calls, docs, governance, health, mail, phone, queue, ticket, tokens

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
    path("t/<int:number>/governance", governance.page, name="ticket-governance"),
    path("t/<int:number>/workaround", governance.workaround, name="ticket-workaround"),
    path("t/<int:number>/proposals/<int:proposal_id>/decide", governance.decide, name="proposal-decide"),
]
