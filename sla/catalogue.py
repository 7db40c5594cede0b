"""Stored policies and calendars, compiled for the engine and kept in the process.

A published version never changes, and a calendar's revision grows with each change, so what is kept is never stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from accounts.remembering import remembered
from accounts.tenancy import current_tenant_id
from sla.calendar import BusinessCalendar, CalendarSpec
from sla.engine import Duration, Policy, Step, Target
from sla.enums import Metric, StepAfter, Unit
from sla.models import Calendar, CalendarException, CalendarWindow, EscalationStep, SlaPolicyVersion, SlaTarget
from toolkit.prepared import Prepared

Week = tuple[tuple[int, int, int], ...]
_MOST = 5_000
_REVISIONS = Prepared("calendar_revisions", "bigint", "SELECT id, revision FROM sla_calendar WHERE tenant_id = $1")
_policies: dict[str, Policy] = {}
_calendars: dict[tuple[int, int], BusinessCalendar] = {}


class Carried(NamedTuple):
    """A version as a contract carries it: perhaps with the contract's own calendar in place of the business ones, and
    with agreed targets in place of the version's."""

    version_id: int
    calendar_id: int | None = None
    agreement_id: int | None = None

    @property
    def key(self) -> str:
        """Its name among the engine's policies."""
        return f"{self.version_id}:{self.calendar_id or ''}:{self.agreement_id or ''}"


Row = TypeVar("Row", SlaTarget, Target)


class _Row(Protocol):
    @property
    def version_id(self) -> Any: ...
    @property
    def calendar_id(self) -> Any: ...
    @property
    def agreement_id(self) -> Any: ...


def carried(row: _Row) -> Carried:
    """What a stored `TicketPolicy` names."""
    return Carried(row.version_id, row.calendar_id, row.agreement_id)


def load_policies(terms: Iterable[Carried]) -> dict[str, Policy]:
    """The compiled policies by key, at most four queries for those not kept yet."""
    wanted = {one.key: one for one in terms}
    missing = {k: one for k, one in wanted.items() if k not in _policies}
    if missing:
        versions = {v.pk: v for v in SlaPolicyVersion.objects.filter(pk__in={o.version_id for o in missing.values()})}
        targets: dict[int, list[SlaTarget]] = {pk: [] for pk in versions}
        for target in SlaTarget.objects.filter(version_id__in=versions):
            targets[target.version_id].append(target)
        agreed = _agreed({one.agreement_id for one in missing.values() if one.agreement_id})
        steps: dict[int, list[EscalationStep]] = {pk: [] for pk in versions}
        for step in EscalationStep.objects.filter(version_id__in=versions):
            steps[step.version_id].append(step)
        built = {key: _policy(key, versions[v], winning(targets[v], agreed.get(a or 0, ())), steps[v], c)
                 for key, (v, c, a) in missing.items()}
        fixed = {k: p for k, p in built.items() if versions[missing[k].version_id].published_at}
        if len(_policies) > _MOST:
            _policies.clear()
        _policies.update(fixed)
        return {k: _policies.get(k) or built[k] for k in wanted}
    return {k: _policies[k] for k in wanted}


def _agreed(ids: set[int]) -> dict[int, list[SlaTarget]]:
    found: dict[int, list[SlaTarget]] = {pk: [] for pk in ids}
    for target in SlaTarget.objects.filter(agreement_id__in=ids) if ids else ():
        found[target.agreement_id].append(target)
    return found


def winning(own: Sequence[Row], agreed: Sequence[Row]) -> list[Row]:
    """A version's targets and those agreed beside it: an agreed one stands in for the version's of the same priority and
    metric, in its environment, or in each where it names none."""
    taken = {(t.metric, t.priority, t.environment) for t in agreed}
    kept = [t for t in own if (t.metric, t.priority, t.environment) not in taken and (t.metric, t.priority, "") not in taken]
    return kept + list(agreed)


def with_agreed(base: Carried, agreed: Sequence[SlaTarget], key: str) -> Policy:
    """The version with targets that aren't stored yet, to show what they would do (3 queries)."""
    version = SlaPolicyVersion.objects.get(pk=base.version_id)
    return _policy(key, version, winning(list(version.targets.all()), agreed), list(version.steps.all()),
                   base.calendar_id)


def load_calendars(policies: Iterable[Policy], revisions: Mapping[int, int] | None = None) -> dict[str, BusinessCalendar]:
    """The compiled calendars that the targets of these policies name; `revisions` of the tenant's calendars, if known."""
    ids = {int(t.calendar) for p in policies for t in p.targets if t.calendar}
    stand = {pk: revision for pk, revision in (revisions or _revisions()).items() if pk in ids} if ids else {}
    found = {pk: _calendars[pk, revision] for pk, revision in stand.items() if (pk, revision) in _calendars}
    missing = stand.keys() - found.keys()
    for row in Calendar.objects.filter(pk__in=missing) if missing else ():
        if len(_calendars) > _MOST:
            _calendars.clear()
        found[row.pk] = _calendars[row.pk, row.revision] = BusinessCalendar(calendar_spec(row))
    return {str(pk): calendar for pk, calendar in found.items()}


@remembered
def _revisions() -> dict[int, int]:
    return dict(_REVISIONS.rows([current_tenant_id()]))


def calendar_spec(calendar: Calendar) -> CalendarSpec:
    """A stored calendar in the engine's form."""
    windows = list(CalendarWindow.objects.filter(calendar=calendar))
    exceptions = CalendarException.objects.filter(calendar=calendar)
    return CalendarSpec(
        name=calendar.name, zone=calendar.time_zone, weekly=_week(windows, date.max), past=_past(windows),
        exceptions=MappingProxyType({e.date: tuple((int(s), int(f)) for s, f in e.windows) for e in exceptions}),
        day_seconds=calendar.day_minutes * 60 if calendar.day_minutes else None)


def _past(windows: list[CalendarWindow]) -> tuple[tuple[date, Week], ...]:
    """The weekly hours of earlier days, each with the first date on which they no longer hold."""
    changes = sorted({w.since for w in windows if w.since} | {w.until + timedelta(1) for w in windows if w.until})
    return tuple((day, _week(windows, day - timedelta(1))) for day in changes)


def _week(windows: list[CalendarWindow], day: date) -> Week:
    """The weekly hours that hold on a date."""
    return tuple((w.weekday, w.start_minute, w.end_minute) for w in windows
                 if (w.since is None or w.since <= day) and (w.until is None or w.until >= day))


def _policy(key: str, version: SlaPolicyVersion, targets: list[SlaTarget], steps: list[EscalationStep],
            calendar_id: int | None) -> Policy:
    pauses = {Metric(m): frozenset(statuses) for m, statuses in version.pauses.items()}
    return Policy(
        key=key, targets=tuple(_target(t, calendar_id) for t in targets),
        reopen_seconds=version.reopen_days * 86_400, warn_share=version.warn_percent / 100,
        warn_seconds=version.warn_minutes * 60, steps=tuple(_step(s) for s in steps),
        **({"pauses": pauses} if pauses else {}))


def _step(row: EscalationStep) -> Step:
    metric, priority = Metric(row.metric) if row.metric else None, row.priority or 0
    if row.after == StepAfter.SHARE:
        return Step(row.pk, share=row.amount / 100, metric=metric, priority=priority)
    return Step(row.pk, after_breach=row.amount * 60, metric=metric, priority=priority)


def follows_contract_hours(row: SlaTarget) -> bool:
    """A contract's own hours stand in for business hours; what is promised by the minute (24/7) stays as it is, and so
    does an agreed target, which names its own."""
    return row.unit != Unit.MINUTES and row.version_id is not None


def _target(row: SlaTarget, calendar_id: int | None) -> Target:
    if row.best_effort:
        return Target(Metric(row.metric), row.priority, None, environment=row.environment, key=row.pk)
    unit = Unit(row.unit)
    own = calendar_id if calendar_id and follows_contract_hours(row) else row.calendar_id
    return Target(
        Metric(row.metric), row.priority, Duration(int(row.limit_amount or 0), unit), calendar=str(own),
        goal=Duration(row.goal_amount, unit) if row.goal_amount else None, environment=row.environment, key=row.pk)
