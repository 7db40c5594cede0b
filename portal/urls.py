from __future__ import annotations

from django.urls import path

from portal.views import callback, docs, priority, project, settings, sla, tickets

app_name = "portal"

urlpatterns = [
    path("", tickets.home, name="home"),
    path("theme", settings.theme, name="theme"),
    path("tickets", tickets.listing, name="tickets"),
    path("tickets/new", tickets.new, name="ticket-new"),
    path("tickets/<int:number>", tickets.page, name="ticket"),
    path("tickets/<int:number>/clocks", tickets.clocks, name="ticket-clocks"),
    path("tickets/<int:number>/answer", tickets.answer, name="ticket-answer"),
    path("tickets/<int:number>/status", tickets.status, name="ticket-status"),
    path("tickets/<int:number>/project", project.choose, name="ticket-project"),
    path("tickets/<int:number>/callback", callback.page, name="ticket-callback"),
    path("tickets/<int:number>/files/<int:attachment_id>", tickets.file, name="ticket-file"),
    path("sla", sla.page, name="sla"),
    path("sla/<int:contract_id>/copy.pdf", sla.copy, name="sla-copy"),
    path("docs", docs.home, name="docs"),
    path("docs/suggest", docs.suggest, name="docs-suggest"),
    path("docs/answered", docs.answered, name="docs-answered"),
    path("docs/<slug:set_slug>", docs.one_set, name="doc-set"),
    path("docs/<slug:set_slug>/<slug:slug>", docs.page, name="doc"),
    path("tickets/<int:number>/priority", priority.choose, name="ticket-priority"),
    path("tickets/<int:number>/proposals/<int:proposal_id>/answer", priority.answer, name="proposal-answer"),
    path("tickets/<int:number>/proposals/<int:proposal_id>/dispute", priority.dispute, name="proposal-dispute"),
]
