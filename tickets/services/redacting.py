"""Words and files that must not be here: taken out for good, everywhere that this desk keeps them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import AuthorKind, EventKind
from tickets.events import record, words_redacted
from tickets.models import (
    Attachment,
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
from tickets.services.attachments import forget_bytes
from tickets.services.indexing import index_again
from tickets.services.kin import DISTINCT, lock_kin
from tickets.services.locking import lock, save
from tickets.services.striking import strike, strike_all
from tickets.services.trails import redact_trails
from toolkit.errors import DomainError, NotFoundError

_LEAST = 3
_OF_COMMENT = ("body", "quoted", "html", "next_steps")
OF_TICKET = ("subject", "status_reason", "triage_flags", "custom", "url", "product_version", "callback_number")
# Everything else on this floor that holds what people wrote on a ticket; what hangs on bulk runs is in `trails`.
PLACES: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (InternalNote, ("body",)), (Attachment, ("name", "content_id")),
    (PriorityProposal, ("reason", "answer", "decision")), (Rating, ("comment",)),
    (Call, ("summary", "caller_name", "number", "directed_to")), (Callback, ("reason", "done_note", "number")),
    (UndoStep, ("label",)))
_WRITING: tuple[tuple[type[Draft | HeldReply], tuple[str, ...]], ...] = (
    (Draft, ("body", "next_steps")), (HeldReply, ("body", "next_steps", "problem")))


@transaction.atomic
def redact_words(ticket: Ticket, words: str, *, by: Member, at: datetime, reason: str) -> int:
    """Take words out of everything that is kept of a ticket: messages, notes, drafts, facts, what was mailed, what came in;
    and of the tickets that share its words by merge, split, follow-up or mail. Returns in how many places they stood.

    Each ticket that is touched has an event, which says who, why and in how many places, and never the words. What came by
    mail is kept raw no longer. Words of some length also go from what staff are writing on any other ticket.
    """
    require_work(by)
    words = words.strip()
    if len(words) < _LEAST:
        raise DomainError(_("Write at least {least} characters of what has to go.").format(least=_LEAST), field="words")
    _require_reason(reason)
    kin = lock_kin(ticket, words)
    comments: defaultdict[int, list[Comment]] = defaultdict(list)
    for comment in Comment.objects.filter(ticket__in=kin):
        if strike(comment, _OF_COMMENT, words):
            comments[comment.ticket_id].append(comment)
    places = Counter({pk: len(found) for pk, found in comments.items()})
    places += _redact_events(kin, words) + redact_trails(kin, words) + _redact_writing(kin, words)
    for model, fields in PLACES:
        places += strike_all(model._default_manager.filter(ticket__in=kin), fields, words)
    for one in kin:
        places[one.pk] += len(strike(one, OF_TICKET, words)) + len(strike(one, ("tags",), words.lower()))
    for _receiver, found in words_redacted.send(sender=Ticket, tickets=kin, words=words):
        places += cast("Counter[int]", found)
    if not places[ticket.pk]:
        raise DomainError(_("These words don’t stand on this ticket."), field="words")
    for one in _touched(kin, places):
        index_again(one)
        _tell(one, ticket, comments[one.pk], by=by, at=at, reason=reason, what="words", places=places[one.pk])
    return sum(places.values())


@transaction.atomic
def redact_file(ticket: Ticket, attachment_id: int, *, by: Member, at: datetime, reason: str) -> None:
    """Delete a file and its bytes, here and where the same came by split, merge or follow-up. The events say who and why;
    its name goes too, as names tell things.
    """
    require_work(by)
    _require_reason(reason)
    lock(ticket)
    file = Attachment.objects.filter(ticket=ticket, pk=attachment_id).first()
    if file is None:
        raise NotFoundError(_("There is no such file."))
    kin = lock_kin(ticket)
    files = list(Attachment.objects.filter(ticket__in=kin, sha256=file.sha256).select_related("comment").order_by("pk"))
    keys = [row.storage_key for row in files]
    Attachment.objects.filter(pk__in=[row.pk for row in files]).delete()
    transaction.on_commit(lambda: forget_bytes(keys))
    places = Counter(row.ticket_id for row in files)
    for one in _touched(kin, places):
        comments = list({row.comment.pk: row.comment for row in files if row.ticket_id == one.pk and row.comment}.values())
        _tell(one, ticket, comments, by=by, at=at, reason=reason, what="file", places=places[one.pk])


def _touched(kin: Sequence[Ticket], places: Counter[int]) -> list[Ticket]:
    """Those in which something stood, and others by what staff were writing there."""
    known = {one.pk for one in kin}
    others = Ticket.objects.filter(pk__in=[pk for pk in places if pk not in known]).order_by("pk")
    return [one for one in kin if places[one.pk]] + [lock(one) for one in others]


def _tell(one: Ticket, ticket: Ticket, comments: Sequence[Comment], *, by: Member, at: datetime, reason: str,
          **data: Any) -> None:
    save(one, [], at=at)
    of: dict[str, Any] = {} if one.pk == ticket.pk else {"with": ticket.number}
    record(one, EventKind.REDACTED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, reason=reason.strip()[:300],
           comments=[c.pk for c in comments], opening=any(c.is_opening for c in comments), **data, **of)


def _redact_events(kin: Sequence[Ticket], words: str) -> Counter[int]:
    """Facts are append-only but for this: a function of the database takes the words out, and can do nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, redact_events(id, %s) FROM unnest(%s) AS id", [words, [one.pk for one in kin]])
        return Counter({pk: int(found) for pk, found in cursor.fetchall()})


def _redact_writing(kin: Sequence[Ticket], words: str) -> Counter[int]:
    """Drafts and held replies, of whomever. A window that still shows a draft as it was can't save it again."""
    where = Q(ticket__in=kin)
    if len(words) >= DISTINCT:
        where |= Q(body__contains=words) | Q(next_steps__contains=words)
    found: Counter[int] = Counter()
    for model, fields in _WRITING:
        for row in model._default_manager.filter(where):
            if strike(row, fields, words):
                found[row.ticket_id] += 1
                if isinstance(row, Draft):
                    Draft.objects.filter(pk=row.pk).update(revision=row.revision + 1)
    return found


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why it has to go."), field="reason")
