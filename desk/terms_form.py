"""The policy editor's form: a matrix is read field by field, and drawn again with what was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from desk.steps_form import read_steps
from sla.durations import METRIC_TITLES
from sla.models import Calendar
from sla.terms import (
    ENVIRONMENTS,
    METRICS,
    PAUSING,
    Cell,
    CellKey,
    Terms,
    cell_words,
    pause_words,
    terms_from_json,
    terms_json,
)
from tickets.models import PriorityLevel
from toolkit.errors import DomainError
from toolkit.lazy import Words

NUMBERS = ("reopen_days", "warn_percent", "warn_minutes")


@dataclass
class DrawnCell:
    """One cell of the matrix."""

    name: str
    title: Words
    label: str
    text: str
    calendar_id: int | None
    was: str
    error: str
    theirs: str

    @property
    def described(self) -> str:
        """Ids of what is said about the field."""
        return " ".join(f"{kind}-{self.name}" for kind, text in (("err", self.error), ("was", self.was),
                                                                 ("their", self.theirs)) if text)


@dataclass
class DrawnRow:
    """A priority, or a priority in one environment."""

    rank: int
    level: PriorityLevel | None
    environment: Words
    cells: list[DrawnCell] = field(default_factory=list)


def read_terms(data: QueryDict) -> Terms:
    """What was typed. Fields that are no numbers become -1, which the rules refuse with words."""
    cells = {}
    for name in data:
        if name.startswith("t-"):
            key = _key(name[2:])
            if key is not None:
                calendar = data.get(f"c-{name[2:]}", "")
                text = str(data[name]).strip()
                best = text.lower() == "best effort"
                cells[key] = Cell(text, int(calendar) if calendar.isdigit() and text and not best else None)
    pauses = frozenset((m.value, s) for m, s in PAUSING if f"p-{m}-{s}" in data)
    numbers = {n: int(data.get(n, "")) if data.get(n, "").isdigit() else -1 for n in NUMBERS}
    ranks = frozenset(rank for rank in range(1, 5) if f"promise-{rank}" in data)
    return Terms({k: c for k, c in cells.items() if c.text}, pauses, promise_ranks=ranks, steps=read_steps(data), **numbers)


def read_base(data: QueryDict) -> tuple[Terms, int]:
    """The terms and revision that the form was drawn from."""
    try:
        return terms_from_json(json.loads(data.get("base", ""))), int(data.get("revision", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise DomainError(_("This form is incomplete. Open the page again.")) from error


def write_base(terms: Terms) -> str:
    """The hidden field that `read_base` reads."""
    return json.dumps(terms_json(terms))


def _key(name: str) -> CellKey | None:
    parts = name.split("-")
    if len(parts) != 3 or parts[0] not in {"1", "2", "3", "4"} or parts[2] not in ENVIRONMENTS:
        return None
    return CellKey(int(parts[0]), parts[1], parts[2]) if parts[1] in set(METRICS) else None


def drawn_rows(terms: Terms, live: Terms | None, levels: Mapping[int, PriorityLevel], calendars: Mapping[int, str], *,
               errors: Mapping[str, str], theirs: Mapping[str, Any], extra: tuple[int, str] | None) -> list[DrawnRow]:
    """The matrix, with what is live, what is wrong and what somebody else wrote beside each cell."""
    rows = {*terms.rows, *(live.rows if live else ()), *([extra] if extra else ())}
    found = []
    for rank, environment in sorted(rows):
        row = DrawnRow(rank, levels.get(rank), ENVIRONMENTS[environment])
        for metric in METRICS:
            key = CellKey(rank, metric.value, environment)
            cell, was = terms.cells.get(key, Cell()), live.cells.get(key, Cell()) if live else None
            other = theirs.get(key.name)
            row.cells.append(DrawnCell(
                key.name, METRIC_TITLES[metric][0], key.words(levels), cell.text, cell.calendar_id,
                cell_words(was, calendars) if was is not None and was != cell else "", errors.get(key.name, ""),
                cell_words(other, calendars) if other is not None else ""))
        found.append(row)
    return found


def drawn_pauses(terms: Terms) -> list[tuple[str, str, bool]]:
    """Name, words and state of each checkbox."""
    return [(f"p-{m}-{s}", pause_words(m, s), (m.value, s) in terms.pauses) for m, s in PAUSING]


def sample_of(data: QueryDict, zone: ZoneInfo, default: datetime) -> tuple[int, str, datetime]:
    """Priority, environment and moment of the sample; the default where nothing readable was typed."""
    priority, environment = data.get("sample_priority", ""), data.get("sample_environment", "")
    try:
        at = datetime.fromisoformat(data.get("sample_at", "")).replace(tzinfo=zone)
        at = at if 2000 < at.year < 2100 else default
    except ValueError:
        at = default
    return (int(priority) if priority in {"1", "2", "3", "4"} else 2,
            environment if environment in ENVIRONMENTS else "", at)


def calendar_names() -> dict[int, str]:
    """The tenant's calendars by id, in the order of their names."""
    return dict(Calendar.objects.order_by("name").values_list("pk", "name"))
