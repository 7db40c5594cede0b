from __future__ import annotations

from datetime import datetime
from unittest.mock import patch

import pytest
from django.test import Client

from accounts.models import Person
from tests.factories.desk import Desk
from tickets.models import BulkItem, BulkRun, Macro, Ticket
from tickets.services import change_status
from tickets.tasks import run_bulk


def _preview(client: Client, **data: str) -> str:
    answer = client.post("/desk/bulk", {"view": "all", "query": "", **data})
    assert answer.status_code == 303, answer.content.decode()[:500]
    return str(answer["location"])


def test_three_tickets_are_assigned_and_taken_back_without_javascript(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now) for _ in range(3)]
    bob, numbers = acme.client("bob"), ",".join(str(t.number) for t in tickets)
    chosen = bob.get(f"/desk/bulk?do=assign&view=all&query=priority%3D3&sel={numbers}").content.decode()
    assert "Assign 3 tickets" in chosen
    run = _preview(bob, do="assign", sel=numbers, query="priority=3", agent=str(acme.member("mia").agent.pk))
    page = bob.get(run).content.decode()
    assert "3 of 3 tickets will change" in page
    assert "Assign to Mia" in page
    back = bob.post(f"{run}/apply")["location"]
    assert back.startswith("/desk/views/all?priority=3&done=")
    queue = bob.get(back).content.decode()
    assert "3 tickets: Assign to Mia" in queue
    assert ">Undo</button>" in queue
    assert set(Ticket.objects.values_list("assignee__person__name", flat=True)) == {"Mia"}
    assert bob.get("/desk/bulk/last")["location"] == run
    bob.post(f"{run}/undo")
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {None}
    assert b"can\xe2\x80\x99t be undone" in bob.post(f"{run}/undo", follow=True).content


def test_what_is_refused_stays_on_a_page_that_says_why(acme: Desk, now: datetime) -> None:
    first, second = acme.ticket(at=now), acme.ticket(at=now)
    bob = acme.client("bob")
    run = _preview(bob, do="status", sel=f"{first.number},{second.number}", status="solved", reason="")
    change_status(first, "open", by=acme.member("mia"), at=now)
    answer = bob.post(f"{run}/apply")
    assert f'href="{run}?only=refused">1 was not changed: see why' in bob.get(answer["location"]).content.decode()
    answer = bob.get(run).content.decode()
    assert "1 ticket changed" in answer
    assert "1 was not changed" in answer
    only = bob.get(f"{run}?only=refused").content.decode()
    assert "Somebody changed it in the meantime" in only
    assert f"#{second.number} " not in only


def test_all_in_the_view_are_those_that_the_filters_show(acme: Desk, now: datetime) -> None:
    for priority in (1, 2, 2):
        acme.ticket(at=now, requested_priority=priority)
    run = _preview(acme.client("bob"), do="tag", all="yes", query="priority=2", tag="Disk", way="add")
    assert BulkItem.objects.filter(run_id=int(run.rpartition("/")[2])).count() == 2
    assert BulkRun.objects.get().value == {"tag": "disk"}


def test_a_choice_is_carried_over_pages_in_the_address(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now) for _ in range(55)]
    bob = acme.client("bob")
    first, last = tickets[0].number, tickets[-1].number
    answer = bob.get("/desk/bulk", {"view": "all", "query": "sort=updated", "sel": [first, last], "next": "abc"})
    assert answer["location"] == f"/desk/views/all?sort=updated&sel={first}%2C{last}&after=abc"
    page = bob.get(f"/desk/views/all?sel={first},{last}").content.decode()
    assert page.count(" checked") == 1
    assert page.count('type="hidden" name="sel"') == 1
    assert "<span data-chosen>2</span> selected" in page


def test_a_form_that_lacks_something_says_so(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    for do, words in (("tag", "Write the tag"), ("assign", "Choose somebody"), ("status", "Choose the status"),
                      ("priority", "Choose the priority"), ("macro", "Choose the macro"),
                      ("merge", "Write the number of the other ticket")):
        answer = bob.post("/desk/bulk", {"do": do, "view": "all", "query": "", "sel": str(ticket.number)})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert b"No ticket is chosen" in bob.get("/desk/bulk?do=assign&view=all").content
    assert bob.get("/desk/bulk?do=explode&view=all").status_code == 404
    assert bob.get("/desk/bulk?do=assign&view=gone").status_code == 404
    assert acme.client("rita").get("/desk/bulk?do=assign&view=all").status_code == 404


def test_another_s_run_is_not_there(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    run = _preview(acme.client("bob"), do="tag", sel=str(ticket.number), tag="x")
    for method, path in (("get", run), ("post", f"{run}/apply"), ("post", f"{run}/undo")):
        assert getattr(acme.client("mia"), method)(path).status_code == 404
    assert Ticket.objects.get().tags == []


@pytest.mark.django_db(transaction=False)
def test_many_go_to_a_worker_and_the_page_shows_how_far_it_is(
        acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object) -> None:
    monkeypatch.setattr("tickets.services.bulk.AT_ONCE", 2)
    tickets = [acme.ticket(at=now) for _ in range(3)]
    bob = acme.client("bob")
    run = _preview(bob, do="tag", sel=",".join(str(t.number) for t in tickets), tag="x")
    with patch("tickets.tasks.run_bulk.delay") as sent, django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert bob.post(f"{run}/apply")["location"] == run
    person = Person.objects.get(name="Bob")
    sent.assert_called_once_with(acme.tenant.pk, person.pk, int(run.rpartition("/")[2]))
    page = bob.get(run).content.decode()
    assert "0 of 3 tickets" in page
    part = bob.get(run, headers={"HX-Request": "true", "HX-Target": "bulk-run"}).content
    assert part.strip().startswith(b'<div id="bulk-run"')
    run_bulk(*sent.call_args.args)
    assert b"3 tickets changed" in bob.get(run).content
    assert {tuple(t.tags) for t in Ticket.objects.all()} == {("x",)}


def test_a_macro_shows_its_words_and_changes_before_it_is_used_on_many(acme: Desk, now: datetime) -> None:
    tickets, bob = [acme.ticket(at=now) for _ in range(2)], acme.client("bob")
    macro = Macro.objects.create(name="Known fault", body="Dear {{requester_first}}", add_tags=["known"])
    Macro.objects.create(name="Only Mia’s", body="x", owner=acme.member("mia").agent)
    sel = ",".join(str(t.number) for t in tickets)
    form = bob.get(f"/desk/bulk?do=macro&view=all&sel={sel}").content.decode()
    assert "Known fault" in form
    assert "Only Mia" not in form
    page = bob.get(_preview(bob, do="macro", sel=sel, macro=str(macro.pk))).content.decode()
    assert "2 of 2 tickets will change" in page
    assert "Dear Carol" in page
    assert "Tag added: known" in page


def test_a_merge_offers_the_chosen_tickets_oldest_first_or_any_other(acme: Desk, now: datetime) -> None:
    old, new, other = acme.ticket(at=now, subject="Old"), acme.ticket(at=now, subject="New"), acme.ticket(at=now)
    bob, sel = acme.client("bob"), f"{new.number},{old.number}"
    form = bob.get(f"/desk/bulk?do=merge&view=all&sel={sel}").content.decode()
    assert form.index(f"#{old.number} Old") < form.index(f"#{new.number} New")
    run = _preview(bob, do="merge", sel=sel, target=str(old.number))
    assert "1 of 2 tickets will change" in bob.get(run).content.decode()
    run = _preview(bob, do="merge", sel=sel, target=str(old.number), number=f"#{other.number}")
    assert bob.post(f"{run}/apply")["location"].startswith("/desk/views/all?done=")
    assert Ticket.objects.filter(merged_into=other).count() == 2
