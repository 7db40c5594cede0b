"""S48: at high severity a public reply says what happens next and when, and that promise is a clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sla.models import SlaClock
from sla.promised import needs_follow_up
from sla.queries import clock_lines
from supportdesk.reference.demo import DATA
from supportdesk.reference.schema import read_tenant_file
from tests.factories.desk import Desk, want_promises
from tickets.enums import ChannelKind, Status
from tickets.flags import FOLLOW_UP_FLAG
from tickets.followup import FollowUp
from tickets.models import Comment, Ticket
from tickets.services import Entry, add_requester_message, change_status, confirm_priority, log_call, reply
from toolkit.errors import DomainError


@pytest.fixture
def strict(acme: Desk) -> Desk:
    """A desk whose policy wants a follow-up at ranks 1 and 2."""
    want_promises(acme, 1, 2)
    return acme


def _promises(ticket: Ticket) -> list[tuple[Any, ...]]:
    return list(SlaClock.objects.filter(ticket=ticket, metric="promise").order_by("cycle").values_list("state", "due_at"))


@pytest.mark.parametrize(("said", "missing"), [
    (FollowUp(), "Write the next steps"), (FollowUp("We look at the log"), "Choose the time"),
    (FollowUp("  "), "Write the next steps")])
@pytest.mark.parametrize("rank", [1, 2])
def test_a_reply_that_says_nothing_of_what_follows_is_refused(strict: Desk, now: datetime, rank: int, said: FollowUp,
                                                              missing: str) -> None:
    ticket, bob = strict.ticket(at=now, requested_priority=rank), strict.member("bob")
    with pytest.raises(DomainError, match=missing):
        reply(ticket, Entry("On it.", follow_up=said), by=bob, at=now)
    assert Comment.objects.count() == 1


def test_lower_ranks_other_policies_and_solving_words_owe_nothing(strict: Desk, now: datetime) -> None:
    bob = strict.member("bob")
    reply(strict.ticket(at=now, requested_priority=3), Entry("On it."), by=bob, at=now)
    solved = strict.ticket(at=now, requested_priority=1)
    reply(solved, Entry("Fixed.", solves=True), by=bob, at=now)
    change_status(solved, Status.SOLVED, by=bob, at=now)
    reply(solved, Entry("You are welcome."), by=bob, at=now)
    want_promises(strict)
    reply(strict.ticket(at=now, requested_priority=1), Entry("On it."), by=bob, at=now)


def test_the_priority_of_the_moment_decides(strict: Desk, now: datetime) -> None:
    ticket, bob = strict.ticket(at=now, requested_priority=3), strict.member("bob")
    reply(ticket, Entry("On it."), by=bob, at=now)
    confirm_priority(ticket, 2, by=bob, at=now, reason="Worse than it looked")
    with pytest.raises(DomainError, match="next steps"):
        reply(ticket, Entry("Still on it."), by=bob, at=now)


def test_a_promise_is_a_clock_that_the_next_reply_meets_or_misses(strict: Desk, now: datetime) -> None:
    ticket, bob = strict.ticket(at=now, requested_priority=1), strict.member("bob")

    def say(minutes: int, until: int) -> None:
        reply(ticket, Entry("…", follow_up=FollowUp("We look on", now + timedelta(minutes=until))), by=bob,
              at=now + timedelta(minutes=minutes))

    say(5, 30)
    assert _promises(ticket) == [("running", now + timedelta(minutes=30))]
    assert ticket.events.get(kind="ticket.promised").data["until"] == (now + timedelta(minutes=30)).isoformat()
    add_requester_message(ticket, Entry("Any news?"), by=ticket.requester, at=now + timedelta(minutes=10))
    say(20, 60)
    say(70, 90)
    states = [state for state, _due in _promises(ticket)]
    assert states == ["met", "breached", "running"]
    assert SlaClock.objects.get(ticket=ticket, metric="promise", cycle=2).breached_at == now + timedelta(minutes=60)
    comment = Comment.objects.latest("id")
    assert (comment.next_steps, comment.next_update_by) == ("We look on", now + timedelta(minutes=90))


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1), timedelta(days=400)])
def test_a_promise_that_can_t_be_kept_is_refused_with_the_time_and_its_zone(acme: Desk, now: datetime,
                                                                            ahead: timedelta) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    with pytest.raises(DomainError, match=r"12:00 UTC|within a year"):
        reply(ticket, Entry("x", follow_up=FollowUp("y", now + ahead)), by=bob, at=now)


def test_any_reply_may_promise(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    reply(ticket, Entry("x", follow_up=FollowUp(by=now + timedelta(hours=1))), by=acme.member("bob"), at=now)
    assert _promises(ticket) == [("running", now + timedelta(hours=1))]


@pytest.mark.parametrize("channel", [ChannelKind.EMAIL, ChannelKind.CHAT, ChannelKind.PHONE])
def test_what_was_said_outside_is_kept_and_triage_is_told_until_a_promise_is_made(strict: Desk, now: datetime,
                                                                                 channel: ChannelKind) -> None:
    ticket, bob = strict.ticket(at=now, requested_priority=1), strict.member("bob")
    if channel == ChannelKind.PHONE:
        log_call(ticket, body="On it.", by=bob, at=now)
    else:
        reply(ticket, Entry("On it.", channel=channel), by=bob, at=now)
    assert ticket.triage_flags == [FOLLOW_UP_FLAG]
    confirm_priority(ticket, 1, by=bob, at=now)
    assert ticket.triage_flags == [FOLLOW_UP_FLAG]
    reply(ticket, Entry("y", follow_up=FollowUp("z", now + timedelta(hours=1))), by=bob, at=now)
    assert Ticket.objects.get(pk=ticket.pk).triage_flags == []


def test_the_page_knows_it_without_a_query_of_its_own(strict: Desk, now: datetime,
                                                     django_assert_num_queries: Any) -> None:
    ticket = strict.ticket(at=now, requested_priority=1)
    lines = clock_lines(ticket)
    with django_assert_num_queries(1):  # in a reading request even that one is remembered
        assert needs_follow_up(ticket, lines)
    assert not needs_follow_up(strict.ticket(at=now, requested_priority=4))


def test_of_the_reference_policies_only_stakater_s_asks_for_it() -> None:
    asked = {path.stem: [p.get("promise_ranks", []) for p in read_tenant_file(path)["policies"]]
             for path in sorted(DATA.glob("*.toml"))}
    assert asked.pop("stakater") == [[1, 2]]
    assert not [ranks for policies in asked.values() for ranks in policies if ranks]
