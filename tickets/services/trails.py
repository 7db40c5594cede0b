"""Words in what tells of work on tickets: bulk runs, steps that can be undone, the audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote, quote_plus

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import AuditEvent
from tickets.models import BulkItem, BulkRun, Call, Callback, Ticket, UndoStep
from tickets.services.kin import DISTINCT
from tickets.services.striking import strike, strike_all, strike_audit, struck

_WRITTEN = ("tag", "reason")  # what people wrote of a bulk run's value; the rest are ids and codes
_CARRIED_OUT = ("tickets.exported", "audit.exported")


def redact_trails(kin: Sequence[Ticket], words: str) -> Counter[int]:
    """Take the words out of what tells of work on some tickets. Returns in how many places of each they stood."""
    items = BulkItem.objects.filter(ticket__in=kin)
    found = (strike_all(items, ("reason",), words) + _redact_tags(items, "before", words)
             + _redact_tags(UndoStep.objects.filter(ticket__in=kin), "data", words))
    found[kin[0].pk] += _redact_runs(kin, words) + _redact_audit(kin, words)
    return found


def spellings(words: str) -> list[str]:
    """Words as they are, and as addresses of pages hold them."""
    return list(dict.fromkeys((words, quote_plus(words), quote(words), quote(words, safe=""))))


def _redact_tags(rows: Iterable[BulkItem | UndoStep], column: str, words: str) -> Counter[int]:
    """Tags as they were, to which undoing would go back. All else there is ids and codes."""
    found: Counter[int] = Counter()
    for row in rows:
        data = getattr(row, column)
        tags = struck(data.get("tags", []), words.lower())
        if tags != data.get("tags", []):
            type(row)._default_manager.filter(pk=row.pk).update(**{column: data | {"tags": tags}})
            found[row.ticket_id] += 1
    return found


def _redact_runs(kin: Sequence[Ticket], words: str) -> int:
    found = 0
    for run in BulkRun.objects.filter(pk__in=BulkItem.objects.filter(ticket__in=kin).values("run_id")):
        value = {name: struck(struck(text, words), words.lower()) if name in _WRITTEN else text
                 for name, text in run.value.items()}
        told = [bool(strike(run, ("label", "back"), text)) for text in (*spellings(words), words.lower())]
        if value != run.value:
            BulkRun.objects.filter(pk=run.pk).update(value=value)
        found += value != run.value or any(told)
    return found


def _redact_audit(kin: Sequence[Ticket], words: str) -> int:
    """What the audit trail says of these tickets' calls, and of searches for the words whose results were carried out."""
    since = AuditEvent.objects.filter(at__gte=min(one.opened_at for one in kin))
    of = Q()
    for model in (Call, Callback):
        ids = list(model._default_manager.filter(ticket__in=kin).values_list("pk", flat=True))
        of |= Q(object_type=model._meta.label_lower, object_id__in=ids)
    found = strike_audit(since.filter(of), words)
    if len(words) >= DISTINCT:
        searches = since.filter(action__in=_CARRIED_OUT).annotate(text=Cast("changes", TextField()))
        found += sum(strike_audit(searches.filter(text__contains=text), text) for text in spellings(words))
    return found
