"""Why a ticket is due when it is: each clock with its working, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sla.calendar import BusinessCalendar
from sla.engine import Clock, Interval, explain
from sla.enums import ClockState
from sla.facts import CLOCK_KINDS
from sla.models import SlaClock, SlaPolicyVersion, SlaTarget, TicketPolicy
from sla.projection import project
from tickets.models import Ticket, TicketEvent

MOST_SHOWN = 60


@dataclass(frozen=True)
class Explanation:
    """A clock and how it got there; `agreed_in` is the contract whose own target it has, empty where it is the policy's.
    `intervals` have no gaps; what they count adds up to the due moment or the end."""

    clock: Clock
    policy_name: str
    policy_version: int | None
    agreed_in: str
    calendar_name: str
    zone: ZoneInfo
    intervals: list[Interval]

    @property
    def counted_seconds(self) -> int:
        """Business time in the intervals."""
        return sum(i.seconds for i in self.intervals if i.kind == "counted")

    @property
    def shown(self) -> list[Interval]:
        """The last stretches, as many as a person reads."""
        return self.intervals[-MOST_SHOWN:]

    @property
    def hidden(self) -> int:
        """How many earlier stretches `shown` leaves out."""
        return max(0, len(self.intervals) - MOST_SHOWN)


def explanations(ticket: Ticket, now: datetime) -> list[Explanation]:
    """The ticket's clocks in the order they started, computed anew from its events (6 queries)."""
    rows = list(TicketPolicy.objects.filter(ticket=ticket))
    if not rows:
        return []
    events = list(TicketEvent.objects.filter(ticket=ticket, kind__in=CLOCK_KINDS).order_by("at", "id"))
    found = project(events, rows, list(SlaClock.objects.filter(ticket=ticket)), now)
    named = {v.pk: v for v in SlaPolicyVersion.objects.select_related("policy").filter(
        pk__in=set(found.versions.values()))}
    agreed = _agreed(found.clocks) if any(row.agreement_id for row in rows) else {}
    return [_explanation(c, named.get(found.versions.get(c.policy, 0)), found.calendars, agreed, now)
            for c in found.clocks if c.state is not ClockState.CANCELLED]


def _agreed(clocks: Iterable[Clock]) -> dict[int, str]:
    """The references of the contracts in which targets were agreed, by target (1 query)."""
    keys = [c.target.key for c in clocks if c.target]
    return dict(SlaTarget.objects.filter(pk__in=keys, agreement__isnull=False)
                .values_list("pk", "agreement__contract__reference"))


def _explanation(clock: Clock, version: SlaPolicyVersion | None, calendars: Mapping[str, BusinessCalendar],
                 agreed: Mapping[int, str], now: datetime) -> Explanation:
    calendar = calendars.get(clock.target.calendar) if clock.target else None
    agreed_in = agreed.get(clock.target.key, "") if clock.target else ""
    return Explanation(
        clock=clock, agreed_in=agreed_in, policy_name=version.policy.name if version else "",
        policy_version=version.number if version else None, calendar_name=calendar.spec.name if calendar else "",
        zone=calendar.zone if calendar else ZoneInfo("UTC"), intervals=explain(clock, calendars, now))
