"""The audit trail, as its page's address asks for it, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from accounts.models import AuditEvent, Tenant
from accounts.tenancy import tenant_scope
from desk.forms import SCOPE_WORDS
from desk.rooms.retelling import field_of, retold
from tickets.exporting import harmless
from tickets.words import STATUS_WORDS
from toolkit.paging import keyset_page
from toolkit.wording import spaced

ORDER = ["-at", "-id"]
MOST = 50_000
_CHUNK = 500
_CODED = frozenset({"role", "state", "scopes", "density", "status", "rhythm", "theme", "sort", "open tickets",
                    "environment", "triage"})
_WORDS: dict[str, Any] = {"status": STATUS_WORDS, "scopes": SCOPE_WORDS}
_HEADINGS = ("When (UTC)", "Who", "Action", "Kind", "What", "Before and after", "From where")


@dataclass(frozen=True)
class AuditFilter:
    """Who, what and since when; what isn't understood narrows nothing and is named in `ignored`."""

    actor: str = ""
    object: str = ""
    action: str = ""
    since: date | None = None
    ignored: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> AuditFilter:
        """From a page's address."""
        texts: dict[str, Any] = {n: query.get(n, "").replace("\x00", "").strip()[:100] for n in ("actor", "object", "action")}
        typed = query.get("from", "").strip()
        try:
            return cls(**texts, since=date.fromisoformat(typed) if typed else None)
        except ValueError:
            return cls(**texts, ignored=typed[:20])

    def rows(self, zone: ZoneInfo) -> QuerySet[AuditEvent]:
        """The events that fit; a day begins in the given zone."""
        rows: QuerySet[AuditEvent] = AuditEvent.objects.select_related("actor")
        if self.actor:
            rows = rows.filter(actor__name__icontains=self.actor)
        if self.object:
            rows = rows.filter(Q(object_label__icontains=self.object) | Q(object_type__icontains=self.object))
        if self.action:
            rows = rows.filter(action__startswith=f"{self.action}.")
        if self.since:
            rows = rows.filter(at__gte=datetime.combine(self.since, time(), tzinfo=zone))
        return rows


def action_words(event: AuditEvent) -> str:
    """What was done: “policy.draft_saved” → “Policy draft saved”."""
    return spaced(event.action.replace(".", " "))


def changes_of(event: AuditEvent) -> list[tuple[str, Any, Any]]:
    """(field, before, after) of each change, as far as it is known in the reader's language."""
    found = []
    for name, value in event.changes.items():
        before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
        field = field_of(event.object_type, name) if event.action.startswith("setting.") else None
        heading = field.label if field and field.label else _titled(name)
        found.append((heading, *(_in_words(_coded(name, retold(field, value))) for value in (before, after))))
    return found


def _coded(name: str, value: Any) -> Any:
    """Codes that are on record as such, in words."""
    if name not in _CODED:
        return value
    known = _WORDS.get(name, {})
    told = [str(known.get(one) or spaced(one)) for one in (value if isinstance(value, list) else [value])]
    return told if isinstance(value, list) else told[0]


def _titled(name: str) -> str:
    """A field's name as a heading; what is in words already stays."""
    return spaced(name) if name.islower() else name


def _in_words(value: Any) -> Any:
    """A recorded value as a person reads it; None stays."""
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case list():
            return ", ".join(str(_in_words(one)) for one in value) or "–"
        case dict():
            return "; ".join(f"{_titled(name)}: {_in_words(_coded(name, one))}" for name, one in value.items()) or "–"
        case _:
            return None if value == "" else value


def csv_of_audit(tenant: Tenant, rows: QuerySet[AuditEvent], *, most: int = MOST) -> Iterator[str]:
    """CSV text, newest first, in keyset pages with a transaction each: runs after the request's own has ended."""
    yield "\ufeff" + _line(_HEADINGS)
    cursor, written = "", 0
    while written < most:
        with tenant_scope(tenant, reading=True):
            page = keyset_page(rows, order=ORDER, cursor=cursor, size=min(_CHUNK, most - written))
        yield "".join(_line(_values(event)) for event in page.rows)
        written, cursor = written + len(page.rows), page.next_cursor
        if not cursor:
            return
    yield _line([f"Only the newest {most:,} changes are here. Narrow the log for the others."])


def _values(event: AuditEvent) -> list[object]:
    return [f"{event.at:%Y-%m-%d %H:%M:%S}", event.actor.name if event.actor else "", event.action, event.object_type,
            event.object_label, json.dumps(event.changes, ensure_ascii=False), event.address or ""]


def _line(values: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(v) for v in values])
    return out.getvalue()
