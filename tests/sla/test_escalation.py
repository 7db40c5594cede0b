from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Team
from sla.models import EscalationStep, SlaEvent, SlaPolicyVersion, SlaTimer
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk
from tests.sla.test_timers import database_time
from tickets.enums import Status
from tickets.models import Ticket
from tickets.services import Entry, change_status, confirm_priority, reply

MINUTE = timedelta(minutes=1)


def step(position: int, **values: Any) -> EscalationStep:
    return EscalationStep.objects.create(version=SlaPolicyVersion.objects.get(), position=position, **values)


def fire(moment: datetime) -> list[tuple[str, int | None]]:
    """What is recorded when a worker looks at that moment: kind and step."""
    before = set(SlaEvent.objects.values_list("pk", flat=True))
    with database_time(moment):
        while fire_due():
            pass
    return list(SlaEvent.objects.exclude(pk__in=before).order_by("at", "id").values_list("kind", "step_id"))


def test_steps_are_taken_at_a_share_of_the_target_and_after_the_breach_once_each(acme: Desk, now: datetime) -> None:
    half = step(1, after="share", amount=50, action="raise", metric="first_response")
    late = step(2, after="breach", amount=15, action="tell_managers", metric="first_response", priority=1)
    ticket = acme.ticket(at=now, requested_priority=1)  # first response within 60 minutes
    assert fire(now + 29 * MINUTE) == []
    assert fire(now + 31 * MINUTE) == [("escalate", half.pk)]
    assert Ticket.objects.get(pk=ticket.pk).tags == ["escalated"]
    assert ("breach", None) in fire(now + 61 * MINUTE)
    assert ("escalate", late.pk) in fire(now + 76 * MINUTE)
    assert fire(now + 77 * MINUTE) == []
    event = SlaEvent.objects.get(step=late)
    assert event.at == now + 75 * MINUTE


def test_an_answer_ends_the_steps_that_lie_ahead(acme: Desk, now: datetime) -> None:
    step(1, after="share", amount=50, action="raise", metric="first_response")
    ticket = acme.ticket(at=now, requested_priority=1)
    reply(ticket, Entry("On it."), by=acme.member("bob"), at=now + 5 * MINUTE)
    assert not SlaTimer.objects.filter(step__isnull=False, state=0).exists()
    assert fire(now + 59 * MINUTE) == []


def test_a_share_waits_while_the_clock_stands_still_and_comes_once_for_all(acme: Desk, now: datetime) -> None:
    half = step(1, after="share", amount=50, action="tell_team", metric="resolution")
    ticket, bob = acme.ticket(at=now, requested_priority=1), acme.member("bob")  # resolution within 240 minutes
    reply(ticket, Entry("Which version?"), by=bob, at=now + 10 * MINUTE)
    change_status(ticket, Status.PENDING, by=bob, at=now + 100 * MINUTE)
    assert ("escalate", half.pk) not in fire(now + 200 * MINUTE)
    change_status(ticket, Status.OPEN, by=bob, at=now + 200 * MINUTE)
    assert ("escalate", half.pk) not in fire(now + 219 * MINUTE)
    assert ("escalate", half.pk) in fire(now + 221 * MINUTE)
    change_status(ticket, Status.PENDING, by=bob, at=now + 222 * MINUTE)
    change_status(ticket, Status.OPEN, by=bob, at=now + 223 * MINUTE)
    assert ("escalate", half.pk) not in fire(now + 230 * MINUTE)


def test_another_priority_moves_the_step_with_the_target(acme: Desk, now: datetime) -> None:
    half = step(1, after="share", amount=50, action="raise", metric="first_response")
    ticket = acme.ticket(at=now, requested_priority=2)  # 4 business hours
    assert SlaTimer.objects.get(step=half).due_at == now + 120 * MINUTE
    confirm_priority(ticket, 1, by=acme.member("bob"), at=now + 10 * MINUTE, reason="Production is down")
    assert SlaTimer.objects.get(step=half).due_at == now + 30 * MINUTE


def test_a_step_hands_the_ticket_to_another_team(acme: Desk, now: datetime) -> None:
    second = Team.objects.create(name="Second level")
    step(1, after="breach", amount=0, action="reassign", team=second, metric="first_response")
    ticket = acme.ticket(at=now, requested_priority=1)
    fire(now + 61 * MINUTE)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (second, None)
    event = ticket.events.get(kind="ticket.assigned")
    assert (event.actor_kind, event.data["reason"]) == ("system", "Escalated by time")
