from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Person
from notifications.models import OutboxMessage
from notifications.ratelinks import person_of_key, rate_url
from notifications.rendering import render_words
from tests.factories.desk import Desk, in_desk
from tickets.enums import Status
from tickets.models import Rating, Ticket, TicketCc
from tickets.services import Entry, ask_for_attention, change_status, rate, reply
from toolkit.errors import DomainError


def _text(desk: Desk, who: str, path: str) -> str:
    return desk.client(who).get(path, follow=True).content.decode()


def _solved(desk: Desk, at: datetime) -> Ticket:
    ticket = desk.ticket(at=at)
    change_status(ticket, Status.SOLVED, by=desk.member("bob"), at=at)
    return ticket


def _key(desk: Desk, ticket: Ticket, who: str = "carol") -> str:
    return rate_url(desk.tenant, ticket, desk.member(who).person).partition("key=")[2]


def test_a_colleague_reads_along_and_is_mailed(acme: Desk, now: datetime) -> None:
    ticket, carol = acme.ticket(at=now), acme.client("carol")
    path = f"/tickets/{ticket.number}/cc"
    carol.post(path, {"email": "VIC@customer.acme.example "})
    assert [c.person.name for c in TicketCc.objects.all()] == ["Vic"]
    reply(ticket, Entry("Try this."), by=acme.member("bob"), at=now)
    assert OutboxMessage.objects.filter(template="ticket_reply", to_address=acme.email("vic")).exists()
    vic = acme.member("vic").person
    carol.post(path, {"remove": str(vic.pk)})
    assert not TicketCc.objects.exists()
    kinds = list(ticket.events.filter(kind="ticket.cc_changed").order_by("id").values_list("data", flat=True))
    assert kinds == [{"added": vic.pk}, {"removed": vic.pk}]


@pytest.mark.parametrize("address", ["sue@other.acme.example", "nobody@nowhere.example", "bob@desk.acme.example", ""])
def test_whoever_isn_t_of_the_organization_is_refused_in_the_same_words(acme: Desk, now: datetime, address: str) -> None:
    ticket, carol = acme.ticket(at=now), acme.client("carol")
    answer = carol.post(f"/tickets/{ticket.number}/cc", {"email": address}, follow=True)
    assert "Nobody of your organization has this address" in answer.content.decode()
    assert not TicketCc.objects.exists()


def test_colleagues_are_named_when_a_ticket_is_opened(acme: Desk) -> None:
    carol = acme.client("carol")
    form = {"subject": "Down", "project": acme.project().pk, "environment": "production", "details": "All of it."}
    for typed, words in ((acme.email("sue"), "Nobody of your organization has the address"),
                         (", ".join(f"k{n}@x.example" for n in range(11)), "Name ten colleagues at most")):
        refused = carol.post("/tickets/new", form | {"cc": typed})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert carol.post("/tickets/new", form | {"cc": f"{acme.email('vic').upper()}; {acme.email('carol')}"}).status_code == 303
    assert [c.person.name for c in TicketCc.objects.all()] == ["Vic"]


def test_what_waits_for_the_customer_says_so_before_any_deadline(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    change_status(ticket, Status.PENDING, by=acme.member("bob"), at=now)
    page = _text(acme, "carol", f"/tickets/{ticket.number}")
    assert ("We wait for your answer" in page, "We answer by" in page) == (True, False)


def test_a_viewer_adds_nobody_but_leaves_when_they_like(acme: Desk, now: datetime) -> None:
    ticket, vic = acme.ticket(at=now), acme.member("vic").person
    path = f"/tickets/{ticket.number}/cc"
    acme.client("vic").post(path, {"email": acme.email("carol")})
    assert not ticket.events.filter(kind="ticket.cc_changed").exists()
    TicketCc.objects.create(ticket=ticket, person=vic)
    acme.client("vic").post(path, {"remove": str(vic.pk)})
    assert not TicketCc.objects.exists()


def test_attention_is_asked_for_once_a_day_and_told(acme: Desk, now: datetime) -> None:
    ticket, carol = acme.ticket(at=now), acme.member("carol")
    reply(ticket, Entry("Looking."), by=acme.member("bob"), at=now)  # bob holds it now
    ask_for_attention(ticket, reason="The shop is empty.", by=carol, at=now)
    mails = OutboxMessage.objects.filter(template="staff_attention")
    assert {m.to_address for m in mails} == {acme.email("bob"), acme.email("mia")}
    subject, text = render_words(mails.first(), acme.tenant, now=now)
    assert "Needs attention" in subject
    assert "The shop is empty." in text
    with pytest.raises(DomainError, match="within the last day"):
        ask_for_attention(ticket, reason="", by=carol, at=now + timedelta(hours=23))
    ask_for_attention(ticket, reason="", by=carol, at=now + timedelta(hours=25))
    assert ticket.events.filter(kind="ticket.attention_asked").count() == 2


def test_only_who_may_write_asks_for_attention(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    for who in ("vic", "sue"):
        acme.client(who).post(f"/tickets/{ticket.number}/attention", {"reason": "x"})
    assert not ticket.events.filter(kind="ticket.attention_asked").exists()


def test_the_desk_sees_the_flag_until_it_answers(acme: Desk) -> None:
    at = datetime.now(UTC)
    ticket = acme.ticket(at=at)
    acme.client("carol").post(f"/tickets/{ticket.number}/attention", {"reason": "The shop is empty."})
    panel = f"/desk/t/{ticket.number}/panel"
    assert "The shop is empty." in _text(acme, "bob", panel)
    assert "asked for attention" in _text(acme, "carol", f"/tickets/{ticket.number}")
    reply(ticket, Entry("On it."), by=acme.member("bob"), at=datetime.now(UTC))
    assert "this needs attention" not in _text(acme, "bob", panel)


def test_a_solved_ticket_is_rated_on_its_page_and_shown_at_the_desk(acme: Desk) -> None:
    ticket = _solved(acme, datetime.now(UTC))
    page = f"/tickets/{ticket.number}"
    assert "How was our help?" in _text(acme, "carol", page)
    assert "How was our help?" not in _text(acme, "vic", page)
    acme.client("carol").post(f"{page}/rate", {"verdict": "2", "comment": "Slow."})
    acme.client("carol").post(f"{page}/rate", {"verdict": "4", "comment": "Well, in the end."})
    row = Rating.objects.get()
    assert (row.score, row.comment, row.person.name) == (4, "Well, in the end.", "Carol")
    assert [e.data["score"] for e in ticket.events.filter(kind="ticket.rated").order_by("id")] == [2, 4]
    panel = _text(acme, "bob", f"/desk/t/{ticket.number}/panel")
    assert "Rated 4 of 5" in panel
    assert "Well, in the end." in panel


@pytest.mark.parametrize(("verdict", "words"), [("", "Choose one of the five"), ("6", "Choose one of the five")])
def test_without_a_verdict_the_words_are_kept(acme: Desk, now: datetime, verdict: str, words: str) -> None:
    ticket = _solved(acme, now)
    answer = acme.client("carol").post(f"/tickets/{ticket.number}/rate", {"verdict": verdict, "comment": "Kept words"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Kept words" in answer.content.decode()


def test_a_rating_has_its_time(acme: Desk, now: datetime) -> None:
    carol, ticket = acme.member("carol"), acme.ticket(at=now)
    with pytest.raises(DomainError, match="30 days"):
        rate(ticket, score=5, comment="", by=carol, at=now)
    change_status(ticket, Status.SOLVED, by=acme.member("bob"), at=now)
    rate(ticket, score=5, comment="", by=carol, at=now + timedelta(days=1))
    rate(ticket, score=1, comment="", by=carol, at=now + timedelta(days=7))
    with pytest.raises(DomainError, match="7 days"):
        rate(ticket, score=5, comment="", by=carol, at=now + timedelta(days=9))
    with pytest.raises(DomainError, match="30 days"):
        rate(_solved(acme, now), score=5, comment="", by=carol, at=now + timedelta(days=31))


def test_solving_asks_by_mail_and_the_link_needs_no_sign_in(acme: Desk) -> None:
    ticket = _solved(acme, datetime.now(UTC))
    mail = OutboxMessage.objects.get(template="ticket_solved")
    _subject, text = render_words(mail, acme.tenant, now=datetime.now(UTC))
    path = f"/tickets/{ticket.number}/rate?key={_key(acme, ticket)}"
    assert f"{path}&v=4" in text
    visitor = acme.client(None)
    page = visitor.get(f"{path}&v=4")
    assert page.status_code == 200
    assert not Rating.objects.exists()  # a mail scanner that opens links rates nothing
    done = visitor.post(f"/tickets/{ticket.number}/rate", {"key": _key(acme, ticket), "verdict": "4"})
    assert done.status_code == 303
    assert Rating.objects.get().person.name == "Carol"
    assert visitor.get(f"/tickets/{ticket.number}").status_code == 302


def test_solving_with_words_asks_once_in_a_mail_of_its_own(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    for later in (now, now + timedelta(hours=1)):
        reply(ticket, Entry("Done."), by=bob, at=later)
        change_status(ticket, Status.SOLVED, by=bob, at=later)
        change_status(ticket, Status.OPEN, by=bob, at=later)
    row = OutboxMessage.objects.get(template="ticket_rate")
    assert f"/tickets/{ticket.number}/rate?key=" in render_words(row, acme.tenant, now=now)[1]
    assert not OutboxMessage.objects.filter(template="ticket_solved").exists()


def test_a_link_is_good_for_one_ticket_of_one_tenant_only(acme: Desk, globex: Desk) -> None:
    at = datetime.now(UTC)
    ticket, other = _solved(acme, at), acme.ticket(at=at)
    key = _key(acme, ticket)
    assert person_of_key(key, other) is None
    assert person_of_key(key[:-2] + "xx", ticket) is None
    with in_desk(globex):
        foreign = _solved(globex, at)
    assert foreign.number == ticket.number
    assert globex.client(None).get(f"/tickets/{foreign.number}/rate?key={key}").status_code == 302
    Person.objects.filter(name="Carol").update(is_active=False)
    assert acme.client(None).get(f"/tickets/{ticket.number}/rate?key={key}").status_code == 302


def test_who_has_left_is_mailed_nothing_more(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    Person.objects.filter(name="Carol").update(is_active=False)
    reply(Ticket.objects.get(pk=ticket.pk), Entry("Try this."), by=acme.member("bob"), at=now)
    assert not OutboxMessage.objects.filter(template="ticket_reply").exists()
