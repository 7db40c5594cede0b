"""When a ticket filed at some moment would be due: for people who write targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from sla.calendar import BusinessCalendar, EmptyCalendarError
from sla.catalogue import calendar_spec
from sla.engine import Duration
from sla.enums import Metric, Unit
from sla.models import Calendar, SlaTarget
from sla.terms import METRICS, CellKey


class Due(NamedTuple):
    """`words` instead of a moment where there is no clock."""

    metric: Metric
    at: datetime | None
    words: str
    calendar: BusinessCalendar | None


def compile_calendars(rows: Iterable[Calendar]) -> dict[str, BusinessCalendar]:
    """By id; those without hours are left out."""
    found = {}
    for row in rows:
        try:
            found[str(row.pk)] = BusinessCalendar(calendar_spec(row))
        except EmptyCalendarError:
            continue
    return found


def due_moments(targets: Mapping[CellKey, SlaTarget], compiled: Mapping[str, BusinessCalendar], priority: int,
                environment: str, at: datetime) -> list[Due]:
    """For each metric, when it would be due were its clock started at `at`."""
    return [_due(targets, compiled, CellKey(priority, metric, environment), at) for metric in METRICS]


def _due(targets: Mapping[CellKey, SlaTarget], compiled: Mapping[str, BusinessCalendar], key: CellKey,
         at: datetime) -> Due:
    row = targets.get(key) or targets.get(key._replace(environment=""))
    metric = Metric(key.metric)
    if row is None:
        return Due(metric, None, _("No clock"), None)
    if row.best_effort:
        return Due(metric, None, _("Best effort"), None)
    calendar = compiled.get(str(row.calendar_id))
    if calendar is None:
        return Due(metric, None, _("The calendar has no hours"), None)
    seconds = Duration(int(row.limit_amount or 0), Unit(row.unit)).seconds(calendar)
    return Due(metric, calendar.add(at, seconds), "", calendar)
