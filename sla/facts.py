"""A ticket's events, in the engine's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sla.catalogue import carried
from sla.engine import Fact, FactKind
from sla.models import TicketPolicy
from tickets.enums import Environment, EventKind
from tickets.models import TicketEvent

_KINDS: dict[str, FactKind] = {
    EventKind.OPENED: FactKind.OPENED,
    EventKind.REPLIED: FactKind.PUBLIC_REPLY,
    EventKind.CALL_LOGGED: FactKind.PUBLIC_REPLY,
    EventKind.REQUESTER_WROTE: FactKind.REQUESTER_MESSAGE,
    EventKind.STATUS_CHANGED: FactKind.STATUS_CHANGED,
    EventKind.PRIORITY_CHANGED: FactKind.PRIORITY_CHANGED,
    EventKind.FIELDS_CHANGED: FactKind.ENVIRONMENT_CHANGED,
    EventKind.PROMISED: FactKind.PROMISED,
    EventKind.MERGED: FactKind.CANCELLED,
}

# What counts for a while, and what takes it back.
_REVOCABLE = frozenset({EventKind.REPLY_HELD, EventKind.REPLY_TAKEN_BACK, EventKind.REPLY_FAILED,
                        EventKind.MERGE_UNDONE})
CLOCK_KINDS = frozenset({*_KINDS, *_REVOCABLE, EventKind.CONTRACT_CHANGED})


class Happened(NamedTuple):
    """What of a `TicketEvent` the clocks hear."""

    id: int
    kind: str
    at: datetime
    data: dict[str, Any]


class Terms(NamedTuple):
    """What of a `TicketPolicy` the engine hears."""

    from_at: datetime
    version_id: int
    calendar_id: int | None
    agreement_id: int | None


Event = Happened | TicketEvent
Under = Terms | TicketPolicy


def facts_of(events: Iterable[Event], policies: Iterable[Under]) -> list[Fact]:
    """Facts in the order of time, from events ordered by (at, id) and the ticket's policy rows ordered by time."""
    history = sorted(policies, key=lambda p: p.from_at)
    facts: list[Fact] = []
    events = list(events)
    settled = {e.data["held"] for e in events if e.kind != EventKind.REPLY_HELD and "held" in e.data}
    parted = {e.data["merged"] for e in events if e.kind == EventKind.MERGE_UNDONE}
    for event in events:
        if event.id in parted:
            continue
        if event.kind == EventKind.REPLY_HELD and event.data["held"] not in settled:
            facts += _held(event)
        kind = _KINDS.get(event.kind)
        if kind is not None:
            facts.append(_fact(event, kind, history))
    for row in history[1:] if facts else []:
        facts.append(Fact(row.from_at, FactKind.POLICY_CHANGED, policy=carried(row).key))
    facts.sort(key=lambda f: f.at)  # stable: events keep their order within one moment
    return facts


def _held(event: Event) -> list[Fact]:
    """A held reply counts like one that was sent, until it is taken back, could not leave, or has left: then
    that is what counts."""
    facts = [Fact(at=event.at, kind=FactKind.PUBLIC_REPLY)]
    if event.data.get("status"):
        facts.append(Fact(at=event.at, kind=FactKind.STATUS_CHANGED, status=event.data["status"]))
    return facts


def _fact(event: Event, kind: FactKind, history: list[Under]) -> Fact:
    data = event.data
    if not data:
        return Fact(event.at, kind)
    environment = data.get("environment", "")
    until = data.get("until")
    first = history[0] if history and kind is FactKind.OPENED else None
    return Fact(
        at=event.at, kind=kind, status=data.get("status", ""), priority=int(data.get("priority", 0)),
        environment=Environment(environment).sla_key if environment else "",
        policy=carried(first).key if first else "",
        until=datetime.fromisoformat(until) if until else None)
