"""A policy version as its editor sees it: a matrix of cells, and the rules of its clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from sla.durations import METRIC_TITLES, target_text
from sla.engine.types import DEFAULT_PAUSES
from sla.enums import Metric
from sla.models import SlaPolicyVersion, SlaTarget
from sla.steps import StepLine, step_lines, step_words
from tickets.models import PriorityLevel
from tickets.reference import priority_levels, priority_words
from toolkit.lazy import Words
from toolkit.wording import in_sentence

METRICS = tuple(METRIC_TITLES)
PAUSING = tuple((metric, status) for metric in (Metric.RESOLUTION, Metric.ONGOING_UPDATE)
                for status in ("pending", "on_hold"))
ENVIRONMENTS: dict[str, Words] = {
    "": "", "production": gettext_lazy("production"), "nonproduction": gettext_lazy("non-production")}


class CellKey(NamedTuple):
    """Where a target stands in the matrix."""

    priority: int
    metric: str
    environment: str = ""

    @property
    def name(self) -> str:
        """As part of a form field's name."""
        return f"{self.priority}-{self.metric}-{self.environment}"

    def words(self, levels: Mapping[int, PriorityLevel]) -> str:
        """For people: “P2 High, first reply”, “Critical, non-production, resolve”."""
        title = in_sentence(METRIC_TITLES[Metric(self.metric)][0])
        return ", ".join(str(w) for w in (priority_words(self.priority, levels), ENVIRONMENTS[self.environment], title) if w)


class Cell(NamedTuple):
    """What stands there: the target as it is typed, and its calendar."""

    text: str = ""
    calendar_id: int | None = None


@dataclass(frozen=True)
class Terms:
    """The whole version. `pauses` are (metric, status) in which a clock stands still; at `promise_ranks` a reply says
    what comes next (S48). `steps` are what happens by itself while nobody answers.
    """

    cells: Mapping[CellKey, Cell]
    pauses: frozenset[tuple[str, str]] = frozenset()
    reopen_days: int = 14
    warn_percent: int = 25
    warn_minutes: int = 60
    promise_ranks: frozenset[int] = frozenset()
    steps: tuple[StepLine, ...] = ()

    @property
    def rows(self) -> list[tuple[int, str]]:
        """The matrix's rows: each priority, and those environments that have targets of their own."""
        own = {(k.priority, k.environment) for k, c in self.cells.items() if k.environment and c.text}
        return sorted({(p, "") for p in range(1, 5)} | own)


@dataclass(frozen=True)
class Merged:
    """Two people's edits of one draft put together; where both changed the same thing, mine stands and `theirs` is
    named beside it."""

    terms: Terms
    theirs: Mapping[str, Any] = field(default_factory=dict)


def terms_of(version: SlaPolicyVersion) -> Terms:
    """The stored version in this form (2 queries)."""
    targets = SlaTarget.objects.filter(version=version)
    return Terms(cells={key_of(t): cell_of(t) for t in targets}, pauses=_pauses(version),
                 reopen_days=version.reopen_days, warn_percent=version.warn_percent, warn_minutes=version.warn_minutes,
                 promise_ranks=frozenset(version.promise_ranks), steps=step_lines(version))


def agreed_cells(agreement_id: int | None) -> dict[CellKey, Cell]:
    """What was agreed with a customer, as it is typed (1 query; none without an agreement)."""
    rows = SlaTarget.objects.filter(agreement_id=agreement_id) if agreement_id else ()
    return {key_of(t): cell_of(t) for t in rows}


def agreed_differences(before: Mapping[CellKey, Cell], after: Mapping[CellKey, Cell],
                       calendars: Mapping[int, str]) -> list[Difference]:
    """What differs between two agreements; where one says nothing, the policy speaks."""
    nothing, agreed = gettext("none"), gettext("Agreed %(what)s")

    def spoken(words: str) -> str:
        return gettext("as the policy") if words == nothing else words

    return [Difference(agreed % {"what": d.what}, spoken(d.before), spoken(d.after), d.key)
            for d in compare(Terms(before), Terms(after), calendars)]


def key_of(target: SlaTarget) -> CellKey:
    """Where a stored target stands."""
    return CellKey(target.priority, target.metric, target.environment)


def cell_of(target: SlaTarget) -> Cell:
    """A stored target as it is typed."""
    text = target_text(best_effort=target.best_effort, unit=target.unit, limit=target.limit_amount,
                       goal=target.goal_amount)
    return Cell(text, None if target.best_effort else target.calendar_id)


def _pauses(version: SlaPolicyVersion) -> frozenset[tuple[str, str]]:
    stored = version.pauses or {metric.value: sorted(statuses) for metric, statuses in DEFAULT_PAUSES.items()}
    return frozenset((metric, status) for metric, statuses in stored.items() for status in statuses)


def pauses_json(pauses: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """As stored; metrics that never pause are named too, for an empty value would mean the default."""
    found: dict[str, list[str]] = {metric.value: [] for metric, _status in PAUSING}
    for metric, status in sorted(pauses):
        found.setdefault(metric, []).append(status)
    return found


class Difference(NamedTuple):
    """One line of a comparison."""

    what: str
    before: str
    after: str
    key: CellKey | None = None


def compare(before: Terms, after: Terms, calendars: Mapping[int, str],
            teams: Mapping[int, str] | None = None) -> list[Difference]:
    """What differs between two wordings, in the order of the matrix. `calendars` and `teams` are names by id."""
    levels = priority_levels()
    found = [Difference(key.words(levels), cell_words(before.cells.get(key, Cell()), calendars),
                        cell_words(after.cells.get(key, Cell()), calendars), key)
             for key in sorted({*before.cells, *after.cells}, key=_order)
             if before.cells.get(key, Cell()) != after.cells.get(key, Cell())]
    for metric, status in PAUSING:
        was, will = (metric, status) in before.pauses, (metric, status) in after.pauses
        if was != will:
            found.append(Difference(pause_words(metric, status), _yes(was), _yes(will)))
    for name, words in (("reopen_days", _("Days to reopen")), ("warn_percent", _("Due soon: % left")),
                        ("warn_minutes", _("Due soon: minutes at most"))):
        if getattr(before, name) != getattr(after, name):
            found.append(Difference(words, str(getattr(before, name)), str(getattr(after, name))))
    found += [Difference(_("{priority}: replies promise the next update").format(priority=priority_words(rank, levels)),
                         _yes(rank in before.promise_ranks), _yes(rank in after.promise_ranks))
              for rank in sorted(before.promise_ranks ^ after.promise_ranks)]
    return found + _step_differences(before.steps, after.steps, teams or {}, levels)


def _step_differences(before: Sequence[StepLine], after: Sequence[StepLine], teams: Mapping[int, str],
                      levels: Mapping[int, PriorityLevel]) -> list[Difference]:
    title = gettext("Escalation step")
    gone = [Difference(title, step_words(s, teams, levels), gettext("none")) for s in before if s not in after]
    return gone + [Difference(title, gettext("none"), step_words(s, teams, levels)) for s in after if s not in before]


def cell_words(cell: Cell, calendars: Mapping[int, str]) -> str:
    """“4h, Berlin office”; “none” for an empty cell."""
    if not cell.text:
        return _("none")
    return f"{cell.text}, {calendars.get(cell.calendar_id, '')}" if cell.calendar_id else cell.text


def pause_words(metric: str, status: str) -> str:
    """“Resolve pauses while waiting on customer”."""
    title = METRIC_TITLES[Metric(metric)][0]
    words = (_("{title} pauses while waiting on customer") if status == "pending" else _("{title} pauses while on hold"))
    return words.format(title=title)


def merge(base: Terms, mine: Terms, theirs: Terms) -> Merged:
    """Put both edits of `base` together. Nothing of either is lost: see Merged."""
    cells: dict[CellKey, Cell] = {}
    beside: dict[str, Any] = {}
    for key in {*base.cells, *mine.cells, *theirs.cells}:
        was, ours, other = (t.cells.get(key, Cell()) for t in (base, mine, theirs))
        cells[key] = other if ours == was else ours
        if ours not in (was, other) and other != was:
            beside[key.name] = other
    merged = replace(mine, cells=cells)
    for name in (f.name for f in fields(Terms) if f.name != "cells"):
        was, ours, other = (getattr(t, name) for t in (base, mine, theirs))
        merged = replace(merged, **{name: other if ours == was else ours})
        if ours not in (was, other) and other != was:
            beside[name] = other
    return Merged(merged, beside)


def terms_json(terms: Terms) -> dict[str, Any]:
    """Plain JSON, to travel with a form."""
    return {"cells": [[*key, *cell] for key, cell in sorted(terms.cells.items())], "pauses": sorted(terms.pauses),
            "reopen_days": terms.reopen_days, "warn_percent": terms.warn_percent, "warn_minutes": terms.warn_minutes,
            "promise_ranks": sorted(terms.promise_ranks), "steps": [list(step) for step in terms.steps]}


def terms_from_json(data: Mapping[str, Any]) -> Terms:
    """The way back. Raises ValueError, KeyError or TypeError for anything else."""
    return Terms(
        cells={CellKey(int(p), str(Metric(m)), str(e)): Cell(str(t), int(c) if c else None)
               for p, m, e, t, c in data["cells"]},
        pauses=frozenset((str(m), str(s)) for m, s in data["pauses"]), reopen_days=int(data["reopen_days"]),
        warn_percent=int(data["warn_percent"]), warn_minutes=int(data["warn_minutes"]),
        promise_ranks=frozenset(int(rank) for rank in data["promise_ranks"]),
        steps=tuple(StepLine(str(action), str(after), int(amount), str(metric), int(rank), int(team) if team else None)
                    for action, after, amount, metric, rank, team in data["steps"]))


def _order(key: CellKey) -> tuple[int, str, int]:
    return key.priority, key.environment, METRICS.index(Metric(key.metric))


def _yes(value: bool) -> str:
    return "yes" if value else "no"
