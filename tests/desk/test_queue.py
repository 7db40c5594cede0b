from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta

import pytest

from accounts.models import Agent, AuditEvent, Organization, Product, Team
from tests.factories.desk import Desk
from tickets.exporting import csv_chunks, harmless
from tickets.listing import Day, due_counts, list_tickets
from tickets.models import SavedView, Ticket
from tickets.services import assign, change_status, set_tags


def _subjects(desk: Desk, path: str, who: str = "bob") -> set[str]:
    answer = desk.client(who).get(path)
    assert answer.status_code == 200
    return set(re.findall(r'class="subj"[^>]*>(T-[^<]+)<', answer.content.decode()))


def test_each_filter_narrows_and_repeats(acme: Desk, now: datetime) -> None:
    bob, engine = acme.member("bob"), Product.objects.get(slug="engine")
    team = Team.objects.get()
    first = acme.ticket(at=now, subject="T-one", requested_priority=1)
    second = acme.ticket(at=now, subject="T-two", by="sue", project=acme.project("Otherworks"), requested_priority=2)
    acme.ticket(at=now, subject="T-three", channel="email")
    assign(first, to=bob.agent, team=team, by=bob, at=now)
    set_tags(second, ["disk"], by=bob, at=now)
    other = Organization.objects.get(name="Other")
    for query, wanted in {
        "priority=1&priority=2": {"T-one", "T-two"}, "priority=2": {"T-two"}, "assignee=me": {"T-one"},
        "assignee=none": {"T-two", "T-three"}, f"assignee=me&assignee={acme.member('mia').agent.pk}": {"T-one"},
        f"team={team.pk}": {"T-one"}, f"customer={other.pk}": {"T-two"}, "channel=email": {"T-three"},
        "tag=disk": {"T-two"}, f"product={engine.pk}&priority=1": {"T-one"}, "environment=staging": set(),
        "status=new&status=open": {"T-one", "T-two", "T-three"}, "triage=yes": {"T-one", "T-two", "T-three"},
    }.items():
        assert _subjects(acme, f"/desk/views/all?{query}") == wanted, query


def test_unknown_values_are_told_and_never_a_fault(acme: Desk) -> None:
    for query in ("status=nonsense", "priority=9", "customer=x", "due=never", "sort=wrong", "tag=%00", "sel=1,x,%00",
                  "customer=99999999999999999999", "after=zzz", "channel=fax", "q=%00"):
        answer = acme.client("bob").get(f"/desk/views/all?{query}")
        assert answer.status_code == 200, query
    assert b"Not understood and left out: status nonsense" in acme.client("bob").get(
        "/desk/views/all?status=nonsense").content


def test_chips_name_what_is_set_and_take_it_away(acme: Desk) -> None:
    mia, other = acme.member("mia").agent, Organization.objects.get(name="Other")
    page = acme.client("bob").get(
        f"/desk/views/all?status=new&status=open&assignee={mia.pk}&customer={other.pk}&sort=updated").content.decode()
    for words in ("<b>New, Open</b>", "<b>Mia</b>", "<b>Other</b>", "Remove filter: Status"):
        assert words in page
    assert f'href="?assignee={mia.pk}&amp;customer={other.pk}&amp;sort=updated" aria-label="Remove filter: Status"' in page


def test_a_view_s_own_filter_can_be_switched_off(acme: Desk, now: datetime) -> None:
    SavedView.objects.create(slug="urgent", name="Urgent", filters={"priority": ["1"]})
    acme.ticket(at=now, subject="T-low", requested_priority=4)
    assert _subjects(acme, "/desk/views/urgent") == set()
    assert 'href="?priority=" aria-label="Remove filter: Priority"' in (
        acme.client("bob").get("/desk/views/urgent").content.decode())
    assert _subjects(acme, "/desk/views/urgent?priority=") == {"T-low"}


def test_all_filters_stand_on_a_page_of_their_own_without_javascript(acme: Desk) -> None:
    bob = acme.client("bob")
    page = bob.get("/desk/views/all/filters?status=new&find=oth").content.decode()
    assert 'name="status" value="new" checked' in page
    assert "Other" in page
    assert ">Customer</span>" not in page  # the customer of that name doesn't have these letters
    assert bob.get("/desk/views/all/filters?only=wrong").status_code == 404
    part = bob.get("/desk/views/all/filters?only=assignee&assignee=me", headers={
        "HX-Request": "true", "HX-Target": "f-assignee"})
    assert b"<html" not in part.content
    assert b'value="me" checked' in part.content
    assert part["Cache-Control"] == "no-store"
    found = bob.get("/desk/views/all/filters?only=customer&find=oth", headers={
        "HX-Request": "true", "HX-Target": "o-customer"}).content
    assert b"Other" in found
    assert b"Hobbyists" not in found


def test_a_chosen_value_stays_in_the_list_whatever_is_looked_for(acme: Desk) -> None:
    other = Organization.objects.get(name="Other")
    found = acme.client("bob").get(f"/desk/views/all/filters?only=customer&find=hob&customer={other.pk}").content
    assert b"Other" in found
    assert b"Hobbyists" in found


def test_deadline_groups_are_filters_and_headings_tell_all_there_are(acme: Desk, now: datetime) -> None:
    for n in range(3):
        acme.ticket(at=now - timedelta(hours=2), subject=f"T-late-{n}", requested_priority=1)
    acme.ticket(at=now, subject="T-low", requested_priority=4)
    member, day = acme.member("bob"), Day(now, now + timedelta(hours=12))
    late = list_tickets(member, {"due": ["breached"]}, day=day)
    assert late.rows.count() == 3
    counts = due_counts(late, day)
    assert (counts.breached, counts.none, counts.total(), counts.total(["breached"])) == (3, 1, 4, 3)
    by_channel = due_counts(list_tickets(member, {"due": ["breached"]}, sort="channel", day=day), day)
    assert list(by_channel.channels.values()) == [3]
    assert list_tickets(member, {"due": ["breached"]}).unknown == ("due breached",)
    for group in ("within_hour", "today", "later", "paused", "none"):
        found = list_tickets(member, {"due": [group]}, day=day).rows.count()
        assert found == getattr(counts, group), group


def test_the_queue_says_how_many_a_group_has_beyond_the_page(acme: Desk, now: datetime) -> None:
    for n in range(53):
        acme.ticket(at=now, subject=f"T-{n}", requested_priority=1)
    page = acme.client("bob").get("/desk/views/all").content.decode()
    assert "Breached<span>53 tickets</span>" in page
    assert page.count('class="row') == 50
    assert "all 53 in this view" in page


def test_a_page_s_query_count_does_not_grow_with_its_rows(
        acme: Desk, now: datetime, django_assert_max_num_queries: object) -> None:
    acme.ticket(at=now)
    client = acme.client("bob")
    client.get("/desk/views/all")
    with django_assert_max_num_queries(12) as few:  # type: ignore[operator]
        client.get("/desk/views/all")
    for _ in range(3):
        acme.ticket(at=now)
    with django_assert_max_num_queries(12) as many:  # type: ignore[operator]
        client.get("/desk/views/all")
    assert len(few) == len(many)


def test_a_page_of_fifty_keeps_its_weight(acme: Desk, now: datetime) -> None:
    for n in range(50):
        acme.ticket(at=now, subject=f"The pump of hall {n} stops in the morning and doesn't start again", requested_priority=2)
    body = acme.client("bob").get("/desk/views/all").content
    assert len(body) <= 90_000
    assert len(gzip.compress(body, 6)) <= 14_000


def test_counts_of_views_come_in_one_statement_and_are_kept(
        acme: Desk, now: datetime, django_assert_num_queries: object) -> None:
    from django.core.cache import cache

    from tickets.counting import view_counts

    cache.clear()
    SavedView.objects.create(slug="own", name="Own", filters={"assignee": ["me"]})
    SavedView.objects.create(slug="done", name="Done", filters={"status": ["solved"]})
    views = list(SavedView.objects.all())
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    acme.ticket(at=now)
    assign(ticket, to=bob.agent, by=bob, at=now)
    with django_assert_num_queries(1):  # type: ignore[operator]
        counts = view_counts(bob, views)
    assert counts == {"queue": 2, "own": 1}
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert view_counts(bob, views) == counts
    assert view_counts(acme.member("mia"), views) == {"queue": 2, "own": 0}
    cache.clear()
    part = acme.client("bob").get("/desk/views/", headers={"HX-Request": "true", "HX-Target": "view-counts"}).content
    assert b'id="count-own" hx-swap-oob="true">1<' in part
    assert b"<html" not in part
    cache.clear()


def test_views_are_renamed_ordered_and_updated_by_whom_they_belong_to(acme: Desk) -> None:
    mia, bob = acme.client("mia"), acme.client("bob")
    mia.post("/desk/views/save", {"name": "Night", "query": "priority=1", "base": "queue", "shared": "yes"})
    night = SavedView.objects.get(slug="night")
    assert (night.filters, night.sort) == ({"priority": ["1"]}, "channel")
    mia.post("/desk/views/night/edit", {"name": "Late shift", "shared": "on", "is_default": "on"})
    assert bob.get("/desk/")["location"] == "/desk/views/night"
    mia.post("/desk/views/night/move", {"to": "up"})
    assert list(SavedView.objects.values_list("slug", flat=True)) == ["night", "queue"]
    mia.post("/desk/views/night/update", {"query": "status=pending&sort=updated&priority="})
    night.refresh_from_db()
    assert (night.filters, night.sort, night.name) == ({"status": ["pending"]}, "updated", "Late shift")
    assert bob.get("/desk/views/night/edit").status_code == 404
    bob.post("/desk/views/night/move", {"to": "down"})
    assert list(SavedView.objects.values_list("slug", flat=True)) == ["night", "queue"]
    assert mia.post("/desk/views/night/edit", {"name": ""}).status_code == 422
    bob.post("/desk/views/save", {"name": "Own", "query": ""})
    bob.post("/desk/views/own/edit", {"name": "Own too", "shared": "on"})
    assert SavedView.objects.get(slug="own").owner is not None
    actions = set(AuditEvent.objects.filter(action__startswith="view.").values_list("action", flat=True))
    assert actions == {"view.saved", "view.changed", "view.moved"}


def test_columns_and_density_are_the_agent_s_own(acme: Desk, now: datetime) -> None:
    set_tags(acme.ticket(at=now), ["disk", "<b>"], by=acme.member("bob"), at=now)
    bob = acme.client("bob")
    answer = bob.post("/desk/me/queue", {"column": ["due", "tags", "opened"], "density": "compact",
                                         "back": "/desk/views/all?priority=3"})
    assert answer["location"] == "/desk/views/all?priority=3"
    page = bob.get("/desk/views/all").content.decode()
    assert "&lt;b&gt;, disk" in page
    assert "is-compact" in page
    assert ">Customer</th>" not in page
    assert ">Customer</th>" in acme.client("mia").get("/desk/views/all").content.decode()
    bob.post("/desk/me/queue", {"usual": "yes"})
    assert Agent.objects.get(pk=acme.member("bob").agent.pk).preferences == {}
    assert bob.post("/desk/me/queue", {"usual": "1", "back": "//evil.example/desk/"})["location"] == "/desk/"
    assert AuditEvent.objects.filter(action="preferences.changed").count() == 2


def test_csv_has_every_row_is_harmless_and_is_on_record(acme: Desk, now: datetime) -> None:
    for n in range(3):
        acme.ticket(at=now, subject=f'=HYPERLINK("http://evil.example/{n}")')
    answer = acme.client("bob").get("/desk/views/all/export?priority=3")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith('attachment; filename="tickets-all-')
    assert len(text.splitlines()) == 4
    assert "\"'=HYPERLINK(" in text
    assert "Customer,Engine" in text
    event = AuditEvent.objects.get(action="tickets.exported")
    assert event.changes["query"][1] == "/desk/views/all?priority=3"
    assert acme.client("rita").get("/desk/views/all/export").status_code == 404


def test_csv_stops_at_its_limit_and_says_so(acme: Desk, now: datetime) -> None:
    for _ in range(5):
        acme.ticket(at=now)
    listing = list_tickets(acme.member("bob"), {})
    lines = "".join(csv_chunks(acme.tenant, listing, most=3)).splitlines()
    assert len(lines) == 5
    assert "Only the first 3 tickets" in lines[-1]
    assert len({line.split(",")[0] for line in lines[1:4]}) == 3
    assert len("".join(csv_chunks(acme.tenant, listing, most=5)).splitlines()) == 6


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert str(harmless(text)).startswith("'")


def test_a_receptionist_reads_the_queue_and_changes_nothing(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now)
    page = acme.client("rita").get("/desk/views/all").content.decode()
    assert 'name="sel"' not in page
    assert 'id="bulk"' not in page


def test_solved_tickets_are_listed_when_asked_for(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, subject="T-done")
    change_status(ticket, "solved", by=acme.member("bob"), at=now)
    assert _subjects(acme, "/desk/views/all") == set()
    assert _subjects(acme, "/desk/views/all?status=solved") == {"T-done"}
    for path in ("/desk/views/all?status=solved", f"/desk/t/{ticket.number}"):
        page = acme.client("bob").get(path).content.decode()
        assert ("No clock" in page, "Best effort" in page) == (True, False), path  # it had a deadline, and has none now
    assert Ticket.objects.count() == 1


def test_a_solved_ticket_is_not_best_effort_it_has_no_clock_any_more(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, subject="T-done"), acme.member("bob")
    change_status(ticket, "solved", by=bob, at=now)
    for address in ("/desk/views/all?status=solved", f"/desk/t/{ticket.number}"):
        page = acme.client("bob").get(address).content.decode()
        assert "No clock" in page, address
        assert "Best effort" not in page, address
