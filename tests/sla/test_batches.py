from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent, Person, PersonAddress, Team, TeamMember
from accounts.remembering import remembered_of_many, settings_stand
from accounts.tenancy import current_tenant_id
from notifications.models import HeldNotice, OutboxMessage, QuietHours, StaffNews
from sla.models import SlaEvent
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk, in_desk
from tests.sla.test_escalation import step
from tests.sla.test_timers import database_time
from tickets.models import Ticket

HOUR = timedelta(hours=1)


def told(ticket: Ticket) -> list[str]:
    """Where mails of the ticket's clocks go."""
    return sorted(OutboxMessage.objects.filter(ticket=ticket, template="staff_sla").values_list("to_address", flat=True))


def fire(ticket: Ticket) -> None:
    with database_time(ticket.opened_at + HOUR + timedelta(seconds=1)):
        while fire_due():
            pass


def test_a_batch_costs_the_same_however_many_timers_and_tenants_it_has(acme: Desk, globex: Desk, now: datetime) -> None:
    taken = []
    for day, tickets in enumerate((1, 5)):
        opened = now + timedelta(days=day)
        for desk in (acme, globex)[:day + 1]:
            with in_desk(desk):
                for _ in range(tickets):
                    desk.ticket(at=opened, requested_priority=2)
        with database_time(opened + 4 * HOUR + timedelta(seconds=1)), CaptureQueriesContext(connection) as queries:
            assert fire_due() == tickets * (day + 1)
        taken.append([q["sql"].split("(")[0] for q in queries if "SAVEPOINT" not in q["sql"]])
    assert [len(one) for one in taken] == [7, 7], taken  # look, claim; look, take, tenants, desks (anew), tell
    assert SlaEvent.objects.count() == OutboxMessage.objects.filter(template="staff_sla").count() == 6


def _moves(desk: Desk) -> None:
    PersonAddress.objects.filter(value=desk.email("mia")).update(value="mia@elsewhere.example")


def _leaves(desk: Desk) -> None:
    Person.objects.filter(pk=desk.member("mia").person.pk).update(is_active=False)


def _steps_down(desk: Desk) -> None:
    Agent.objects.filter(pk=desk.member("mia").agent.pk).update(role="engineer")
    Agent.objects.filter(pk=desk.member("bob").agent.pk).update(role="manager")


def _wants_none(desk: Desk) -> None:
    Person.objects.filter(pk=desk.member("mia").person.pk).update(mails_off=["staff_sla"])


def _sleeps(desk: Desk) -> None:
    QuietHours.objects.create(starts=time(11), ends=time(23))


@pytest.mark.parametrize(("change", "expected"), [
    (_moves, ["mia@elsewhere.example"]), (_leaves, []), (_steps_down, ["bob@desk.acme.example"]), (_wants_none, []),
    (_sleeps, [])])
def test_who_is_told_follows_each_change_at_once(acme: Desk, now: datetime, change: Callable[[Desk], None],
                                                 expected: list[str]) -> None:
    first = acme.ticket(at=now, requested_priority=1)
    fire(first)
    assert told(first) == [acme.email("mia")]
    change(acme)
    second = acme.ticket(at=now + HOUR, requested_priority=2)
    with database_time(now + 5 * HOUR + timedelta(seconds=1)):
        fire_due()
    assert told(second) == expected
    assert HeldNotice.objects.filter(event__ticket=second).count() == (change is _sleeps)


def test_a_team_s_lead_follows_a_change_too(acme: Desk, now: datetime) -> None:
    ticket, team = acme.ticket(at=now, requested_priority=1), Team.objects.get(name="Support")
    other = acme.ticket(at=now + HOUR, requested_priority=1)
    Ticket.objects.filter(pk__in=[ticket.pk, other.pk]).update(team=team)
    fire(ticket)
    TeamMember.objects.update(is_lead=False)
    TeamMember.objects.filter(agent=acme.member("bob").agent).update(is_lead=True)
    fire(other)
    assert (told(ticket), told(other)) == ([acme.email("mia")], [acme.email("bob")])


def test_who_gets_a_ticket_by_a_step_is_told_of_its_breach_in_the_same_batch(acme: Desk, now: datetime) -> None:
    second = Team.objects.create(name="Second level")
    TeamMember.objects.create(team=second, agent=acme.member("rita").agent, is_lead=True)
    step(1, after="breach", amount=0, action="reassign", team=second, metric="first_response")
    ticket = acme.ticket(at=now, requested_priority=1)
    fire(ticket)
    assert set(told(ticket)) == {acme.email("rita")}


def test_a_change_to_a_customer_leaves_the_settings_as_they_are(acme: Desk) -> None:
    def version() -> int:
        acme.tenant.refresh_from_db()
        return int(acme.tenant.settings_version)

    before, carol = version(), acme.member("carol").person
    PersonAddress.objects.create(person=carol, kind="email", value="carol@new.example")
    PersonAddress.objects.filter(person=carol).update(is_primary=False)
    Person.objects.filter(pk=carol.pk).update(title="Head of shop")
    assert version() == before
    PersonAddress.objects.create(person=acme.member("mia").person, kind="email", value="mia@new.example")
    assert version() == before + 1


def test_nobody_of_another_tenant_can_be_told(acme: Desk, globex: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    fire(ticket)
    with in_desk(globex):
        stranger = globex.member("mia").person.pk
    row = {"event": SlaEvent.objects.filter(ticket=ticket).first().pk, "person": stranger, "kind": "late", "context": {},
           "inbox": True, "browser": True, "held": False, "address": "x", "cause": "x", "message_id": None}
    with pytest.raises(IntegrityError, match="tenant_fk"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tell_of_clocks(%s, '[]')", [json.dumps([row])])
    assert not StaffNews.objects.filter(person_id=stranger).exists()


def test_desks_are_read_behind_each_tenant_s_wall_and_the_wall_stands_again_after(acme: Desk, globex: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, desk::text FROM desks_of(%s)", [[globex.tenant.pk, acme.tenant.pk]])
        found = dict(cursor.fetchall())
        cursor.execute("SELECT current_setting('app.tenant')")
        assert cursor.fetchone() == (str(current_tenant_id()),)
    assert globex.email("mia") in found[globex.tenant.pk]
    assert "acme" not in found[globex.tenant.pk]
    assert acme.email("mia") in found[acme.tenant.pk]


def test_settings_of_many_tenants_are_remembered_by_version_and_only_where_they_stand() -> None:
    asked: list[list[int]] = []

    @remembered_of_many
    def read(tenants: list[int]) -> dict[int, int]:
        asked.append(tenants)
        return {tenant: len(asked) for tenant in tenants}

    assert read({1: 5}) == {1: 1}
    with settings_stand():
        assert read({1: 5, 2: 7}) == {1: 2, 2: 2}
        assert read({1: 6, 2: 7}) == {1: 3, 2: 2}
    assert read({2: 7}) == {2: 4}
    assert asked == [[1], [1, 2], [1], [2]]
