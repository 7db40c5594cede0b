"""Many tickets at once: prepared with a preview, run ticket by ticket through the ordinary services, and taken back.

Each ticket is changed in a savepoint of its own, against the version that the preview showed; what is refused says why
and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import BulkAction, BulkItemState, BulkState
from tickets.errors import NotAllowedError, TicketChangedError
from tickets.models import BulkItem, BulkRun, Ticket
from tickets.queries import visible_tickets
from tickets.rules import can_work
from tickets.services.bulk_acts import VERDICTS, change, with_row
from toolkit.errors import DomainError

MOST = 2_000
AT_ONCE = 200  # more than this goes to a worker
CHUNK = 25
_UNDO_WINDOW = timedelta(hours=1)

Value = dict[str, Any]


def prepare(by: Member, numbers: Iterable[int], action: BulkAction, value: Value, *, label: str, back: str,
            at: datetime) -> BulkRun:
    """Write down what would happen to which tickets. Raises DomainError for none or too many, NotAllowedError for who
    can't work on tickets.
    """
    if not can_work(by):
        raise NotAllowedError(_("Your role can read tickets but not work on them."))
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise DomainError(_("Choose at least one ticket."), field="sel")
    if len(wanted) > MOST:
        raise DomainError(_("At most {most:,} tickets at once. Narrow the view first.").format(most=MOST), field="sel")
    run = BulkRun.objects.create(person=by.person, action=action, value=value, label=label[:200], back=back[:2000],
                                 created_at=at, touched_at=at)
    tickets = visible_tickets(by).filter(number__in=wanted)
    rows = sorted(tickets, key=lambda t: wanted.index(t.number)) if len(wanted) <= AT_ONCE else tickets.order_by("id")
    found = with_row(action, value, by)
    BulkItem.objects.bulk_create([_item(run, ticket, found, by) for ticket in rows])
    return run


def _item(run: BulkRun, ticket: Ticket, value: Value, by: Member) -> BulkItem:
    """The verdict on one ticket before anything is done."""
    state, reason = VERDICTS[BulkAction(run.action)](ticket, value, by, run.created_at)
    return BulkItem(run=run, ticket=ticket, version=ticket.version, state=state, reason=str(reason))


def begin(run: BulkRun, *, at: datetime) -> bool:
    """Let a prepared run go: False when it has gone already (a second press)."""
    return bool(BulkRun.objects.filter(pk=run.pk, state=BulkState.PREPARED).update(
        state=BulkState.RUNNING, touched_at=at))


def work_off(run: BulkRun, by: Member, *, at: datetime, most: int = AT_ONCE) -> int:
    """Change up to `most` waiting tickets of a run that has begun, and say how many were taken.

    Workers do it one after another: each locks the run.
    """
    with transaction.atomic():
        BulkRun.objects.select_for_update().get(pk=run.pk)
        waiting = list(BulkItem.objects.select_related("ticket__requester", "ticket__organization", "ticket__product").filter(
            run=run, state=BulkItemState.WAITING).order_by("id")[: most + 1])
        for item in waiting[:most]:
            _change(run, item, by, at)
        run.touched_at, run.state = at, BulkState.RUNNING if len(waiting) > most else BulkState.DONE
        run.save(update_fields=["touched_at", "state"])
    return len(waiting[:most])


def _change(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    ticket = item.ticket
    try:
        with transaction.atomic():
            change(run, item, by, at)
        item.state, item.version_after = BulkItemState.DONE, ticket.version
    except TicketChangedError as error:
        item.state, item.reason = BulkItemState.REFUSED, (
            error.message if error.code == "left" else _("Somebody changed it in the meantime."))
    except DomainError as error:
        item.state, item.reason = BulkItemState.REFUSED, error.message[:300]
    item.save(update_fields=["state", "reason", "before", "version_after"])


def may_undo(run: BulkRun, *, at: datetime) -> bool:
    """A finished run of the last hour that isn't an undo and hasn't been taken back."""
    return (run.state == BulkState.DONE and run.action != BulkAction.UNDO and at - run.touched_at <= _UNDO_WINDOW
            and not BulkRun.objects.filter(undoes=run).exists())


def prepare_undo(run: BulkRun, by: Member, *, at: datetime) -> BulkRun:
    """A run that takes another back, ready to begin. Tickets that changed since are refused when it runs.

    Raises DomainError when it is too late or nothing was changed.
    """
    BulkRun.objects.select_for_update().get(pk=run.pk)
    done = list(run.items.filter(state=BulkItemState.DONE).order_by("id"))
    if not may_undo(run, at=at) or not done:
        raise DomainError(_("That can’t be undone any more."))
    undo = BulkRun.objects.create(person=by.person, action=BulkAction.UNDO, label=f"Undone: {run.label}"[:200],
                                  back=run.back, undoes=run, created_at=at, touched_at=at)
    BulkItem.objects.bulk_create([BulkItem(run=undo, ticket_id=item.ticket_id, version=item.version_after or 0,
                                           state=BulkItemState.WAITING) for item in done])
    return undo


def tally(run: BulkRun) -> dict[str, int]:
    """How many tickets of a run are in each state (1 query)."""
    rows = run.items.values_list("state").annotate(n=Count("pk")).order_by()
    return {state.value: 0 for state in BulkItemState} | dict(rows)


def forget_old(*, at: datetime) -> None:
    """Previews that nobody let go after a day, and reports after 30 days; the tickets keep their events."""
    BulkRun.objects.filter(state=BulkState.PREPARED, created_at__lt=at - timedelta(days=1)).delete()
    BulkRun.objects.filter(created_at__lt=at - timedelta(days=30)).delete()


def continue_run(run_id: int, by: Member, *, at: datetime) -> int:
    """One chunk of a run that has begun, for workers: how many items it took; 0 when there is nothing left to do."""
    run = BulkRun.objects.filter(pk=run_id, state=BulkState.RUNNING).first()
    return work_off(run, by, at=at, most=CHUNK) if run else 0
