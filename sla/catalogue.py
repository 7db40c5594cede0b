"""Stored policies and calendars, compiled for the engine and kept in the process.

A published version never changes, and a calendar's revision grows with each change, so what is kept is never stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from types import MappingProxyType

from accounts.remembering import remembered
from sla.calendar import BusinessCalendar, CalendarSpec
from sla.engine import Duration, Policy, Step, Target
from sla.enums import Metric, StepAfter, Unit
from sla.models import Calendar, CalendarException, CalendarWindow, EscalationStep, SlaPolicyVersion, SlaTarget

Week = tuple[tuple[int, int, int], ...]
_MOST = 5_000
_policies: dict[str, Policy] = {}
_calendars: dict[tuple[int, int], BusinessCalendar] = {}


def policy_key(version_id: int, calendar_id: int | None) -> str:
    """Names a version as a contract uses it: with the contract's own calendar in place of the business ones, or not."""
    return f"{version_id}:{calendar_id or ''}"


def load_policies(keys: Iterable[tuple[int, int | None]]) -> dict[str, Policy]:
    """The compiled policies of (version id, contract calendar id), at most three queries for those not kept yet."""
    wanted = {policy_key(v, c): (v, c) for v, c in keys}
    missing = {k: vc for k, vc in wanted.items() if k not in _policies}
    if missing:
        versions = {v.pk: v for v in SlaPolicyVersion.objects.filter(pk__in={v for v, _c in missing.values()})}
        targets: dict[int, list[SlaTarget]] = {pk: [] for pk in versions}
        for target in SlaTarget.objects.filter(version_id__in=versions):
            targets[target.version_id].append(target)
        steps: dict[int, list[EscalationStep]] = {pk: [] for pk in versions}
        for step in EscalationStep.objects.filter(version_id__in=versions):
            steps[step.version_id].append(step)
        built = {key: _policy(key, versions[v], targets[v], steps[v], c) for key, (v, c) in missing.items()}
        fixed = {k: p for k, p in built.items() if versions[missing[k][0]].published_at}
        if len(_policies) > _MOST:
            _policies.clear()
        _policies.update(fixed)
        return {k: _policies.get(k) or built[k] for k in wanted}
    return {k: _policies[k] for k in wanted}


def load_calendars(policies: Iterable[Policy]) -> dict[str, BusinessCalendar]:
    """The compiled calendars that the targets of these policies name."""
    ids = {int(t.calendar) for p in policies for t in p.targets if t.calendar}
    rows = {pk: row for pk, row in _rows().items() if pk in ids} if ids else {}
    found = {}
    for pk, row in rows.items():
        key = (pk, row.revision)
        if key not in _calendars:
            if len(_calendars) > _MOST:
                _calendars.clear()
            _calendars[key] = BusinessCalendar(calendar_spec(row))
        found[str(pk)] = _calendars[key]
    return found


@remembered
def _rows() -> dict[int, Calendar]:
    return {row.pk: row for row in Calendar.objects.all()}


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


def _target(row: SlaTarget, calendar_id: int | None) -> Target:
    if row.best_effort:
        return Target(Metric(row.metric), row.priority, None, environment=row.environment, key=row.pk)
    unit = Unit(row.unit)
    # A contract's own hours stand in for business hours; what is promised by the minute (24/7) stays as it is.
    own = calendar_id if calendar_id and unit is not Unit.MINUTES else row.calendar_id
    return Target(
        Metric(row.metric), row.priority, Duration(int(row.limit_amount or 0), unit), calendar=str(own),
        goal=Duration(row.goal_amount, unit) if row.goal_amount else None, environment=row.environment, key=row.pk)
