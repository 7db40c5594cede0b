"""From a draft to a version: the what-if, the review, and publishing."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AgentRole
from accounts.models import Organization
from accounts.requests import MemberRequest
from desk.editor import live_version, policy_for
from desk.guards import staff
from desk.shell import settings_shell
from desk.terms_form import calendar_names
from desk.views.policies import HOME
from sla.catalogue import carried
from sla.durations import METRIC_TITLES
from sla.enums import Change, Metric
from sla.errors import TermsError
from sla.models import SlaPolicy, SlaPolicyVersion, TicketPolicy, WhatIfChange, WhatIfRun
from sla.queries import team_names
from sla.replay import effects_of_move
from sla.rules import can_edit_policies
from sla.services.policies import draft_of
from sla.services.publishing import obstacles, publish, whatif_of
from sla.services.recalculation import policy_tickets
from sla.services.whatif import start_whatif
from sla.terms import Terms, compare, terms_of
from tickets.reference import priority_levels
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

CHANGE_WORDS = {
    Change.LATE: gettext_lazy("Would be late"),
    Change.IN_TIME: gettext_lazy("Would be in time"),
    Change.LIMIT: gettext_lazy("Only another limit"),
}


def _draft(slug: str) -> tuple[SlaPolicy, SlaPolicyVersion]:
    policy = policy_for(slug)
    draft = draft_of(policy)
    if draft is None:
        raise NotFoundError(_("This policy has no draft."))
    return policy, draft


def _whatif(request: MemberRequest, slug: str) -> HttpResponse:
    """The newest replay of the draft: how far it is, what it found, and each ticket that changes."""
    policy, draft = _draft(slug)
    run = WhatIfRun.objects.filter(version=draft).order_by("-id").first()
    wanted = request.GET.get("change", "")
    context = settings_shell(request, "policies") | {
        "policy": policy, "draft": draft, "run": run, "can_edit": can_edit_policies(request.member),
        "change": wanted, "choices": CHANGE_WORDS, "current": run is not None and run.revision == draft.revision}
    if run is not None:
        changes = WhatIfChange.objects.filter(run=run).select_related("ticket", "organization")
        if wanted in set(Change):
            changes = changes.filter(change=wanted)
        page = keyset_page(changes, order=["change", "ticket_id"] if not wanted else ["ticket_id"],
                           cursor=request.GET.get("after", ""))
        context |= {"page": page, "levels": priority_levels(), **_tables(run)}
    return render_page(request, "desk/settings/whatif.html", context, fragment="whatif")


def _tables(run: WhatIfRun) -> dict[str, Any]:
    result = run.result
    names = dict(Organization.objects.filter(pk__in=[int(k) for k in result.get("organizations", {}) if k])
                 .values_list("pk", "name"))
    organizations = [(names.get(int(k or 0), _("Unknown customer")), *counts)
                     for k, counts in result.get("organizations", {}).items()]
    return {
        "metrics": [_metric(m, counts) for m in Metric if (counts := result.get("metrics", {}).get(m.value))],
        "priorities": [(priority_levels().get(int(k)), *counts) for k, counts in sorted(
            result.get("priorities", {}).items())],
        "organizations": sorted(organizations, key=lambda row: row[1] - row[2])[:50],
        "counts": {c: result.get("changes", {}).get(c.value, 0) for c in Change}}


def _metric(metric: Metric, counts: list[int]) -> dict[str, Any]:
    met, late, met_after, late_after = counts
    before, after = (100 * m / (m + n) if m + n else None for m, n in ((met, late), (met_after, late_after)))
    return {"title": METRIC_TITLES.get(metric, (metric.replace("_", " ").capitalize(),))[0], "before": before,
            "after": after, "late": late, "late_after": late_after,
            "change": round(after - before, 1) if before is not None and after is not None else None}


def _start(request: MemberRequest, slug: str) -> HttpResponse:
    _policy, draft = _draft(slug)
    days = request.POST.get("days", "90")
    try:
        start_whatif(draft, days=int(days) if days.isdigit() else 0, by=request.member, at=clock_now())
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"{HOME}/policies/{slug}/whatif")


def _publish(request: MemberRequest, slug: str) -> HttpResponse:
    """What changes, what the replay said, what open tickets would feel; then the reason and the day."""
    policy, draft = _draft(slug)
    now, zone = clock_now(), ZoneInfo(request.tenant.time_zone)
    typed = {"effective_from": now.astimezone(zone).date().isoformat(), "open": "keep", "reason": "",
             "revision": str(draft.revision)}
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST" and can_edit_policies(request.member):
        typed |= {name: request.POST.get(name, "") for name in typed}
        try:
            day = effective_moment(typed["effective_from"], zone, now)
            revision = int(typed["revision"]) if typed["revision"].isdigit() else 0
            done = publish(draft, revision=revision, effective_from=day, reason=typed["reason"],
                           move_open=typed["open"] == "move", by=request.member, at=now)
            messages.success(request, _("Version {number} is published.").format(number=done.number))
            return see_other(request, f"{HOME}/policies/{slug}/versions/{done.number}")
        except TermsError as error:
            errors, status = error.fields, 422
        except DomainError as error:
            errors, status = {"revision": error.message}, 409
        typed["revision"] = str(draft.revision)
    return render_page(request, "desk/settings/publish.html", _review(request, policy, draft, now) | {
        "typed": typed, "errors": errors, "today": now.astimezone(zone).date()}, status=status)


def effective_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The beginning of a local day; this moment when it is today. Raises TermsError for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise TermsError({"effective_from": _("Choose the day from which it holds.")}) from error
    return now if day == now.astimezone(zone).date() else datetime.combine(day, time(), zone)


def _review(request: MemberRequest, policy: SlaPolicy, draft: SlaPolicyVersion, now: datetime) -> dict[str, Any]:
    live, run = live_version(policy), whatif_of(draft)
    open_tickets = policy_tickets(draft)
    page = keyset_page(open_tickets.select_related("organization"), order=["due_at", "id"],
                       cursor=request.GET.get("after", ""), size=25)
    own = {row.ticket_id: carried(row) for row in TicketPolicy.objects.filter(ticket__in=page.rows).order_by("from_at")}
    effects = effects_of_move(page.rows, {pk: terms._replace(version_id=draft.pk) for pk, terms in own.items()}, now)
    return settings_shell(request, "policies") | {
        "policy": policy, "draft": draft, "live": live, "run": run, "page": page, "effects": effects,
        "open_count": open_tickets.count(), "obstacles": obstacles(draft), "can_edit": can_edit_policies(request.member),
        "differences": compare(terms_of(live) if live else Terms({}), terms_of(draft), calendar_names(),
                               team_names()),
        **(_tables(run) if run else {})}


whatif = staff(_whatif, role=AgentRole.MANAGER)
start = staff(_start, role=AgentRole.ADMIN, methods=("POST",))
review = staff(_publish, role=AgentRole.MANAGER, methods=("GET", "HEAD", "POST"))
