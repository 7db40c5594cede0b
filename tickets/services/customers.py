"""What a customer does to a ticket besides writing: people who read along, a call for attention, a verdict."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Organization, Person
from tickets.enums import AuthorKind, EventKind
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.models import Rating, Ticket, TicketCc, TicketEvent
from tickets.rules import can_rate, can_reply
from tickets.services.locking import lock
from tickets.words import SCORE_WORDS
from toolkit.errors import DomainError

ATTENTION_EVERY = timedelta(days=1)
RATE_WITHIN = timedelta(days=30)
RATING_EDITABLE = timedelta(days=7)


def remove_cc(ticket: Ticket, person: Person, *, by: Member, at: datetime) -> None:
    """A person reads along no longer. Whoever may write may do it, and each for themselves."""
    if by.person.pk != person.pk and not can_reply(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not remove people from it."))
    gone, _rows = TicketCc.objects.filter(ticket=ticket, person=person).delete()
    if gone:
        record(ticket, EventKind.CC_CHANGED, at=at, by=by.person, removed=person.pk,
               actor_kind=AuthorKind.STAFF if by.is_staff else AuthorKind.REQUESTER)


def leave_tickets(person: Person, organization: Organization, *, by: Member, at: datetime) -> None:
    """Who leaves an organization stops reading along on its tickets. The caller has checked the right."""
    rows = TicketCc.objects.select_related("ticket").filter(person=person, ticket__organization=organization)
    for row in rows.order_by("id"):
        row.delete()
        record(row.ticket, EventKind.CC_CHANGED, at=at, by=by.person, removed=person.pk,
               actor_kind=AuthorKind.STAFF if by.is_staff else AuthorKind.REQUESTER)


def ask_for_attention(ticket: Ticket, *, reason: str, by: Member, at: datetime) -> None:
    """“This needs attention”: told to whoever holds the ticket and to the managers, once a day."""
    if by.is_staff or not can_reply(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not write to it."))
    if not ticket.is_active:
        raise DomainError(_("This ticket is solved. Open it again first."), code="solved")
    lock(ticket)
    last = _attention_asked(ticket, at - ATTENTION_EVERY)
    if last is not None:
        raise DomainError(_("It has been asked for within the last day, and we know of it."), code="too_often")
    record(ticket, EventKind.ATTENTION_ASKED, at=at, by=by.person, actor_kind=AuthorKind.REQUESTER,
           reason=reason.strip()[:500])


def _attention_asked(ticket: Ticket, since: datetime) -> TicketEvent | None:
    """The newest call for attention after a moment."""
    found: TicketEvent | None = TicketEvent.objects.filter(
        ticket=ticket, kind=EventKind.ATTENTION_ASKED, at__gt=since).order_by("-at", "-id").first()
    return found


def rate(ticket: Ticket, *, score: int, comment: str, by: Member, at: datetime) -> Rating:
    """Say how a solved ticket was handled, 1 to 5; it may be changed for a week. Raises DomainError outside of that."""
    if score not in SCORE_WORDS:
        raise DomainError(_("Choose one of the five, from bad to very good."), field="verdict", code="score")
    if not can_rate(by, ticket):
        raise NotAllowedError(_("Only who may write to this ticket can rate it."))
    lock(ticket)
    if ticket.solved_at is None or ticket.is_active or at - ticket.solved_at > RATE_WITHIN:
        raise DomainError(_("A ticket can be rated for 30 days after it was solved."), code="not_now")
    row = Rating.objects.filter(ticket=ticket).first()
    if row is not None and at - row.created_at > RATING_EDITABLE:
        raise DomainError(_("A rating can be changed for 7 days. This one stands."), code="stands")
    row = row or Rating(ticket=ticket, created_at=at)
    row.person, row.score, row.comment, row.updated_at = by.person, score, comment.strip()[:4000], at
    row.save()
    record(ticket, EventKind.RATED, at=at, by=by.person, actor_kind=AuthorKind.REQUESTER, score=score,
           comment=row.comment)
    return row
