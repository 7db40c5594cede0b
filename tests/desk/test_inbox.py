from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client

from notifications.models import StaffNews
from tests.factories.desk import Desk
from tickets.models import Ticket
from tickets.services import add_note, assign


def _give(desk: Desk, at: datetime, **values: str) -> Ticket:
    ticket = desk.ticket(at=at, **values)
    assign(ticket, to=desk.member("bob").agent, by=desk.member("mia"), at=at)
    return ticket


def _bell(client: Client) -> str:
    return client.get("/desk/inbox/bell", headers={"HX-Request": "true", "HX-Target": "bell"}).content.decode()


def test_the_inbox_groups_by_ticket_and_is_read_by_group_or_whole(acme: Desk, now: datetime) -> None:
    bob = acme.client("bob")
    assert "Nothing unread" in bob.get("/desk/inbox").content.decode()
    first = _give(acme, now, subject="Valve")
    add_note(first, body="@Bob look", by=acme.member("mia"), at=now)
    _give(acme, now + timedelta(minutes=1), subject="Pump")
    page = bob.get("/desk/inbox").content.decode()
    assert page.index("Pump") < page.index("Valve")  # the newest first
    assert page.count('<section class="card">') == 2
    assert "Mia mentioned you in a note" in page
    ids = list(StaffNews.objects.filter(ticket=first).values_list("pk", flat=True))
    assert bob.post("/desk/inbox/read", {"entry": ids})["location"] == "/desk/inbox"
    page = bob.get("/desk/inbox").content.decode()
    assert "Valve" not in page
    assert "Pump" in page
    bob.post("/desk/inbox/read", {"all": "yes", "show": "all"})
    assert not StaffNews.objects.filter(read_at__isnull=True).exists()
    page = bob.get("/desk/inbox?show=all").content.decode()
    assert "Valve" in page
    assert "disabled" in page


def test_the_inbox_goes_on_over_pages_at_a_fixed_cost(acme: Desk, now: datetime, django_assert_max_num_queries: object) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    person = acme.member("bob").person
    StaffNews.objects.bulk_create([StaffNews(person=person, ticket=ticket, kind="wrote", cause=f"w:{n}", data={"by": f"Writer {n}"},
                                             at=now + timedelta(seconds=n)) for n in range(120)])
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = bob.get("/desk/inbox").content.decode()
    assert "Writer 119" in page
    assert "Writer 69" not in page
    cursor = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Writer 69" in bob.get(f"/desk/inbox{cursor}").content.decode()
    assert ">99+<" in _bell(bob)


def test_the_bell_counts_and_names_the_newest_for_the_browser(acme: Desk, now: datetime) -> None:
    bob = acme.client("bob")
    assert "data-newest" not in _bell(bob)
    ticket = _give(acme, now, subject="Valve")
    bell = _bell(bob)
    assert '<span class="count">1</span>' in bell
    assert f'data-title="#{ticket.number} Valve" data-words="Mia gave it to you"' in bell
    assert "data-newest" not in _bell(acme.client("mia"))
    answer = bob.post(f"/desk/inbox/seen/{ticket.number}", headers={"HX-Request": "true", "HX-Target": "bell"})
    assert "nothing unread" in answer.content.decode()
    assert "1 unread" not in bob.get("/desk/inbox/bell").content.decode()


def test_nobody_reads_another_s_news(acme: Desk, now: datetime) -> None:
    _give(acme, now, subject="Valve")
    pk = StaffNews.objects.get().pk
    mia = acme.client("mia")
    assert "Valve" not in mia.get("/desk/inbox?show=all").content.decode()
    mia.post("/desk/inbox/read", {"entry": [pk]})
    mia.post("/desk/inbox/read", {"all": "yes"})
    assert StaffNews.objects.get().read_at is None
    for name in ("carol", None):
        assert acme.client(name).get("/desk/inbox").status_code in {302, 404}


def test_an_agent_says_what_is_told_how(acme: Desk, now: datetime) -> None:
    bob = acme.client("bob")
    sent = {"inbox": ["assigned", "wrote", "late"], "browser": ["late"], "mail": ["wrote"], "digest": "daily"}
    assert bob.post("/desk/me/news", sent)["location"] == "/desk/me#news"
    kept = acme.member("bob").agent.preferences["news"]
    assert kept["digest"] == "daily"
    assert "assigned" not in kept["inbox_off"]
    assert "mentioned" in kept["inbox_off"]
    assert "late" not in kept["browser_off"]
    assert "staff_assigned" in acme.member("bob").person.mails_off
    assert "staff_requester_wrote" not in acme.member("bob").person.mails_off
    page = bob.get("/desk/me").content.decode()
    assert 'name="digest" value="daily" checked' in page
    everything = ["assigned", "wrote", "mentioned", "attention", "priority", "bounced", "due_soon", "late", "escalated", "failed"]
    bob.post("/desk/me/news", {"inbox": everything, "browser": everything, "mail": everything, "digest": "nonsense"})
    assert "news" not in acme.member("bob").agent.preferences
    assert acme.member("bob").person.mails_off == []


def test_hot_pages_ask_nothing_for_the_bell(acme: Desk, now: datetime, django_assert_num_queries: object) -> None:
    ticket = _give(acme, now)
    page = acme.client("bob").get(f"/desk/t/{ticket.number}").content.decode()
    assert f'hx-post="/desk/inbox/seen/{ticket.number}"' in page
    assert 'hx-get="/desk/inbox/bell"' in acme.client("bob").get("/desk/views/all").content.decode()
    assert '<span class="count">1</span>' not in page
