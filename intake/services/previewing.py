"""Shadow: what would become of a mail, found out by doing it and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Tenant
from accounts.queries import email_of
from intake.enums import InboundState
from intake.models import InboundMessage
from intake.parsing import AuthResult, ParsedMail
from intake.services.deciding import decide
from intake.services.outcome import Outcome
from notifications.models import OutboxMessage
from notifications.rendering import render_words
from notifications.services import drafted
from tickets.models import Attachment, PriorityLevel, Ticket
from tickets.queries import comments_of
from tickets.services.attachments import forget_bytes


class _TakenBackError(Exception):
    """Ends the try-out: everything written in it is rolled back."""


def preview(tenant: Tenant, row: InboundMessage, mail: ParsedMail, auth: AuthResult, *, now: datetime) -> dict[str, Any]:
    """The end that a mail would have, for whom, and with which answers. Nothing of it stays; no mail is put out."""
    found: dict[str, Any] = {}
    files: list[str] = []
    try:
        with transaction.atomic(), drafted() as drafts:
            first_file = Attachment.objects.order_by("-id").values_list("id", flat=True).first() or 0
            outcome = decide(tenant, row, mail, auth)
            found = _words(tenant, outcome, drafts, now)
            files = [*Attachment.objects.filter(pk__gt=first_file, created_at=row.received_at)
                     .values_list("storage_key", flat=True), *(d.context["file"] for d in drafts if "file" in d.context)]
            raise _TakenBackError
    except _TakenBackError:
        forget_bytes(files)
    return found


def _words(tenant: Tenant, outcome: Outcome, drafts: Sequence[OutboxMessage], now: datetime) -> dict[str, Any]:
    words: dict[str, Any] = {"end": outcome.state.value, "reason": outcome.reason, "answers": []}
    if outcome.ticket is not None:
        words |= _ticket(outcome, outcome.ticket.pk)
    for draft in drafts:
        subject, text = render_words(draft, tenant, now=now)
        words["answers"].append({"to": draft.to_address, "kind": str(draft.template), "subject": subject, "text": text})
    return words


def _ticket(outcome: Outcome, ticket_id: int) -> dict[str, Any]:
    ticket = Ticket.objects.select_related("requester", "organization", "project", "product").get(pk=ticket_id)
    comment = outcome.comment or comments_of(ticket)[-1]
    level = PriorityLevel.objects.filter(rank=ticket.priority).first()
    return {
        # A new ticket's number is not promised: others may be opened before it.
        "number": None if outcome.state == InboundState.TICKET else ticket.number,
        "subject": ticket.subject, "requester": f"{ticket.requester.name} <{email_of(ticket.requester)}>",
        "customer": str(ticket.organization or ""), "project": str(ticket.project or ""),
        "product": str(ticket.product or ""), "priority": str(level or ticket.priority), "flags": ticket.triage_flags,
        "body": comment.body[:2000], "files": [a.name for a in comment.attachments.all()],
    }
