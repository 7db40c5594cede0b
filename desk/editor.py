"""What the policy editor's page shows, whatever the request was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from desk.drawing import bars_words, day_bars
from desk.shell import settings_shell
from desk.steps_form import steps_context
from desk.terms_form import calendar_names, drawn_pauses, drawn_rows, sample_of, write_base
from sla.checks import checked_targets, warnings_for
from sla.durations import METRIC_TITLES
from sla.errors import TermsError
from sla.models import Calendar, SlaPolicy, SlaPolicyVersion, SlaTarget, WhatIfRun
from sla.preview import Due, compile_calendars, due_moments
from sla.queries import team_names
from sla.rules import can_edit_policies
from sla.services.policies import draft_of
from sla.terms import METRICS, CellKey, Terms, compare, terms_of
from tickets.models import Ticket
from tickets.reference import priority_levels
from toolkit.errors import NotFoundError
from toolkit.lazy import Words
from toolkit.wording import in_sentence


def policy_for(slug: str) -> SlaPolicy:
    """The door to a policy of the tenant."""
    found: SlaPolicy | None = SlaPolicy.objects.filter(slug=slug).first()
    if found is None:
        raise NotFoundError
    return found


def live_version(policy: SlaPolicy) -> SlaPolicyVersion | None:
    """The newest published version: what a draft is compared with."""
    return policy.versions.filter(published_at__isnull=False).order_by("-number").first()


def editor_context(request: MemberRequest, policy: SlaPolicy, now: datetime, *, terms: Terms | None = None,
                   errors: Mapping[str, str] | None = None, theirs: Mapping[str, Any] | None = None,
                   base: Terms | None = None, revision: int | None = None) -> dict[str, Any]:
    """`terms` are what was typed, where that differs from the stored draft; `base` and `revision` travel with the form."""
    draft, live = draft_of(policy), live_version(policy)
    shown = draft or live
    stored = terms_of(shown) if shown else Terms({})
    live_terms = terms_of(live) if live else None
    typed, names = terms or stored, calendar_names()
    teams = team_names()
    differences = compare(live_terms or Terms({}), typed, names, teams) if draft else []
    context = settings_shell(request, "policies") | {
        "policy": policy, "draft": draft, "live": live, "can_edit": can_edit_policies(request.member),
        "rows": drawn_rows(typed, live_terms if draft else None, priority_levels(), names, errors=errors or {},
                           theirs=theirs or {}, extra=_extra_row(request)),
        "columns": [METRIC_TITLES[m] for m in METRICS], "calendars": names, "terms": typed,
        "pauses": drawn_pauses(typed), "errors": errors or {}, "theirs": theirs or {}, "differences": differences,
        "base": write_base(base or stored), "revision": revision or (draft.revision if draft else 0),
        "versions": list(policy.versions.select_related("published_by", "edited_by").order_by("-number")[:8]),
        "run": WhatIfRun.objects.filter(version=draft).order_by("-id").first() if draft else None,
        "covered": _covered(policy), "levels": priority_levels(), "metric_names": _metric_names()}
    context |= steps_context(typed, live_terms if draft else None, teams, errors or {}, theirs or {})
    return context | preview_context(request, policy, typed, now, shown=shown, live=live)


def _metric_names() -> dict[str, Words]:
    return {m.value: titles[0] for m, titles in METRIC_TITLES.items()}


def _extra_row(request: MemberRequest) -> tuple[int, str] | None:
    rank, _dash, environment = request.GET.get("row", "").partition("-")
    return (int(rank), environment) if rank in {"1", "2", "3", "4"} and environment in {
        "production", "nonproduction"} else None


def _covered(policy: SlaPolicy) -> dict[str, Any]:
    from accounts.models import Contract

    contracts = Contract.objects.filter(coverages__policy=policy).distinct()
    return {"contracts": list(contracts.select_related("organization").order_by("reference")[:12]),
            "count": contracts.count(),
            "open": Ticket.objects.filter(contract__in=contracts, status__in=["new", "open", "pending", "on_hold"]).count()}


def preview_context(request: MemberRequest, policy: SlaPolicy, typed: Terms, now: datetime, *,
                    shown: SlaPolicyVersion | None = None, live: SlaPolicyVersion | None = None) -> dict[str, Any]:
    """When a sample ticket would be due under what is typed, and was under what is live."""
    zone = ZoneInfo(request.tenant.time_zone)
    friday = _next(now.astimezone(zone), 4, time(17, 30))
    priority, environment, at = sample_of(request.POST or request.GET, zone, friday)
    calendars = {c.pk: c for c in Calendar.objects.all()}
    compiled = compile_calendars(calendars.values())
    try:
        targets = checked_targets(shown or SlaPolicyVersion(policy=policy), typed, calendars, None)
        unreadable: list[str] = []
    except TermsError as error:
        targets, unreadable = {}, list(error.fields.values())
    before = _rows(live)
    will = due_moments(targets, compiled, priority, environment, at) if not unreadable else []
    was = {d.metric: d for d in due_moments(before, compiled, priority, environment, at)} if live else {}
    others = [_next(now.astimezone(zone), 5, time(11)), _next(now.astimezone(zone), 0, time(8))]
    return {
        "sample": {"priority": priority, "environment": environment, "at": at, "zone": zone, "value": f"{at:%Y-%m-%dT%H:%M}",
                   "level": priority_levels().get(priority)},
        "dues": [(METRIC_TITLES[d.metric][0], d, was.get(d.metric)) for d in will], "unreadable": unreadable,
        "other_moments": [(moment, due_moments(targets, compiled, priority, environment, moment)[0])
                          for moment in sorted((friday, *others))] if not unreadable else [],
        "warnings": warnings_for(targets, compiled), **_drawing(will, zone, at)}


def _rows(version: SlaPolicyVersion | None) -> dict[CellKey, SlaTarget]:
    return {CellKey(t.priority, t.metric, t.environment): t
            for t in SlaTarget.objects.filter(version=version)} if version else {}


def _drawing(dues: list[Due], zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Five days of the longest clock that has a moment, else nothing."""
    drawn = next((d for d in reversed(dues) if d.at is not None), None)
    if drawn is None or drawn.calendar is None:
        return {"bars": []}
    title = METRIC_TITLES[drawn.metric][0]
    bars = day_bars(drawn.calendar, zone, at.date(), 5, start=at, due=drawn.at)
    return {
        "bars": bars,
        "bars_title": title,
        "bars_words": bars_words(bars, _("The {title} clock").format(title=in_sentence(title))),
    }


def _next(local: datetime, weekday: int, at: time) -> datetime:
    """The next such weekday after today, at this time."""
    days = (weekday - local.weekday() - 1) % 7 + 1
    return datetime.combine((local + timedelta(days=days)).date(), at, local.tzinfo)
