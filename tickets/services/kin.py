"""Tickets that may hold the same words as another, because one came out of the other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q, QuerySet

from tickets.enums import AuthorKind, ChannelKind, EventKind
from tickets.models import Comment, Ticket, TicketEvent
from tickets.services.locking import lock

DISTINCT = 8  # so many characters nobody else writes by chance
_LINKS = {EventKind.MERGED: "into", EventKind.MERGE_UNDONE: "into", EventKind.TOOK_IN: "other", EventKind.SPLIT: "other"}
_AROUND = timedelta(days=30)


def lock_kin(ticket: Ticket, words: str = "") -> list[Ticket]:
    """The ticket, and those that its merges, splits (undone ones too) and follow-ups lead to, and copies of its mails that
    hold the words; all locked, in the order of their ids as everywhere.
    """
    locked: set[int] = set()
    while (found := _kin_of(ticket, words)) - locked:
        rows = list(Ticket.objects.select_for_update(of=("self",)).select_related("requester")
                    .filter(pk__in=found).order_by("pk"))
        locked |= found
    return [lock(ticket), *(row for row in rows if row.pk != ticket.pk)]


def _kin_of(ticket: Ticket, words: str) -> set[int]:
    found, edge = {ticket.pk}, {ticket.pk}
    while edge:
        edge = (_linked(edge) | (_mailed_twice(edge, words) | _passed_on(edge, words) if words else set())) - found
        found |= edge
    return found


def _linked(edge: Collection[int]) -> set[int]:
    events = TicketEvent.objects.filter(ticket_id__in=edge, kind__in=list(_LINKS)).values_list("kind", "data")
    numbers = {data[_LINKS[EventKind(kind)]] for kind, data in events}
    rows = Ticket.objects.filter(pk__in=edge, follows__isnull=False).values_list("follows_id", flat=True)
    return (_ids(Ticket.objects.filter(number__in=numbers)) | _ids(Ticket.objects.filter(follows_id__in=edge))
            | {pk for pk in rows if pk is not None})


def _mailed_twice(edge: Collection[int], words: str) -> set[int]:
    """Where else mails of these tickets are by their Message-ID. Programs repeat theirs, hence only where the words are."""
    known = list(Comment.objects.filter(ticket_id__in=edge).exclude(message_id="").values_list("message_id", flat=True))
    return set(_telling(Comment.objects.filter(message_id__in=known), words).values_list("ticket_id", flat=True))


def _passed_on(edge: Collection[int], words: str) -> set[int]:
    """Mails with the words that the requesters wrote elsewhere and staff passed on, or the other way round."""
    rows = list(Ticket.objects.filter(pk__in=edge, channel=ChannelKind.EMAIL)) if len(words) >= DISTINCT else []
    if not rows:
        return set()
    near = Q()
    for row in rows:
        near |= Q(requester_id=row.requester_id, opened_at__range=(row.opened_at - _AROUND, row.opened_at + _AROUND))
    others = list(Ticket.objects.filter(near, channel=ChannelKind.EMAIL).values_list("pk", "requester_id", "opened_at"))
    by_staff = set(TicketEvent.objects.filter(ticket_id__in=[pk for pk, _requester, _at in others], kind=EventKind.OPENED,
                                              actor_kind=AuthorKind.STAFF).values_list("ticket_id", flat=True))
    passed = {pk for pk, requester, at in others for row in rows
              if pk != row.pk and requester == row.requester_id and abs(at - row.opened_at) <= _AROUND
              and (pk in by_staff or row.pk in by_staff)}
    openings = Comment.objects.filter(ticket_id__in=passed, is_opening=True)
    return set(_telling(openings, words).values_list("ticket_id", flat=True))


def _telling(rows: QuerySet[Comment], words: str) -> QuerySet[Comment]:
    return rows.filter(Q(body__contains=words) | Q(quoted__contains=words) | Q(html__contains=words)
                       | Q(ticket__subject__contains=words))


def _ids(rows: QuerySet[Ticket]) -> set[int]:
    return set(rows.values_list("pk", flat=True))
