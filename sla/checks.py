"""Whether terms can stand: each refusal says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from sla.calendar import BusinessCalendar, EmptyCalendarError
from sla.catalogue import calendar_spec
from sla.durations import DurationTextError, parse_target
from sla.engine import Duration
from sla.enums import Metric, Unit
from sla.errors import TermsError
from sla.models import Calendar, SlaPolicyVersion, SlaTarget
from sla.queries import team_names
from sla.steps import step_problems
from sla.terms import PAUSING, Cell, CellKey, Terms, cell_of, key_of
from tickets.reference import priority_levels, priority_words


def checked_targets(version: SlaPolicyVersion, terms: Terms, calendars: Mapping[int, Calendar],
                    present: Terms | None = None) -> dict[CellKey, SlaTarget]:
    """The rows that the terms ask for, unsaved. Raises TermsError with a remedy for each field that can't stand."""
    problems = _rule_problems(terms) | step_problems(terms.steps, team_names())
    rows: dict[CellKey, SlaTarget] = {}
    kept = {key_of(t): t for t in version.targets.all()} if present is not None and version.pk else {}
    for key, cell in terms.cells.items():
        try:
            if present is not None and present.cells.get(key) == cell and key in kept:
                rows[key] = kept[key]
                continue
            row = _target(version, key, cell, calendars)
            if row is not None:
                rows[key] = row
        except (DurationTextError, ValueError) as error:
            problems[key.name] = str(error)
    if problems:
        raise TermsError(problems)
    return rows


def checked_agreement(cells: Mapping[CellKey, Cell], calendars: Mapping[int, Calendar],
                      present: Iterable[SlaTarget] = ()) -> list[SlaTarget]:
    """The targets agreed with a customer, unsaved; those that stand as they are `present` keep their exact wording.

    Raises TermsError with a remedy for each cell that can't stand.
    """
    kept = {key_of(t): t for t in present}
    problems, rows = {}, []
    for key, cell in cells.items():
        before = kept.get(key)
        if before is not None and cell_of(before) == cell:
            rows.append(_copy(before))
            continue
        try:
            row = _target(None, key, cell, calendars)
            if row is not None:
                rows.append(row)
        except (DurationTextError, ValueError) as error:
            problems[key.name] = str(error)
    if problems:
        raise TermsError(problems)
    return rows


def _copy(row: SlaTarget) -> SlaTarget:
    names = (f.attname for f in SlaTarget._meta.concrete_fields if f.name not in {"id", "agreement", "version"})
    return SlaTarget(**{name: getattr(row, name) for name in names})


def _target(version: SlaPolicyVersion | None, key: CellKey, cell: Cell,
            calendars: Mapping[int, Calendar]) -> SlaTarget | None:
    wording = parse_target(cell.text)
    head = {"version": version, "priority": key.priority, "metric": key.metric, "environment": key.environment}
    if wording.is_empty:
        return None
    if wording.best_effort:
        return SlaTarget(**head, best_effort=True)
    calendar = calendars.get(cell.calendar_id or 0)
    if calendar is None:
        raise DurationTextError(_("Choose the hours in which the target counts: {words}.").format(
            words=key.words(priority_levels())))
    unit, goal, limit = wording.unit(always_open=_always_open(calendar))
    return SlaTarget(**head, unit=unit, goal_amount=goal, limit_amount=limit, calendar=calendar)


def _always_open(calendar: Calendar) -> bool:
    try:
        return BusinessCalendar(calendar_spec(calendar)).never_closes
    except EmptyCalendarError:
        return False


def _rule_problems(terms: Terms) -> dict[str, str]:
    found = {}
    if not 0 <= terms.reopen_days <= 365:
        found["reopen_days"] = _("Write how many days a solved ticket can be reopened, 0 to 365.")
    if not 1 <= terms.warn_percent <= 90:
        found["warn_percent"] = _("A ticket is due soon when 1 to 90 % of its time is left.")
    if not 0 <= terms.warn_minutes <= 10_080:
        found["warn_minutes"] = _("Warn a week ahead at most: up to 10080 minutes.")
    if not terms.pauses <= {(m.value, s) for m, s in PAUSING}:
        found["pauses"] = _("Only updates and resolution can pause: an unanswered customer never waits on a pause.")
    return found


def warnings_for(rows: Mapping[CellKey, SlaTarget], compiled: Mapping[str, BusinessCalendar]) -> list[str]:
    """What may stand but is probably a slip: a reply later than the solution, a higher priority with more time.

    Only targets that count on the same calendar are compared.
    """
    lengths = {key: Duration(int(r.limit_amount), Unit(r.unit)).seconds(compiled[str(r.calendar_id)])
               for key, r in rows.items() if r.limit_amount and str(r.calendar_id) in compiled}

    def longer(key: CellKey, other: CellKey) -> bool:
        return (other in lengths and lengths[key] > lengths[other]
                and rows[key].calendar_id == rows[other].calendar_id)

    found, levels = [], priority_levels()
    for key in sorted(lengths):
        if key.metric != Metric.RESOLUTION and longer(key, key._replace(metric=Metric.RESOLUTION)):
            found.append(_("{words}: it may take longer than the solution.").format(words=key.words(levels)))
        if longer(key, key._replace(priority=key.priority + 1)):
            found.append(_("{words}: it may take longer than that of {priority}.").format(
                             words=key.words(levels), priority=priority_words(key.priority + 1, levels)))
    return found
