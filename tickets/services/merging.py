"""One case told twice becomes one ticket; and can become two again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Person
from tickets.enums import AuthorKind, EventKind, LinkKind, Status, StepKind
from tickets.errors import TicketChangedError
from tickets.events import record
from tickets.models import Comment, Ticket, TicketCc, TicketLink, UndoStep
from tickets.rules import require_work
from tickets.services.conversation import add_note
from tickets.services.locking import lock, save
from tickets.services.steps import remember_step
from toolkit.errors import DomainError


def merge(source: Ticket, target: Ticket, *, by: Member, at: datetime) -> UndoStep:
    """Make `source` a part of `target`: it closes, its clocks are cancelled, its people read along on the target, and
    what they answer lands there. Raises DomainError when the two can't be one: a merge shows each side the other's words.
    """
    require_work(by)
    for ticket in sorted((source, target), key=lambda t: t.pk):
        lock(ticket)
    _require_one_case(source, target)
    added = _read_along(source, target)
    before = {"status": str(source.status), "closed_at": source.closed_at.isoformat() if source.closed_at else None}
    source.merged_into, source.status, source.closed_at = target, Status.CLOSED, at
    save(source, ["merged_into", "status", "closed_at"], at=at)
    event = record(source, EventKind.MERGED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, into=target.number,
                   before=before["status"])
    record(target, EventKind.TOOK_IN, at=at, by=by.person, actor_kind=AuthorKind.STAFF, other=source.number,
           added=added)
    opening = Comment.objects.filter(ticket=source, is_opening=True).values_list("body", flat=True).first() or ""
    add_note(target, body=f"#{source.number} “{source.subject}” was merged into this ticket. It began with:\n\n{opening}",
             by=by, at=at)
    return remember_step(source, StepKind.MERGE, _("Merged into #{number}").format(number=target.number),
                         {**before, "target": target.pk, "added": added, "event": event.pk}, by=by, at=at)


def _require_one_case(source: Ticket, target: Ticket) -> None:
    if source.pk == target.pk:
        raise DomainError(_("A ticket can’t be merged into itself."), field="number")
    if source.merged_into_id or target.merged_into_id:
        raise DomainError(_("One of the two has been merged already."), field="number")
    if not target.is_active:
        raise DomainError(_("#{number} is {status}. Open it again first.").format(
                              number=target.number, status=target.status), field="number")
    same = source.organization_id == target.organization_id if target.organization_id or source.organization_id else (
        source.requester_id == target.requester_id)
    if not same:
        raise DomainError(_("#{number} belongs to another customer, who would read what stands here.").format(
                              number=target.number),
                          field="number")


def _read_along(source: Ticket, target: Ticket) -> list[int]:
    """The source's people as CCs of the target; returns the ids of those who weren't."""
    people = {source.requester_id, *TicketCc.objects.filter(ticket=source).values_list("person_id", flat=True)}
    there = {target.requester_id, *TicketCc.objects.filter(ticket=target).values_list("person_id", flat=True)}
    added = sorted(people - there)
    TicketCc.objects.bulk_create([TicketCc(ticket=target, person_id=pk) for pk in added])
    return added


def undo_merge(step: UndoStep, source: Ticket, by: Member, at: datetime) -> None:
    """The source is a ticket of its own again, its clocks as if it had never been merged."""
    data: dict[str, Any] = step.data
    if source.merged_into_id != data["target"]:
        raise TicketChangedError(_("This ticket isn’t merged that way any more."))
    target = lock(Ticket.objects.get(pk=data["target"]))
    TicketCc.objects.filter(ticket=target, person_id__in=data["added"]).delete()
    source.merged_into, source.status = None, data["status"]
    source.closed_at = datetime.fromisoformat(data["closed_at"]) if data["closed_at"] else None
    save(source, ["merged_into", "status", "closed_at"], at=at)
    record(source, EventKind.MERGE_UNDONE, at=at, by=by.person, actor_kind=AuthorKind.STAFF, merged=data["event"],
           into=target.number)
    record(target, EventKind.CC_CHANGED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, removed=data["added"])


def link(ticket: Ticket, other: Ticket, *, by: Member, at: datetime, kind: LinkKind = LinkKind.RELATED) -> UndoStep:
    """Note that two tickets belong together; staff see it on both. Raises DomainError for a ticket and itself."""
    require_work(by)
    if ticket.pk == other.pk:
        raise DomainError(_("A ticket belongs to itself already."), field="number")
    first, second = sorted((ticket, other), key=lambda t: t.pk)
    row, new = TicketLink.objects.get_or_create(ticket=first, other=second, defaults={"kind": kind})
    if new:
        _tell_link(ticket, other, by=by, at=at, on=True)
    return remember_step(
        ticket,
        StepKind.LINK,
        _("Linked to #{number}").format(number=other.number),
        {"link": row.pk if new else None},
        by=by,
        at=at,
    )


def unlink(ticket: Ticket, link_id: int, *, by: Member, at: datetime) -> None:
    """They don't belong together after all."""
    require_work(by)
    row = TicketLink.objects.select_related("ticket", "other").filter(pk=link_id).first()
    if row is None or ticket.pk not in {row.ticket_id, row.other_id}:
        return
    row.delete()
    _tell_link(row.ticket, row.other, by=by, at=at, on=False)


def _tell_link(one: Ticket, two: Ticket, *, by: Member, at: datetime, on: bool) -> None:
    for ticket, other in ((one, two), (two, one)):
        record(ticket, EventKind.LINKED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, other=other.number, on=on)


def undo_link(step: UndoStep, ticket: Ticket, by: Member, at: datetime) -> None:
    """The link goes, if this step made it."""
    if step.data["link"]:
        unlink(ticket, step.data["link"], by=by, at=at)


def reader_of(comment: Comment, ticket: Ticket) -> Person:
    """Whose ticket a comment would be on its own: its author's on the customer's side, else the requester's."""
    return comment.author if comment.author and comment.author_kind == AuthorKind.REQUESTER else ticket.requester
