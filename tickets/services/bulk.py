"""Many tickets at once: prepared with a preview, run ticket by ticket through the ordinary services, and taken back.

Each ticket is changed in a savepoint of its own, against the version that the preview showed; what is refused says why
and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from accounts.models import Agent
from tickets.enums import BulkAction, BulkItemState, BulkState, Status
from tickets.errors import NotAllowedError, TicketChangedError
from tickets.models import BulkItem, BulkRun, Ticket
from tickets.queries import visible_tickets
from tickets.rules import can_work
from tickets.services.changes import assign, change_status, set_tags
from tickets.services.priority import confirm_priority
from tickets.words import STATUS_WORDS
from tickets.workflow import may_follow
from toolkit.errors import DomainError
from toolkit.wording import in_sentence

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
    BulkItem.objects.bulk_create([_item(run, ticket) for ticket in sorted(tickets, key=lambda t: wanted.index(t.number))]
                                 if len(wanted) <= AT_ONCE else [_item(run, t) for t in tickets.order_by("id")])
    return run


def _item(run: BulkRun, ticket: Ticket) -> BulkItem:
    """The verdict on one ticket before anything is done."""
    state, reason = _VERDICTS[BulkAction(run.action)](ticket, run.value)
    return BulkItem(run=run, ticket=ticket, version=ticket.version, state=state, reason=reason)


Verdict = tuple[BulkItemState, str]
_GOES: Verdict = (BulkItemState.WAITING, "")
_SAME: Verdict = (BulkItemState.SAME, gettext_lazy("It is so already."))


def _assign_verdict(ticket: Ticket, value: Value) -> Verdict:
    return _SAME if ticket.assignee_id == value["agent"] else _GOES


def _status_verdict(ticket: Ticket, value: Value) -> Verdict:
    if ticket.status == value["status"]:
        return _SAME
    if not may_follow(ticket.status, value["status"]):
        return BulkItemState.REFUSED, _("A ticket that is {status_words} can’t become {status_words2}.").format(
            status_words=in_sentence(STATUS_WORDS[Status(ticket.status)]),
            status_words2=in_sentence(STATUS_WORDS[Status(value["status"])]),
        )
    return _GOES


def _priority_verdict(ticket: Ticket, value: Value) -> Verdict:
    if ticket.priority == value["rank"] and ticket.priority_confirmed_at:
        return _SAME
    if ticket.priority != value["rank"] and not value.get("reason"):
        return BulkItemState.REFUSED, _("Its priority changes, and the customer is told why: give a reason.")
    return _GOES


def _tag_verdict(ticket: Ticket, value: Value) -> Verdict:
    return _SAME if value["tag"] in ticket.tags else _GOES


def _untag_verdict(ticket: Ticket, value: Value) -> Verdict:
    return _GOES if value["tag"] in ticket.tags else (BulkItemState.SAME, _("It doesn’t have this tag."))


_VERDICTS: dict[BulkAction, Callable[[Ticket, Value], Verdict]] = {
    BulkAction.ASSIGN: _assign_verdict, BulkAction.STATUS: _status_verdict, BulkAction.PRIORITY: _priority_verdict,
    BulkAction.TAG: _tag_verdict, BulkAction.UNTAG: _untag_verdict}


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
        waiting = list(BulkItem.objects.select_related("ticket").filter(
            run=run, state=BulkItemState.WAITING).order_by("id")[: most + 1])
        for item in waiting[:most]:
            _change(run, item, by, at)
        run.touched_at, run.state = at, BulkState.RUNNING if len(waiting) > most else BulkState.DONE
        run.save(update_fields=["touched_at", "state"])
    return len(waiting[:most])


def _change(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    ticket = item.ticket
    item.before = _snapshot(ticket)
    try:
        with transaction.atomic():
            _CHANGES[BulkAction(run.action)](run, item, by, at)
        item.state, item.version_after = BulkItemState.DONE, ticket.version
    except TicketChangedError:
        item.state, item.reason = BulkItemState.REFUSED, _("Somebody changed it in the meantime.")
    except DomainError as error:
        item.state, item.reason = BulkItemState.REFUSED, error.message[:300]
    item.save(update_fields=["state", "reason", "before", "version_after"])


def _snapshot(ticket: Ticket) -> Value:
    return {"assignee": ticket.assignee_id, "status": str(ticket.status), "priority": ticket.priority,
            "tags": list(ticket.tags)}


def _assign(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    agent = Agent.objects.filter(pk=run.value["agent"], is_active=True).first() if run.value["agent"] else None
    if run.value["agent"] and agent is None:
        raise DomainError(_("This person is no longer here."))
    assign(item.ticket, to=agent, by=by, at=at, expected_version=item.version)


def _status(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    change_status(item.ticket, Status(run.value["status"]), by=by, at=at, reason=run.value.get("reason", ""),
                  expected_version=item.version)


def _priority(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    confirm_priority(item.ticket, run.value["rank"], by=by, at=at, reason=run.value.get("reason", ""),
                     expected_version=item.version)


def _tag(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    set_tags(item.ticket, [*item.ticket.tags, run.value["tag"]], by=by, at=at, expected_version=item.version)


def _untag(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    kept = [t for t in item.ticket.tags if t != run.value["tag"]]
    set_tags(item.ticket, kept, by=by, at=at, expected_version=item.version)


def _restore(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    """What the undone run changed, back as it was. Nothing goes back to “new”: that becomes open."""
    before = BulkItem.objects.get(run_id=run.undoes_id, ticket_id=item.ticket_id).before
    ticket, version = item.ticket, item.version
    if ticket.assignee_id != before["assignee"]:
        to = Agent.objects.filter(pk=before["assignee"]).first() if before["assignee"] else None
        version = assign(ticket, to=to, by=by, at=at, expected_version=version).version
    wanted = Status.OPEN if before["status"] == Status.NEW else Status(before["status"])
    if ticket.status != wanted:
        if not may_follow(ticket.status, wanted):
            version = change_status(ticket, Status.OPEN, by=by, at=at, expected_version=version).version
        version = change_status(ticket, wanted, by=by, at=at, reason="Undone", expected_version=version).version
    if ticket.priority != before["priority"]:
        version = confirm_priority(ticket, before["priority"], by=by, at=at, reason="Undone",
                                   expected_version=version).version
    if list(ticket.tags) != before["tags"]:
        set_tags(ticket, before["tags"], by=by, at=at, expected_version=version)


_CHANGES: dict[BulkAction, Callable[[BulkRun, BulkItem, Member, datetime], None]] = {
    BulkAction.ASSIGN: _assign, BulkAction.STATUS: _status, BulkAction.PRIORITY: _priority, BulkAction.TAG: _tag,
    BulkAction.UNTAG: _untag, BulkAction.UNDO: _restore}


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
    BulkItem.objects.bulk_create([BulkItem(run=undo, ticket_id=item.ticket_id, version=item.version_after,
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
