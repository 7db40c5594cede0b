"""Each mail of the corpus, at a desk with a history, against what the index says it must become."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Contract, Membership, Organization, OrganizationDomain, Person, PersonAddress, Project
from intake.models import HeldComment, InboundMessage, Mailbox
from intake.services import process_due, store_mail
from notifications.models import OutboxMessage
from notifications.threading import reply_address
from tests.factories.desk import Desk
from tests.intake.mails import clock, support
from tickets.enums import ChannelKind, Status
from tickets.models import Attachment, Comment, InternalNote, Ticket, TicketCc
from tickets.services import change_status

DATA = Path(__file__).resolve().parents[1] / "data" / "mail"
INDEX: list[dict[str, Any]] = tomllib.loads((DATA / "index.toml").read_text(encoding="utf-8"))["mail"]
GROUPS = sorted({m["file"].partition("-")[0] for m in INDEX})


@dataclass
class Scene:
    """Carol's tickets: one open, one solved five days ago, one solved a month ago."""

    desk: Desk
    now: datetime
    tickets: dict[str, Ticket]

    @property
    def names(self) -> dict[str, str]:
        """What stands for the @@NAMES@@."""
        ack = OutboxMessage.objects.get(ticket=self.tickets["open"], template="ticket_received")
        return {"@@ACK@@": ack.message_id, "@@TOKEN@@": reply_address(self.tickets["open"], support(self.desk))}


@pytest.fixture
def scene(acme: Desk, now: datetime) -> Scene:
    Mailbox.objects.filter(kind="support").update(authserv_id="mx.acme.example")
    Mailbox.objects.filter(kind="security").update(copy_to="team@desk.acme.example")
    OrganizationDomain.objects.create(organization=Organization.objects.get(name="Other"), domain="claimed.acme.example")
    PersonAddress.objects.create(person=acme.member("carol").person, kind="email", value="carol@private.example")
    _customer_with_two_projects(now)
    days = {"open": 1, "solved": 10, "old": 60}
    tickets = {}
    for name, age in days.items():
        word = "opened" if name == "open" else name
        tickets[name] = acme.ticket(at=now - timedelta(days=age), channel=ChannelKind.EMAIL,
                                    message_id=f"<{word}@customer.acme.example>")
    bob = acme.member("bob")
    change_status(tickets["solved"], Status.SOLVED, by=bob, at=now - timedelta(days=5))
    change_status(tickets["old"], Status.SOLVED, by=bob, at=now - timedelta(days=30))
    clock(now)
    return Scene(acme, now, tickets)


def _customer_with_two_projects(now: datetime) -> None:
    organization = Organization.objects.create(name="Double", created_at=now)
    person = Person.objects.create(name="Dora", created_at=now)
    PersonAddress.objects.create(person=person, kind="email", value="dora@double.acme.example", is_verified=True, is_primary=True)
    Membership.objects.create(person=person, organization=organization)
    like = Contract.objects.filter(plan__slug="gold").first()
    contract = Contract.objects.create(organization=organization, plan=like.plan, reference="D-1", starts_on=like.starts_on)
    for name in ("Mill", "Press"):
        Project.objects.create(name=name, organization=organization, contract=contract, created_at=now)


def test_the_corpus_is_whole() -> None:
    assert len(INDEX) >= 150
    assert {m["file"] for m in INDEX} == {p.name for p in DATA.glob("*.eml")}


@pytest.mark.parametrize("group", GROUPS)
def test_each_mail_becomes_what_the_index_says(group: str, scene: Scene) -> None:
    names = scene.names
    wrong = []
    for wanted in (m for m in INDEX if m["file"].startswith(f"{group}-")):
        mark = transaction.savepoint()
        last = OutboxMessage.objects.order_by("-id").values_list("id", flat=True).first()
        row = _deliver(scene, wanted, names)
        wrong += [f"{wanted['file']}: {problem}" for problem in _differences(scene, wanted, row, last)]
        transaction.savepoint_rollback(mark)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(scene.desk.tenant.pk)])
    assert not wrong, "\n".join(wrong)


def _deliver(scene: Scene, wanted: dict[str, Any], names: dict[str, str]) -> InboundMessage:
    raw, to = (DATA / wanted["file"]).read_bytes(), wanted.get("to", support(scene.desk))
    for name, value in names.items():
        raw, to = raw.replace(name.encode(), value.encode()), to.replace(name, value)
    (pk,) = store_mail(raw, mail_from=wanted.get("mail_from", "bounces@sender.example"), rcpt_tos=[to], at=scene.now)
    while process_due(now=scene.now):
        pass
    row = InboundMessage.objects.select_related("ticket", "comment").get(pk=pk)
    assert bytes(row.raw) == raw
    return row


def _differences(scene: Scene, wanted: dict[str, Any], row: InboundMessage, last: int) -> list[str]:
    end = "comment" if wanted["end"] == "held" else wanted["end"]
    held = HeldComment.objects.filter(message=row).exists()
    if (row.state, held) != (end, wanted["end"] == "held"):
        return [f"ended as {row.state} ({row.reason}){', held' if held else ''}, not as {wanted['end']}"]
    found: dict[str, Any] = {"reason": row.reason, "auth": row.auth_result}
    mails = OutboxMessage.objects.filter(pk__gt=last)
    found["answered"] = sorted(m.template for m in mails if not m.template.startswith("staff"))
    found["bounced"] = OutboxMessage.objects.get(ticket=scene.tickets["open"], template="ticket_received").bounce_reason
    if row.ticket is not None:
        found |= _of_ticket(scene, row)
    contained = {"reason", "body", "quoted", "flag"}
    problems = []
    for key, value in wanted.items():
        if key in {"file", "end", "to", "mail_from"}:
            continue
        got = found.get({"without": "body"}.get(key, key))
        fits = (value not in got) if key == "without" else (value in (got or "")) if key in contained else (
            sorted(value) == sorted(got or [])) if isinstance(value, list) else got == value
        if not fits:
            problems.append(f"{key} is {str(got)[:300]!r}, not {value!r}")
    return problems


def _of_ticket(scene: Scene, row: InboundMessage) -> dict[str, Any]:
    ticket = Ticket.objects.select_related("organization", "project", "product", "requester", "follows").get(pk=row.ticket_id)
    comment = row.comment or Comment.objects.filter(ticket=ticket).latest("id")
    files = list(Attachment.objects.filter(comment=comment).order_by("id"))
    note = InternalNote.objects.filter(ticket=ticket).first()
    words = " ".join(str(v) for v in [ticket.subject, comment.body, comment.html, comment.quoted, *(f.name for f in files)])
    return {
        "subject": ticket.subject, "requester": ticket.requester.name, "customer": str(ticket.organization or ""),
        "project": str(ticket.project or ""), "product": str(ticket.product or ""), "version": ticket.product_version,
        "priority": ticket.priority, "flag": " ".join(ticket.triage_flags), "flags": len(ticket.triage_flags),
        "body": comment.body, "quoted": comment.quoted, "files": [f.name for f in files], "file_count": len(files),
        "bytes": files[0].size if files else None, "note": note.body if note else "",
        "ccs": list(TicketCc.objects.filter(ticket=ticket).values_list("person__addresses__value", flat=True)),
        "follows": next((n for n, t in scene.tickets.items() if t.pk == ticket.follows_id), ""),
        "on": next((n for n, t in scene.tickets.items() if t.pk == ticket.pk), ""),
        "staff": comment.author_kind == "staff", "reopens": ticket.status == Status.OPEN,
        "closed": ticket.status == Status.CLOSED, "secret": "anary" not in words,
    }
