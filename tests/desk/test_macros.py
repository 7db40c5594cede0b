from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts.models import AuditEvent
from knowledge.models import Article
from tests.factories.desk import Desk
from tests.factories.docs import make_docs
from tickets.models import Comment, Draft, Macro, TicketEvent, UndoStep
from tickets.services import assign, set_tags


def _macro(desk: Desk, who: str = "mia", **values: Any) -> Macro:
    data = {"name": "Ask for the log", "body": "Hello {{requester_first}}, send us the log of #{{ number }}.",
            "shared": "on", "add_tags": "waiting, log", **values}
    answer = desk.client(who).post("/desk/macros/new", data)
    assert answer.status_code == 303, answer.content.decode()
    return Macro.objects.latest("id")


def test_managers_share_macros_and_agents_keep_their_own(acme: Desk) -> None:
    shared = _macro(acme)
    assert (shared.owner_id, shared.add_tags) == (None, ["log", "waiting"])
    assert AuditEvent.objects.filter(action="macro.made", object_id=shared.pk).exists()
    own = _macro(acme, "bob", name="Mine", shared="")
    assert own.owner == acme.member("bob").agent
    assert b"Mine" not in acme.client("mia").get("/desk/macros").content
    assert acme.client("mia").get(f"/desk/macros/{own.pk}").status_code == 404
    refused = acme.client("bob").post("/desk/macros/new", {"name": "For all", "body": "x", "shared": "on"})
    assert refused.status_code == 422
    acme.client("bob").post(f"/desk/macros/{shared.pk}/delete")
    assert Macro.objects.filter(pk=shared.pk).exists()
    assert acme.client("rita").get("/desk/macros/new").status_code == 404


@pytest.mark.parametrize(("values", "words"), [
    ({"name": "", "body": "x"}, "Name the macro"),
    ({"name": "Empty"}, "Write some words, or choose a change"),
    ({"name": "Odd", "body": "Hello {{password}}"}, "Nothing is known to put for password"),
])
def test_what_makes_no_sense_is_told_beside_the_field(acme: Desk, values: dict[str, str], words: str) -> None:
    answer = acme.client("bob").post("/desk/macros/new", values)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_macro_s_words_join_what_is_typed_and_its_changes_are_shown_until_send(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    macro = _macro(acme, status="pending", assignee="me")
    choice = bob.get(f"/desk/t/{ticket.number}/macros").content.decode()
    assert "Hello Carol, send us the log" in choice
    assert "Tag added: log" in choice
    bob.post(f"/desk/t/{ticket.number}/macros/{macro.pk}/use", {"body": "Typed before.", "mode": "reply"})
    draft = Draft.objects.get()
    assert draft.body == f"Typed before.\n\nHello Carol, send us the log of #{ticket.number}."
    page = bob.get(f"/desk/t/{ticket.number}").content.decode()
    assert "also changes: Status: waiting on customer; Assigned to you; Tag added: log; Tag added: waiting" in page
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status) == ([], "new")
    bob.post(f"/desk/t/{ticket.number}/compose", {"body": draft.body, "mode": "reply", "then": draft.then,
                                                  "macro": macro.pk})
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status, ticket.assignee) == (["log", "waiting"], "pending", acme.member("bob").agent)
    assert Comment.objects.filter(author_kind="staff").count() == 1


def test_a_macro_s_changes_can_be_left_out(acme: Desk, now: datetime) -> None:
    ticket, bob, macro = acme.ticket(at=now), acme.client("bob"), _macro(acme)
    bob.post(f"/desk/t/{ticket.number}/macros/{macro.pk}/use", {"body": "", "mode": "reply"})
    bob.post(f"/desk/t/{ticket.number}/macros/none", {"body": "Only words", "mode": "reply", "macro": macro.pk})
    draft = Draft.objects.get()
    assert (draft.body, draft.macro) == ("Only words", None)


def test_a_macro_without_words_is_one_step_that_can_be_undone(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    set_tags(ticket, ["old", "kept"], by=acme.member("mia"), at=now)
    macro = _macro(acme, body="", add_tags="new", remove_tags="old", status="on_hold", priority="2", assignee="me")
    bob.post(f"/desk/t/{ticket.number}/compose", {"body": "", "macro": macro.pk})
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status, ticket.priority) == (["kept", "new"], "on_hold", 2)
    page = bob.get(f"/desk/t/{ticket.number}").content.decode()
    step = UndoStep.objects.get()
    assert f'action="/desk/t/{ticket.number}/undo/{step.pk}"' in page
    bob.post(f"/desk/t/{ticket.number}/undo/{step.pk}")
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status, ticket.priority, ticket.assignee) == (["kept", "old"], "open", 3, None)
    assert TicketEvent.objects.filter(ticket=ticket, kind="ticket.tagged").count() == 3


def test_undo_refuses_when_somebody_changed_the_same_thing_and_touches_nothing(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    macro = _macro(acme, body="", add_tags="new", assignee="me")
    bob.post(f"/desk/t/{ticket.number}/compose", {"body": "", "macro": macro.pk})
    assign(ticket, to=acme.member("mia").agent, by=acme.member("mia"), at=now)
    bob.post(f"/desk/t/{ticket.number}/undo/{UndoStep.objects.get().pk}")
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.assignee) == (["new"], acme.member("mia").agent)
    assert b"Somebody has changed the same things" in bob.get(f"/desk/t/{ticket.number}").content


def test_a_macro_links_to_an_article_by_its_title_and_address(acme: Desk, now: datetime) -> None:
    make_docs(now)
    article = Article.objects.select_related("doc_set").get(title="Restore a backup")
    place = f"{article.doc_set.slug}/{article.slug}"
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    macro = _macro(acme, body=f"Please read {{{{ doc {place} }}}} first.")
    link = f"Restore a backup: http://acme.localhost/docs/{place}"
    assert link in bob.get(f"/desk/t/{ticket.number}/macros").content.decode()
    bob.post(f"/desk/t/{ticket.number}/macros/{macro.pk}/use", {"body": "", "mode": "reply"})
    assert Draft.objects.get().body == f"Please read {link} first."
    Article.objects.filter(pk=article.pk).update(is_published=False)
    answer = bob.post(f"/desk/t/{ticket.number}/macros/{macro.pk}/use", {"body": "", "mode": "reply"}, follow=True)
    assert "isn’t published any more" in answer.content.decode()
    assert Draft.objects.get().body == "Please read  first."


def test_a_macro_can_t_link_to_what_nobody_can_read(acme: Desk) -> None:
    answer = acme.client("bob").post("/desk/macros/new", {"name": "Link", "body": "See {{doc manual/nothing}}."})
    assert answer.status_code == 422
    assert "no published article at manual/nothing" in answer.content.decode()
