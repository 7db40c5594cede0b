from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from intake.services import process_due, store_mail
from tests.factories.desk import Desk, in_desk, make_desk
from tests.intake.mails import clock, support, write
from tickets.models import Ticket
from toolkit.together import draw_ids, insert, insert_for_id, then, together, update, waits


def _people(*names: str, at: datetime) -> list[Person]:
    rows = [Person(name=name, created_at=at) for name in names]
    draw_ids(rows)
    return rows


def test_rows_wait_until_somebody_reads(acme: Desk, now: datetime) -> None:
    one, two = _people("One", "Two", at=now)
    with CaptureQueriesContext(connection) as asked, together():
        insert(one, two)
        one.name = "Completed later"
        assert waits(one)
        assert not asked.captured_queries
        assert list(Person.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk").values_list("name", flat=True)) == [
            "Completed later", "Two"]
        assert not waits(one)
    assert len(asked.captured_queries) == 2


def test_what_follows_is_done_after_the_rows_and_in_the_same_round_trip(acme: Desk, now: datetime) -> None:
    (one,) = _people("One", at=now)
    with CaptureQueriesContext(connection) as asked, together():
        insert(one)
        then("UPDATE accounts_person SET title = %s WHERE id = %s", ["Duke; % of 'York'", one.pk])
    assert len(asked.captured_queries) == 1
    assert Person.objects.get(pk=one.pk).title == "Duke; % of 'York'"


def test_named_fields_of_a_stored_row_are_written_after_the_rows_and_no_other(acme: Desk, now: datetime) -> None:
    one, two = _people("One", "Two", at=now)
    insert(one)
    one.name, one.title = "Renamed", "Only in memory"
    with CaptureQueriesContext(connection) as asked, together():
        update(one, "name")
        insert(two)
    assert len(asked.captured_queries) == 1
    assert list(Person.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk").values_list("name", "title")) == [
        ("Renamed", ""), ("Two", "")]


def test_a_row_whose_id_is_asked_for_comes_after_those_that_wait(acme: Desk, now: datetime) -> None:
    (one,) = _people("One", at=now)
    asking = Person(name="Asking; %s", created_at=now)
    with together():
        insert(one)
        insert_for_id(asking)
        assert not waits(one)
    assert Person.objects.get(pk=asking.pk).name == "Asking; %s"
    asking.name = "A stored row from now on"
    asking.save()
    assert Person.objects.filter(pk=asking.pk, name="A stored row from now on").count() == 1


def test_a_row_that_a_key_forbids_is_left_out_where_that_is_wanted(acme: Desk, now: datetime) -> None:
    (one,) = _people("One", at=now)
    insert(one)
    insert(Person(pk=one.pk, name="Again", created_at=now), or_leave=True)
    assert Person.objects.get(pk=one.pk).name == "One"
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Person(pk=one.pk, name="Again", created_at=now))


def test_rows_of_a_savepoint_that_is_given_up_go_with_it(acme: Desk, now: datetime) -> None:
    one, two = _people("One", "Two", at=now)
    with together():
        insert(one)
        with suppress(ZeroDivisionError), transaction.atomic():
            insert(two)
            raise ZeroDivisionError
    assert [p.pk for p in Person.objects.filter(pk__in=[one.pk, two.pk])] == [one.pk]


def test_half_of_a_change_is_never_committed(acme: Desk, now: datetime) -> None:
    (one,) = _people("One", at=now)
    with transaction.atomic():
        with suppress(ZeroDivisionError), together():
            insert(one)
            raise ZeroDivisionError
        assert transaction.get_rollback()
        transaction.set_rollback(True)
    assert not Person.objects.filter(pk=one.pk).exists()


@pytest.mark.django_db
def test_a_mail_becomes_a_ticket_in_a_handful_of_round_trips(now: datetime) -> None:
    desk = make_desk("acme", at=now)
    clock(now)
    for subject in ("First", "Second"):
        store_mail(write(desk, "carol@customer.acme.example", subject), mail_from="c@x.example", rcpt_tos=[support(desk)],
                   at=now)
    process_due(now=now, most=1)
    with CaptureQueriesContext(connection) as asked:
        process_due(now=now, most=1)
    with in_desk(desk):
        assert Ticket.objects.filter(organization__name="Customer").count() == 2
    trips = [q["sql"][:90] for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(trips) <= 12, trips
