from __future__ import annotations

from django.urls import path, re_path

from portal.views import (
    callback,
    docs,
    home,
    joining,
    look,
    people,
    priority,
    project,
    settings,
    sla,
    ticket_acts,
    tickets,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("theme", settings.theme, name="theme"),
    re_path(r"^look/(?P<name>[0-9a-f]{32})\.png$", look.logo, name="logo"),
    path("tickets", home.listing, name="tickets"),
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
    path("tickets/<int:number>/cc", ticket_acts.cc, name="ticket-cc"),
    path("tickets/<int:number>/attention", ticket_acts.attention, name="ticket-attention"),
    path("tickets/<int:number>/rate", ticket_acts.rate, name="ticket-rate"),
    path("me", settings.me, name="me"),
    path("people", people.listing, name="people"),
    path("people/<int:membership_id>/role", people.role, name="person-role"),
    path("people/<int:membership_id>/end", people.deactivate, name="person-end"),
    path("people/invitations/<int:invitation_id>/withdraw", people.withdraw, name="invitation-withdraw"),
    path("join/<str:secret>", joining.join, name="join"),
    path("docs", docs.home, name="docs"),
    path("docs/suggest", docs.suggest, name="docs-suggest"),
    path("docs/answered", docs.answered, name="docs-answered"),
    path("docs/<slug:set_slug>", docs.one_set, name="doc-set"),
    path("docs/<slug:set_slug>/<slug:slug>", docs.page, name="doc"),
    path("tickets/<int:number>/priority", priority.choose, name="ticket-priority"),
    path("tickets/<int:number>/proposals/<int:proposal_id>/answer", priority.answer, name="proposal-answer"),
    path("tickets/<int:number>/proposals/<int:proposal_id>/dispute", priority.dispute, name="proposal-dispute"),
]
