from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.enums import AgentRole
from accounts.models import Agent
from desk.live import may_hear
from notifications.enums import DigestRhythm
from notifications.models import OutboxMessage, StaffNews
from notifications.newswords import news_words
from notifications.preferences import NewsRules
from notifications.services import forget_news, mark_bounced, send_due
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk
from tests.sla.test_timers import database_time
from tickets.models import HeldReply, Ticket, TicketEvent
from tickets.services import (
    Entry,
    Words,
    add_note,
    add_requester_message,
    assign,
    confirm_priority,
    follow,
    hold_reply,
    leave_due,
    reply,
)


def _told(desk: Desk, name: str) -> list[str]:
    rows = StaffNews.objects.filter(person=desk.member(name).person).order_by("id")
    return [f"#{row.ticket.number} {news_words(row.kind, row.data)}" for row in rows]


def _wants(desk: Desk, name: str, **news: object) -> None:
    agent = desk.member(name).agent
    agent.preferences = {"news": news}
    agent.save()


def _carol_writes(desk: Desk, ticket: Ticket, at: datetime) -> None:
    ticket.refresh_from_db()
    add_requester_message(ticket, Entry("Hello?"), by=desk.member("carol").person, at=at)


def test_what_concerns_somebody_stands_in_their_inbox_once(acme: Desk, now: datetime) -> None:
    bob, mia, ticket = acme.member("bob"), acme.member("mia"), acme.ticket(at=now)
    assign(ticket, to=bob.agent, by=mia, at=now)
    follow(ticket, by=mia, at=now, on=True)
    add_note(ticket, body="@Bob look", by=mia, at=now)
    _carol_writes(acme, ticket, now)
    number = ticket.number
    assert _told(acme, "bob") == [f"#{number} Mia gave it to you", f"#{number} Mia mentioned you in a note",
                                  f"#{number} Carol wrote"]
    assert _told(acme, "mia") == [f"#{number} Carol wrote"]
    mails = OutboxMessage.objects.filter(person=bob.person).count()
    assert mails == StaffNews.objects.filter(person=bob.person).count()  # one cause, whatever the ways


def test_nobody_is_told_of_what_they_did_themselves(acme: Desk, now: datetime) -> None:
    bob, ticket = acme.member("bob"), acme.ticket(at=now)
    assign(ticket, to=bob.agent, by=bob, at=now)
    add_note(ticket, body="@Bob remember", by=bob, at=now)
    assert _told(acme, "bob") == []


def test_deadlines_and_escalations_are_news_of_whoever_answers(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    assign(ticket, to=acme.member("bob").agent, by=acme.member("bob"), at=now)
    for minutes in (50, 61):
        with database_time(now + timedelta(minutes=minutes)):
            while fire_due(most=7):
                pass
    told = _told(acme, "bob")
    assert told[0].endswith("First reply is due soon")
    assert any(one.endswith("First reply is overdue") for one in told)
    assert len(told) == len(set(told))


def test_a_reply_that_could_not_leave_is_told_to_its_author_and_answers_no_clock(acme: Desk, now: datetime) -> None:
    bob, ticket = acme.member("bob"), acme.ticket(at=now, requested_priority=1)
    hold_reply(ticket, Words("Wait."), by=bob, at=now + timedelta(minutes=1), leaves_at=now + timedelta(seconds=68))
    assert ticket.clocks.get(metric="first_response").state == "met"
    Agent.objects.filter(pk=bob.agent.pk).update(role=AgentRole.RECEPTIONIST)
    with database_time(now + timedelta(seconds=69)):
        leave_due(now=now + timedelta(seconds=69))
    assert "come from engineers" in HeldReply.objects.get().problem
    [told] = _told(acme, "bob")
    assert "Your reply could not leave: Replies come from engineers" in told
    assert OutboxMessage.objects.get(template="staff_failed").to_address == acme.email("bob")
    assert ticket.clocks.filter(metric="first_response", state="met").count() == 0


def test_a_mail_that_came_back_is_told_to_whoever_answers_for_the_ticket(acme: Desk, now: datetime) -> None:
    bob, ticket = acme.member("bob"), acme.ticket(at=now)
    assign(ticket, to=bob.agent, by=bob, at=now)
    reply(ticket, Entry("Try this."), by=bob, at=now)
    sent = OutboxMessage.objects.get(template="ticket_reply")
    for _ in range(2):
        mark_bounced([sent.message_id], [], reason="no such user", at=now)
    assert _told(acme, "bob") == [f"#{ticket.number} Our mail to {sent.to_address} came back: no such user"]


def test_each_kind_goes_the_ways_that_its_reader_wants(acme: Desk, now: datetime) -> None:
    _wants(acme, "bob", inbox_off=["assigned"], browser_off=["assigned", "wrote"])
    ticket = acme.ticket(at=now)
    assign(ticket, to=acme.member("bob").agent, by=acme.member("mia"), at=now)
    _carol_writes(acme, ticket, now)
    rows = StaffNews.objects.filter(person=acme.member("bob").person).values_list("kind", "in_inbox", "in_browser")
    assert list(rows) == [("wrote", True, False)]  # what is wanted nowhere isn't kept
    assert OutboxMessage.objects.filter(template="staff_assigned").count() == 1  # the mail has a rule of its own


def test_a_digest_tells_what_was_not_read_and_urgent_news_don_t_wait_for_it(acme: Desk, now: datetime) -> None:
    _wants(acme, "bob", digest="hourly")
    bob, mia = acme.member("bob"), acme.member("mia")
    first, second = acme.ticket(at=now, subject="First"), acme.ticket(at=now, subject="Second")
    assign(first, to=bob.agent, by=mia, at=now)
    assign(second, to=bob.agent, by=mia, at=now + timedelta(minutes=10))
    _carol_writes(acme, second, now + timedelta(minutes=20))
    [waiting] = OutboxMessage.objects.filter(person=bob.person)
    assert (waiting.template, waiting.next_at) == ("staff_digest", now + timedelta(hours=1))
    StaffNews.objects.filter(ticket=first).update(read_at=now)
    _send(now + timedelta(minutes=30))
    assert not [m for m in mail.outbox if acme.email("bob") in m.to]
    _send(now + timedelta(hours=1, seconds=1))
    [digest] = [m for m in mail.outbox if acme.email("bob") in m.to]
    assert digest.subject == "2 pieces of news"
    assert f"#{second.number} Second\n  Mia gave it to you" in digest.body
    assert "Carol wrote" in digest.body
    assert "First" not in digest.body
    _carol_writes(acme, first, now + timedelta(hours=2))
    assert OutboxMessage.objects.get(state="pending", person=bob.person).next_at == now + timedelta(hours=3)


def test_a_digest_of_what_has_all_been_read_isn_t_sent(acme: Desk, now: datetime) -> None:
    _wants(acme, "bob", digest="daily")
    ticket = acme.ticket(at=now)
    assign(ticket, to=acme.member("bob").agent, by=acme.member("mia"), at=now)
    StaffNews.objects.update(read_at=now)
    _send(now + timedelta(days=2))
    assert OutboxMessage.objects.get(template="staff_digest").state == "superseded"


def test_who_switched_a_mail_off_has_it_in_no_digest_either(acme: Desk, now: datetime) -> None:
    _wants(acme, "bob", digest="hourly")
    person = acme.member("bob").person
    person.mails_off = ["staff_assigned"]
    person.save()
    assign(acme.ticket(at=now), to=acme.member("bob").agent, by=acme.member("mia"), at=now)
    assert not OutboxMessage.objects.filter(person=person).exists()
    assert StaffNews.objects.filter(person=person, in_digest=False).count() == 1


def _send(moment: datetime) -> None:
    with database_time(moment):
        while send_due(now=moment):
            pass


@pytest.mark.parametrize(("rhythm", "at", "expected"), [
    (DigestRhythm.HOURLY, "2026-11-18T12:10", "2026-11-18T13:00"), (DigestRhythm.DAILY, "2026-11-18T12:10", "2026-11-19T08:00"),
    (DigestRhythm.DAILY, "2026-11-18T07:59", "2026-11-18T08:00"), (DigestRhythm.DAILY, "2026-03-28T20:00", "2026-03-29T08:00")])
def test_a_digest_comes_at_the_full_hour_or_in_the_morning(rhythm: DigestRhythm, at: str, expected: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    found = NewsRules(rhythm=rhythm).digest_at(datetime.fromisoformat(at).replace(tzinfo=zone), zone)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=zone)


def test_news_for_one_person_are_heard_by_nobody_else(acme: Desk) -> None:
    news = {"kind": "news", "person": acme.member("bob").person.pk, "staff_only": True}
    assert [name for name in ("alice", "bob", "mia", "carol") if may_hear(acme.member(name), news)] == ["bob"]


def test_old_news_go(acme: Desk, now: datetime) -> None:
    assign(acme.ticket(at=now), to=acme.member("bob").agent, by=acme.member("mia"), at=now)
    forget_news(at=now + timedelta(days=89))
    assert StaffNews.objects.count() == 1
    forget_news(at=now + timedelta(days=91))
    assert not StaffNews.objects.exists()
    assert TicketEvent.objects.filter(kind="ticket.assigned").exists()


def test_history_that_is_loaded_tells_nobody(acme: Desk, now: datetime) -> None:
    from toolkit.quiet import quiet

    with quiet():
        assign(acme.ticket(at=now), to=acme.member("bob").agent, by=acme.member("mia"), at=now)
        confirm_priority(acme.ticket(at=now.astimezone(UTC)), 3, by=acme.member("mia"), at=now)
    assert not StaffNews.objects.exists()
