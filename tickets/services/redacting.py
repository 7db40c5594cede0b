"""Words and files that must not be here: taken out for good, everywhere that this desk keeps them."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import AuthorKind, EventKind
from tickets.events import record
from tickets.models import Attachment, Comment, Draft, HeldReply, InternalNote, Ticket
from tickets.rules import require_work
from tickets.services.indexing import index_again
from tickets.services.locking import lock, save
from toolkit.errors import DomainError, NotFoundError

MARK = "█████"
_LEAST = 3


def redact_words(ticket: Ticket, words: str, *, by: Member, at: datetime, reason: str) -> int:
    """Take words out of every message, note, draft and the subject of a ticket. Returns in how many places they stood.

    The event says who, why and in how many places, and never the words. What came by mail is kept raw no longer.
    """
    require_work(by)
    words = words.strip()
    if len(words) < _LEAST:
        raise DomainError(_("Write at least {least} characters of what has to go.").format(least=_LEAST), field="words")
    _require_reason(reason)
    lock(ticket)
    fields = ("body", "quoted", "html", "next_steps")
    comments = [c for c in Comment.objects.filter(ticket=ticket) if _strike(c, fields, words)]
    places = len(comments) + sum(
        _strike(row, names, words)
        for model, names in ((InternalNote, ("body",)), (Draft, ("body", "next_steps")), (HeldReply, ("body", "next_steps")))
        for row in model.objects.filter(ticket=ticket))
    if words in ticket.subject:
        ticket.subject, places = ticket.subject.replace(words, MARK), places + 1
    if not places:
        raise DomainError(_("These words don’t stand on this ticket."), field="words")
    save(ticket, ["subject"], at=at)
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


def _strike(row: Comment | InternalNote | Draft | HeldReply, fields: tuple[str, ...], words: str) -> bool:
    touched = [name for name in fields if words in getattr(row, name)]
    for name in touched:
        setattr(row, name, getattr(row, name).replace(words, MARK))
    if touched:
        row.save(update_fields=touched)
    return bool(touched)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why it has to go."), field="reason")
