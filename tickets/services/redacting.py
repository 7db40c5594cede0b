"""Words and files that must not be here: taken out for good, everywhere that this desk keeps them."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import AuthorKind, EventKind
from tickets.events import record, words_redacted
from tickets.models import (
    Attachment,
    BulkItem,
    Call,
    Callback,
    Comment,
    Draft,
    HeldReply,
    InternalNote,
    PriorityProposal,
    Rating,
    Ticket,
    UndoStep,
)
from tickets.rules import require_work
from tickets.services.indexing import index_again
from tickets.services.locking import lock, save
from tickets.services.striking import strike, strike_all, struck
from toolkit.errors import DomainError, NotFoundError

_LEAST = 3
_OF_COMMENT = ("body", "quoted", "html", "next_steps")
_OF_TICKET = ("subject", "status_reason", "triage_flags", "custom")
# Everything else on this floor that holds what people wrote on a ticket.
_PLACES: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (InternalNote, ("body",)), (Draft, ("body", "next_steps")), (HeldReply, ("body", "next_steps", "problem")),
    (Attachment, ("name",)), (PriorityProposal, ("reason", "answer", "decision")), (Rating, ("comment",)),
    (Call, ("summary", "caller_name")), (Callback, ("reason", "done_note")), (UndoStep, ("label",)),
    (BulkItem, ("reason",)))


def redact_words(ticket: Ticket, words: str, *, by: Member, at: datetime, reason: str) -> int:
    """Take words out of everything that is kept of a ticket: messages, notes, drafts, facts, what was mailed, what came in.
    Returns in how many places they stood.

    The event says who, why and in how many places, and never the words. What came by mail is kept raw no longer.
    """
    require_work(by)
    words = words.strip()
    if len(words) < _LEAST:
        raise DomainError(_("Write at least {least} characters of what has to go.").format(least=_LEAST), field="words")
    _require_reason(reason)
    lock(ticket)
    comments = [c for c in Comment.objects.filter(ticket=ticket) if strike(c, _OF_COMMENT, words)]
    places = len(comments) + _redact_events(ticket, words) + sum(
        strike_all(model.objects.filter(ticket=ticket), fields, words) for model, fields in _PLACES)
    for name in _OF_TICKET:
        after = struck(getattr(ticket, name), words)
        places += after != getattr(ticket, name)
        setattr(ticket, name, after)
    places += sum(found for _receiver, found in words_redacted.send(sender=Ticket, ticket=ticket, words=words))
    if not places:
        raise DomainError(_("These words don’t stand on this ticket."), field="words")
    save(ticket, list(_OF_TICKET), at=at)
    index_again(ticket)
    record(ticket, EventKind.REDACTED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, what="words", places=places,
           reason=reason.strip()[:300], comments=[c.pk for c in comments],
           opening=any(c.is_opening for c in comments))
    return places


def redact_file(ticket: Ticket, attachment_id: int, *, by: Member, at: datetime, reason: str) -> None:
    """Delete a file and its bytes. The event says who and why; its name goes too, as names tell things."""
    require_work(by)
    _require_reason(reason)
    lock(ticket)
    file = Attachment.objects.filter(ticket=ticket, pk=attachment_id).select_related("comment").first()
    if file is None:
        raise NotFoundError(_("There is no such file."))
    comment, key = file.comment, file.storage_key
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(key))
    save(ticket, [], at=at)
    record(ticket, EventKind.REDACTED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, what="file", places=1,
           reason=reason.strip()[:300], comments=[comment.pk] if comment else [],
           opening=bool(comment and comment.is_opening))


def _redact_events(ticket: Ticket, words: str) -> int:
    """Facts are append-only but for this: a function of the database takes the words out, and can do nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT redact_events(%s, %s)", [ticket.pk, words])
        return int(cursor.fetchone()[0])


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why it has to go."), field="reason")
