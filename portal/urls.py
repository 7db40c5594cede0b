from __future__ import annotations

from django.urls import path

from portal.views import priority, settings, tickets

app_name = "portal"

urlpatterns = [
    path("", tickets.home, name="home"),
    path("theme", settings.theme, name="theme"),
    path("tickets", tickets.listing, name="tickets"),
    path("tickets/new", tickets.new, name="ticket-new"),
    path("tickets/<int:number>", tickets.page, name="ticket"),
    path("tickets/<int:number>/answer", tickets.answer, name="ticket-answer"),
    path("tickets/<int:number>/status", tickets.status, name="ticket-status"),
    path("tickets/<int:number>/files/<int:attachment_id>", tickets.file, name="ticket-file"),
    path("tickets/<int:number>/priority", priority.choose, name="ticket-priority"),
    path("tickets/<int:number>/proposals/<int:proposal_id>/answer", priority.answer, name="proposal-answer"),
    path("tickets/<int:number>/proposals/<int:proposal_id>/dispute", priority.dispute, name="proposal-dispute"),
]
