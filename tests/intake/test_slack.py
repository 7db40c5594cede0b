from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.db import connection
from django.test import Client

from accounts.models import Organization, OrganizationDomain, Person, PersonAddress, Project
from intake.models import ChatEvent
from intake.services.chat import process_chat_due, replay_chat_event
from notifications.channels.slack.web import SlackApi
from notifications.chatkeys import keep_keys
from notifications.enums import OutboxKind
from notifications.models import ChatChannel, ChatWorkspace, OutboxMessage
from notifications.services import retry_parked, send_due
from tests.desk.test_rooms import save
from tests.factories.desk import Desk, in_desk
from tests.intake.slack_double import TOKEN, SlackDouble, SlackServer
from tickets.enums import Status
from tickets.models import Comment, Ticket, TicketCc
from tickets.services import Entry, add_note, change_status, confirm_priority, reply

SECRET = "signing-secret"
LATER = timedelta(seconds=1)


@pytest.fixture
def slack(settings: Any) -> Iterator[SlackDouble]:
    """Slack, on a port of this machine."""
    double = SlackDouble()
    server = SlackServer(double)
    settings.SLACK_API_URL = server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sent.outbox = []
    yield double
    server.stop()


@pytest.fixture
def channel(acme: Desk, slack: SlackDouble, now: datetime) -> ChatChannel:
    """A channel that acme shares with Customer."""
    slack.user("UCAROL", "Carol", acme.email("carol"), team="TCUST")
    slack.user("UVIC", "Vic", acme.email("vic"), team="TCUST")
    slack.user("UBOB", "Bob", acme.email("bob"))
    return make_channel(acme, now)


def make_channel(desk: Desk, now: datetime, **values: Any) -> ChatChannel:
    """A workspace with one shared channel."""
    workspace = ChatWorkspace.objects.create(name="Desk", team_id="TACME", bot_user_id="UBOT", created_at=now)
    keep_keys(workspace, token=TOKEN, signing_secret=SECRET)
    return ChatChannel.objects.create(**{
        "workspace": workspace, "channel_id": "C1", "name": "customer", "project": desk.project(),
        "organization": Organization.objects.get(name="Customer"), **values})


def tell(desk: Desk, payload: dict[str, Any], *, secret: str = SECRET, age: int = 0, signature: str = "",
         **headers: str) -> Any:
    """One request of Slack."""
    raw, stamp = json.dumps(payload).encode(), str(int(time.time()) - age)
    good = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    client = Client(headers={"host": desk.host}, enforce_csrf_checks=True)
    return client.post("/hooks/slack/events", raw, content_type="application/json", headers={
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or good, **headers})


_serial = iter(range(1, 1_000_000))


def event(text: str = "!ticket The pump stops\nAt 62 %.", *, user: str = "UCAROL", ts: str = "1700000000.000100",
          **more: Any) -> dict[str, Any]:
    """An envelope around a message; `inner` replaces the event."""
    inner = more.pop("inner", None) or {"type": "message", "channel": "C1", "user": user, "text": text, "ts": ts, **more}
    return {"type": "event_callback", "team_id": "TACME", "event_id": f"Ev{next(_serial)}", "event": inner}


def work(at: datetime) -> None:
    """What a worker does at a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', %s, true)", [at.isoformat()])
    while process_chat_due(now=at):
        pass
    while send_due(now=at, kind=OutboxKind.SLACK):
        pass
    send_due(now=at)


def hear(desk: Desk, payload: dict[str, Any], *, after: timedelta = LATER) -> ChatEvent:
    """Told and read."""
    assert tell(desk, payload).status_code == 200
    work(datetime.now(UTC) + after)
    return ChatEvent.objects.get(event_id=payload["event_id"])


def test_slack_s_question_for_the_address_is_answered(acme: Desk, channel: ChatChannel) -> None:
    answer = tell(acme, {"type": "url_verification", "challenge": "abc123", "token": "x"})
    assert (answer.status_code, answer.content) == (200, b"abc123")


@pytest.mark.parametrize("wrong", [{"secret": "other"}, {"age": 301}, {"age": -400}, {"signature": "v0=00"},
                                   {"signature": "ü"}])
def test_what_isn_t_signed_lately_is_refused_and_not_kept(acme: Desk, channel: ChatChannel, wrong: dict) -> None:
    assert tell(acme, event(), **wrong).status_code == 401
    assert tell(acme, {"type": "url_verification", "challenge": "abc"}, **wrong).status_code == 401
    assert not ChatEvent.objects.exists()


def test_an_event_is_kept_raw_before_anybody_reads_it_and_once_whatever_slack_retries(acme: Desk,
                                                                                     channel: ChatChannel,
                                                                                     slack: SlackDouble) -> None:
    told = event()
    for attempt in range(3):
        assert tell(acme, told, **{"X-Slack-Retry-Num": str(attempt)}).status_code == 200
    row = ChatEvent.objects.get()
    assert (row.state, json.loads(bytes(row.raw)), slack.calls) == ("received", told, [])
    work(datetime.now(UTC) + LATER)
    tell(acme, told)
    work(datetime.now(UTC) + LATER)
    assert Ticket.objects.count() == 1
    assert len(slack.posted) == 1


def test_a_message_with_the_trigger_is_a_ticket_and_its_thread_says_when_we_answer(acme: Desk, channel: ChatChannel,
                                                                                   slack: SlackDouble) -> None:
    row = hear(acme, event())
    ticket = row.ticket
    assert (row.state, ticket.subject, ticket.channel, ticket.project.name, ticket.requester.name) == (
        "ticket", "The pump stops", "chat", "Shop", "Carol")
    assert ticket.comments.get().body == "The pump stops\nAt 62 %."
    (post,) = slack.posted
    assert (post["channel"], post["thread_ts"]) == ("C1", "1700000000.000100")
    assert f"*#{ticket.number}*" in post["text"]
    assert "We answer by" in post["text"]
    assert f"/tickets/{ticket.number}" in post["text"]
    assert sent.outbox == []  # the conversation is in the thread


def test_the_thread_is_the_conversation(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    ticket = hear(acme, event()).ticket
    at, bob = datetime.now(UTC), acme.member("bob")
    confirm_priority(ticket, 2, by=bob, at=at, reason="Only one pump")
    reply(ticket, Entry("Turn **the** valve & see <https://x.example|y> @channel <!channel>"), by=bob, at=at)
    work(at + LATER)
    texts = [p["text"] for p in slack.posted[1:]]
    assert "P2 High" in texts[0]
    assert "Only one pump" in texts[0]
    assert texts[1].startswith("Turn *the* valve &amp; see &lt;https")
    assert "<!channel>" not in texts[1]
    assert {p["thread_ts"] for p in slack.posted} == {"1700000000.000100"}
    row = hear(acme, event("That helped", ts="1700000001.000200", thread_ts="1700000000.000100"))
    assert (row.state, row.ticket, row.comment.body, row.comment.author_kind) == (
        "comment", ticket, "That helped", "requester")
    change_status(ticket, Status.SOLVED, by=bob, at=datetime.now(UTC))
    work(datetime.now(UTC) + LATER)
    assert "is solved" in slack.posted[-1]["text"]
    hear(acme, event("No", ts="1700000002.000300", thread_ts="1700000000.000100"))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert [m for m in sent.outbox if acme.email("carol") in m.to] == []


def test_an_internal_note_never_goes_out(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    ticket = hear(acme, event()).ticket
    add_note(ticket, body="canary-note", by=acme.member("bob"), at=datetime.now(UTC))
    work(datetime.now(UTC) + LATER)
    assert len(slack.posted) == 1
    assert "canary-note" not in json.dumps(slack.posted)


def test_a_cc_still_gets_mail(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    ticket = hear(acme, event()).ticket
    TicketCc.objects.create(ticket=ticket, person=acme.member("vic").person)
    reply(ticket, Entry("For both"), by=acme.member("bob"), at=datetime.now(UTC))
    work(datetime.now(UTC) + LATER)
    assert [m.to for m in sent.outbox] == [[acme.email("vic")]]
    assert "For both" in slack.posted[-1]["text"]


def test_an_engineer_answers_in_the_thread_itself_and_isn_t_repeated(acme: Desk, channel: ChatChannel,
                                                                     slack: SlackDouble) -> None:
    ticket = hear(acme, event()).ticket
    row = hear(acme, event("On it", user="UBOB", ts="1700000001.000200", thread_ts="1700000000.000100"))
    assert (row.state, row.comment.author_kind) == ("comment", "staff")
    assert ticket.clocks.get(metric="first_response").state == "met"
    assert len(slack.posted) == 1


def test_a_stranger_with_an_engineer_s_address_is_no_engineer(acme: Desk, channel: ChatChannel,
                                                              slack: SlackDouble) -> None:
    """Another company's admin can give its users any address."""
    slack.user("UEVE", "Bob", acme.email("bob"), team="TEVIL")
    slack.user("USUE", "Sue", acme.email("sue"), team="TEVIL")
    slack.user("UGUEST", "Bob", acme.email("bob"), is_restricted=True)
    hear(acme, event())
    for number, user in enumerate(("UEVE", "USUE", "UGUEST"), 2):
        row = hear(acme, event("Me", user=user, ts=f"170000000{number}.0", thread_ts="1700000000.000100"))
        assert row.comment.author_kind == "requester"
        assert row.comment.author not in {acme.member("bob").person, acme.member("sue").person}
    assert PersonAddress.objects.filter(value=acme.email("bob")).count() == 1


def test_a_viewer_and_a_customer_without_plan_are_told_why_there_is_no_ticket(acme: Desk, channel: ChatChannel,
                                                                              slack: SlackDouble) -> None:
    row = hear(acme, event(user="UVIC"))
    assert (row.state, row.reason, row.ticket) == ("ignored", "answered: the sender may read tickets, not open them", None)
    assert "not open new ones" in slack.posted[0]["text"]
    Project.objects.update(is_active=False)
    row = hear(acme, event(ts="1700000009.000100"))
    assert row.reason == "answered: the sender has no active project"
    assert slack.posted[1]["thread_ts"] == "1700000009.000100"
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("payload", "reason"), [
    (event("Good morning"), "doesn’t hold the trigger"),
    (event("x!ticket y"), "doesn’t hold the trigger"),
    (event(channel="C999"), "the channel C999 is not set up here"),
    (event(user="UBOT"), "our own message"),
    (event(bot_id="B1"), "a program wrote it"),
    (event(subtype="bot_message"), "a program wrote it"),
    (event(subtype="channel_join"), "no message of a person"),
    (event(inner={"type": "app_mention", "channel": "C1"}), "nothing is done"),
    (event(inner={"type": "reaction_added", "reaction": "ticket", "item": {"type": "file"}}), "on no message"),
    (event(inner={"type": "message", "subtype": "message_changed", "channel": "C1", "message": {"ts": "1.0"},
                  "previous_message": {}}), "words are the same"),
    (event(inner={"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0"}),
     "on no ticket"),
    ({"type": "event_callback", "event_id": "EvOdd", "event": [1]}, "holds no event")])
def test_whatever_makes_nothing_is_recorded_with_its_reason(acme: Desk, channel: ChatChannel, slack: SlackDouble,
                                                            payload: dict, reason: str) -> None:
    row = hear(acme, payload)
    assert row.state == "ignored"
    assert reason in row.reason
    assert not Ticket.objects.exists()
    assert slack.calls == []


def test_a_channel_set_up_afterwards_can_be_read_again(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    row = hear(acme, event(channel="C2"))
    ChatChannel.objects.filter(pk=channel.pk).update(channel_id="C2")
    replay_chat_event(row, now=datetime.now(UTC))
    work(datetime.now(UTC) + LATER)
    row.refresh_from_db()
    assert row.state == "ticket"
    replay_chat_event(row, now=datetime.now(UTC))  # what made a ticket stays as it is
    row.refresh_from_db()
    assert row.state == "ticket"


def test_an_emoji_makes_a_ticket_of_the_marked_message(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    ChatChannel.objects.update(trigger=":ticket:")
    slack.messages["C1", "1700000000.000500"] = {"ts": "1700000000.000500", "user": "UCAROL", "text": "It is *down*"}
    mark = {"type": "reaction_added", "user": "UBOB", "reaction": "ticket", "item_user": "UCAROL",
            "item": {"type": "message", "channel": "C1", "ts": "1700000000.000500"}}
    row = hear(acme, event(inner=mark))
    assert (row.state, row.ticket.requester.name, row.ticket.subject) == ("ticket", "Carol", "It is *down*")
    assert hear(acme, event(inner=mark)).reason == f"it is ticket #{row.ticket.number} already"
    other = hear(acme, event(inner=mark | {"reaction": "eyes"}))
    assert other.reason == "another mark than the trigger"
    assert slack.posted[0]["thread_ts"] == "1700000000.000500"


def test_a_trigger_inside_a_thread_takes_its_first_message_along(acme: Desk, channel: ChatChannel,
                                                                 slack: SlackDouble) -> None:
    slack.messages["C1", "1600000000.0"] = {"ts": "1600000000.0", "user": "UVIC", "text": "Nothing works"}
    row = hear(acme, event("!ticket please", ts="1600000001.0", thread_ts="1600000000.0"))
    assert row.comment.body == "please\n\nNothing works"
    assert slack.posted[0]["thread_ts"] == "1600000000.0"


def test_markup_names_and_files_become_plain_words(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    row = hear(acme, event("!ticket <@UBOB> see <https://x.example/a|the log> &lt;b&gt; in <#C9|ops> <!here>",
                           files=[{"name": "pump.log", "permalink": "https://files.example/1"}], subtype="file_share"))
    assert row.comment.body == ("@Bob see the log (https://x.example/a) <b> in #ops @here\n"
                                "File in Slack: pump.log https://files.example/1")


def test_files_come_along_and_the_token_goes_to_slack_only(acme: Desk, channel: ChatChannel, slack: SlackDouble,
                                                           settings: Any) -> None:
    settings.MAX_FILE_BYTES = 1000
    slack.files = {"pump.log": b"line 1", "big.bin": b"x" * 2000}
    def file(name: str, base: str = settings.SLACK_API_URL) -> dict[str, str]:
        return {"name": name, "permalink": f"https://p.example/{name}", "mimetype": "text/plain",
                "url_private_download": f"{base}{name}"}
    row = hear(acme, event(files=[file("pump.log"), file("big.bin"), file("gone.txt"),
                                  file("pump.log", f"{settings.SLACK_API_URL.replace('127.0.0.1', 'localhost')}x/")],
                           subtype="file_share"))
    stored = list(row.comment.attachments.all())
    assert [(f.name, f.size) for f in stored] == [("pump.log", 6)]
    assert row.comment.body.count("File in Slack") == 3
    answer = hear(acme, event("", ts="1700000001.0", thread_ts="1700000000.000100", subtype="file_share",
                              files=[file("pump.log")]))
    assert answer.comment.attachments.get().name == "pump.log"


def test_edits_and_deletions_are_facts_of_the_ticket(acme: Desk, channel: ChatChannel) -> None:
    ticket = hear(acme, event()).ticket
    old = {"ts": "1700000000.000100", "user": "UCAROL", "text": "!ticket The pump stops\nAt 62 %."}
    row = hear(acme, event(inner={"type": "message", "subtype": "message_changed", "channel": "C1",
                                  "message": old | {"text": "!ticket Two pumps stop"}, "previous_message": old}))
    assert (row.state, row.reason) == ("comment", "edited")
    gone = hear(acme, event(inner={"type": "message", "subtype": "message_deleted", "channel": "C1",
                                   "deleted_ts": "1700000000.000100", "previous_message": old}))
    assert gone.state == "comment"
    facts = list(ticket.events.filter(kind__startswith="ticket.chat").order_by("id").values_list("kind", "data__text"))
    assert facts == [("ticket.chat_edited", "!ticket Two pumps stop"), ("ticket.chat_deleted", None)]
    assert Comment.objects.get(ticket=ticket).body.startswith("The pump stops")


def test_a_late_word_in_a_solved_thread_opens_a_ticket_that_follows(acme: Desk, channel: ChatChannel,
                                                                    slack: SlackDouble) -> None:
    ticket = hear(acme, event()).ticket
    change_status(ticket, Status.SOLVED, by=acme.member("bob"), at=datetime.now(UTC) - timedelta(days=30))
    row = hear(acme, event("Again", ts="1700000005.0", thread_ts="1700000000.000100"))
    assert row.state == "ticket"
    assert row.ticket != ticket
    assert f"#{ticket.number}" in row.ticket.triage_flags[0]
    assert slack.posted[-1]["thread_ts"] == "1700000000.000100"


def test_an_answer_waits_for_the_opening_that_is_not_read_yet(acme: Desk, channel: ChatChannel,
                                                              slack: SlackDouble) -> None:
    slack.failures = [500]
    opening, answer = event(), event("And hot", ts="1700000001.0", thread_ts="1700000000.000100")
    tell(acme, opening)
    tell(acme, answer)
    at = datetime.now(UTC) + LATER
    work(at)
    assert set(ChatEvent.objects.values_list("state", flat=True)) == {"received"}
    work(at + timedelta(seconds=30))
    assert list(ChatEvent.objects.order_by("id").values_list("state", flat=True)) == ["ticket", "comment"]


def test_when_slack_doesn_t_say_who_it_is_the_ticket_is_made_all_the_same(acme: Desk, channel: ChatChannel,
                                                                          slack: SlackDouble) -> None:
    slack.failures = [500] * 5
    told = event(user="UNEW")
    tell(acme, told)
    at = datetime.now(UTC)
    for _ in range(7):
        at += timedelta(hours=1)
        work(at)
    row = ChatEvent.objects.get()
    assert row.state == "ticket"
    assert row.ticket.requester.name == "Slack user UNEW"
    assert Person.objects.get(name="Slack user UNEW").memberships.get().organization.name == "Customer"


@pytest.mark.parametrize(("failure", "waits"), [(500, 8), (429, 77), ("drop", 8), ("internal_error", 8)])
def test_a_post_that_fails_is_tried_again_with_patience(acme: Desk, channel: ChatChannel, slack: SlackDouble,
                                                        failure: Any, waits: int) -> None:
    tell(acme, event())
    slack.failures = [None, failure]  # users.info, then the post
    at = datetime.now(UTC) + LATER
    work(at)
    row = OutboxMessage.objects.get()
    assert (row.state, slack.posted) == ("pending", [])
    assert row.next_at - at >= timedelta(seconds=waits)
    work(row.next_at + LATER)
    assert len(slack.posted) == 1
    assert OutboxMessage.objects.get().state == "sent"


def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(acme: Desk, channel: ChatChannel,
                                                                slack: SlackDouble) -> None:
    tell(acme, event())
    slack.failures = [None, "lose"]
    work(datetime.now(UTC) + LATER)
    assert (OutboxMessage.objects.get().state, len(slack.posted)) == ("pending", 1)
    work(datetime.now(UTC) + timedelta(minutes=5))
    row = OutboxMessage.objects.get()
    assert (row.state, row.provider_id, len(slack.posted)) == ("sent", slack.posted[0]["ts"], 1)


@pytest.mark.parametrize("failure", ["not_in_channel", "token_revoked", "is_archived"])
def test_a_final_no_is_parked_in_sight_and_can_be_tried_again(acme: Desk, channel: ChatChannel, slack: SlackDouble,
                                                              failure: str) -> None:
    tell(acme, event())
    slack.failures = [None, failure]
    work(datetime.now(UTC) + LATER)
    row = OutboxMessage.objects.get()
    assert (row.state, failure in row.last_error) == ("parked", True)
    assert failure.encode() in acme.client("alice").get("/desk/mail").content
    retry_parked(row, at=datetime.now(UTC))
    work(datetime.now(UTC) + LATER)
    assert OutboxMessage.objects.get().state == "sent"


def test_a_channel_switched_off_gets_no_post(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    ticket = hear(acme, event()).ticket
    ChatChannel.objects.update(is_active=False)
    reply(ticket, Entry("Into the void"), by=acme.member("bob"), at=datetime.now(UTC))
    work(datetime.now(UTC) + LATER)
    assert (len(slack.posted), OutboxMessage.objects.latest("id").state) == (1, "parked")


def test_another_tenant_s_slack_opens_nothing_here(acme: Desk, globex: Desk, channel: ChatChannel,
                                                   slack: SlackDouble, now: datetime) -> None:
    assert tell(globex, event()).status_code == 401
    with in_desk(globex):
        foreign = make_channel(globex, now)
        keep_keys(foreign.workspace, signing_secret="globex-secret")
    assert tell(acme, event(), secret="globex-secret").status_code == 401
    told = event()
    assert tell(globex, told, secret="globex-secret").status_code == 200
    work(datetime.now(UTC) + LATER)
    assert not Ticket.objects.exists()
    with in_desk(globex):
        assert Ticket.objects.count() == 1


def test_keys_are_sealed_and_only_go_in(acme: Desk, channel: ChatChannel) -> None:
    workspace = channel.workspace
    assert TOKEN not in workspace.sealed_token
    alice, path = acme.client("alice"), f"/desk/settings/slack/{workspace.pk}"
    page = alice.get(path).content.decode()
    assert TOKEN not in page
    assert workspace.sealed_token not in page
    assert save(alice, path, name="Desk 2", signing_secret="new-secret").status_code == 303
    assert ChatWorkspace.objects.get().sealed_token == workspace.sealed_token
    assert tell(acme, event(), secret="new-secret").status_code == 200
    assert tell(acme, event()).status_code == 401


def test_an_address_in_another_customer_s_domain_is_not_believed(acme: Desk, channel: ChatChannel, slack: SlackDouble) -> None:
    """Else the mail of that address's owner would come from a person of this channel's customer."""
    OrganizationDomain.objects.filter(organization__name="Other").delete()
    OrganizationDomain.objects.create(organization=Organization.objects.get(name="Other"), domain="other.acme.example",
                                      is_verified=True)
    slack.user("UEVE", "Eve", "boss@other.acme.example", team="TCUST")
    assert hear(acme, event(user="UEVE")).state == "ticket"
    assert Ticket.objects.get().requester.name == "Eve"
    assert not PersonAddress.objects.filter(value="boss@other.acme.example").exists()


@pytest.mark.parametrize("url", [
    "https://127.0.0.1:{port}\\@files.slack.com/x", "http://127.0.0.1:{port}\\@files.slack.com/x", "https://slack.com.evil.example/x",
    "http://files.slack.com/x", "https://evil.example/https://files.slack.com/", "//files.slack.com/x", "https://", ""])
def test_an_address_that_only_looks_like_slack_s_gets_no_token(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("notifications.channels.slack.web.requests.get", lambda address, **_more: asked.append(address))
    assert SlackApi(TOKEN).download(url.format(port=9), io.BytesIO(), 10) is False
    assert asked == []
