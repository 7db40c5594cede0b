from __future__ import annotations

from django.urls import path

from desk.views import calendars, coverage, mail, phone, policies, publishing, queue, ticket, tokens

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

_policy, _calendar = "settings/sla/policies/<slug:slug>", "settings/sla/calendars/<slug:slug>"
urlpatterns += [
    path("settings/sla", policies.home, name="sla"),
    path(_policy, policies.editor, name="policy"),
    path(f"{_policy}/draft", policies.start, name="policy-draft"),
    path(f"{_policy}/save", policies.save, name="policy-save"),
    path(f"{_policy}/preview", policies.preview, name="policy-preview"),
    path(f"{_policy}/discard", policies.discard, name="policy-discard"),
    path(f"{_policy}/compare", policies.compare_page, name="policy-compare"),
    path(f"{_policy}/versions/<int:number>", policies.version, name="policy-version"),
    path(f"{_policy}/whatif", publishing.whatif, name="policy-whatif"),
    path(f"{_policy}/whatif/start", publishing.start, name="policy-whatif-start"),
    path(f"{_policy}/publish", publishing.review, name="policy-publish"),
    path("settings/sla/calendars", calendars.listing, name="calendars"),
    path(_calendar, calendars.page, name="calendar"),
    path(f"{_calendar}/week", calendars.week, name="calendar-week"),
    path(f"{_calendar}/dates", calendars.exception, name="calendar-date"),
    path(f"{_calendar}/holidays", calendars.holidays, name="calendar-holidays"),
    path(f"{_calendar}/dates/<int:exception_id>/remove", calendars.remove, name="calendar-date-remove"),
    path("settings/sla/contracts", coverage.listing, name="contracts"),
    path("settings/sla/contracts/<int:contract_id>", coverage.one, name="contract"),
    path("settings/audit", coverage.audit, name="audit"),
]
