"""Who changed what, from what to what, when and from where; newest first, and as a file."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from accounts.services.audit import record_audit
from desk.auditing import ORDER, AuditFilter, action_words, changes_of, csv_of_audit
from desk.guards import staff
from desk.shell import settings_shell
from toolkit.clock import now as clock_now
from toolkit.downloads import csv_download
from toolkit.paging import keyset_page
from toolkit.rendering import render_page

ACTIONS = {"setting": __("Settings"), "policy": __("Policies"), "calendar": __("Calendars"), "contract": __("Terms"),
           "staff": __("Staff"), "person": __("People"), "membership": __("Memberships"), "mailbox": __("Mailboxes"),
           "template": __("Mail templates"), "token": __("Tokens"), "hook": __("Telephone systems"), "view": __("Views"),
           "tickets": __("Exports"), "tenant": __("Tenant")}


def _page(request: MemberRequest) -> HttpResponse:
    wanted = AuditFilter.of(request.GET)
    page = keyset_page(wanted.rows(request.member.zone), order=ORDER, cursor=request.GET.get("after", ""))
    return render_page(request, "desk/settings/audit.html", settings_shell(request, "audit") | {
        "page": page, "wanted": wanted, "actions": ACTIONS,
        "lines": [(event, action_words(event), changes_of(event)) for event in page.rows]})


def _csv(request: MemberRequest) -> HttpResponseBase:
    """It leaves the house, so it is on record itself."""
    rows, at = AuditFilter.of(request.GET).rows(request.member.zone), clock_now()
    if request.method == "GET":
        record_audit(by=request.member.person, action="audit.exported", subject=request.member.person, at=at,
                     changes={"query": [None, request.GET.urlencode()]})
    return csv_download(csv_of_audit(request.tenant, rows), f"audit-{at:%Y-%m-%d}")


page = staff(_page, role=AgentRole.ADMIN)
csv = staff(_csv, role=AgentRole.ADMIN)
