from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import AuditEvent, Person, User
from notifications.models import OutboxMessage
from tests.factories.desk import Desk
from tickets.services import Entry, add_requester_message, assign, reply


def _wanted(**changes: Any) -> dict[str, Any]:
    return {"language": "de", "time_zone": "Asia/Kathmandu", "theme": "dark", "mails": ["ticket_received"], **changes}


@pytest.mark.parametrize(("who", "path"), [("carol", "/me"), ("vic", "/me"), ("bob", "/desk/me"), ("rita", "/desk/me")])
def test_everybody_sets_language_zone_and_look(acme: Desk, who: str, path: str) -> None:
    client = acme.client(who)
    assert b"/account/password/change/" in client.get(path).content
    wanted = _wanted(mails=[] if path == "/desk/me" else ["ticket_received"])
    assert client.post(path, wanted).status_code == 303
    person = acme.member(who).person
    assert (person.language, person.time_zone, person.user.theme) == ("de", "Asia/Kathmandu", "dark")
    page = client.get(path).content.decode()
    assert 'data-theme="dark"' in page
    assert 'value="Asia/Kathmandu"' in page
    event = AuditEvent.objects.get(action="person.settings_changed")
    assert event.changes["time_zone"] == ["", "Asia/Kathmandu"]
    client.post(path, wanted)
    assert AuditEvent.objects.filter(action="person.settings_changed").count() == 1  # nothing has changed


@pytest.mark.parametrize(("field", "value", "words"), [
    ("time_zone", "Mars/Base", "Choose a zone of the list"), ("language", "tlh", "not one of the available"),
    ("theme", "pink", "not one of the available")])
def test_what_isn_t_known_is_refused(acme: Desk, field: str, value: str, words: str) -> None:
    answer = acme.client("carol").post("/me", _wanted(**{field: value}))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert acme.member("carol").person.language == ""


def test_the_dates_of_the_portal_are_in_the_own_zone(acme: Desk) -> None:
    acme.ticket(at=datetime.now(UTC))
    acme.client("carol").post("/me", _wanted())
    assert "+05:45" in acme.client("carol").get("/").content.decode()


def test_mails_that_are_switched_off_are_not_sent_but_answers_are(acme: Desk, now: datetime) -> None:
    acme.client("carol").post("/me", _wanted(mails=[]))
    ticket = acme.ticket(at=now)
    assert not OutboxMessage.objects.exists()
    reply(ticket, Entry("Try this."), by=acme.member("bob"), at=now)
    assert [m.template for m in OutboxMessage.objects.all()] == ["ticket_reply"]


def test_an_agent_does_without_what_they_like(acme: Desk, now: datetime) -> None:
    acme.client("bob").post("/desk/me/news", {"mail": ["assigned", "mentioned", "priority", "bounced"]})
    assert acme.member("bob").person.mails_off == ["staff_attention", "staff_requester_wrote"]
    ticket = acme.ticket(at=now)
    assign(ticket, to=acme.member("bob").agent, by=acme.member("mia"), at=now)
    ticket.refresh_from_db()
    add_requester_message(ticket, Entry("Hello?"), by=acme.member("carol").person, at=now)
    to_bob = OutboxMessage.objects.filter(to_address=acme.email("bob")).values_list("template", flat=True)
    assert list(to_bob) == ["staff_assigned"]


def test_shortcuts_are_switched_at_the_desk_and_kept_by_the_portal(acme: Desk) -> None:
    acme.client("bob").post("/desk/me", _wanted(mails=[]))
    assert not User.objects.get(email=acme.email("bob")).shortcuts
    assert 'name="shortcuts" value="on"' in acme.client("carol").get("/me").content.decode()


def test_the_pages_belong_to_their_sides(acme: Desk) -> None:
    assert acme.client("bob").get("/me")["location"] == "/desk/me"
    assert acme.client("carol").get("/desk/me").status_code == 404
    assert acme.client(None).get("/me").status_code == 302
    assert Person.objects.exclude(mails_off=[]).count() == 0
