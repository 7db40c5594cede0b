"""What each action of a bulk run does to one ticket: the verdict before, the change, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from accounts.models import Agent
from tickets.enums import BulkAction, BulkItemState, Status
from tickets.macros import changes_nothing, words_of
from tickets.models import BulkItem, BulkRun, Macro, Ticket
from tickets.queries import macro_for
from tickets.services.changes import assign, change_status, restore_people, set_tags
from tickets.services.conversation import Entry, add_note, require_promise
from tickets.services.drafts import Words
from tickets.services.holding import hold_reply, take_away
from tickets.services.locking import lock
from tickets.services.macros import apply_macro
from tickets.services.merging import merge, require_one_case
from tickets.services.priority import confirm_priority
from tickets.services.steps import snapshot
from tickets.services.undo import undo
from tickets.words import STATUS_WORDS
from tickets.workflow import may_follow
from toolkit import lazy
from toolkit.errors import DomainError
from toolkit.wording import in_sentence

Value = dict[str, Any]
Verdict = tuple[BulkItemState, lazy.Words]
GOES: Verdict = (BulkItemState.WAITING, "")
SAME: Verdict = (BulkItemState.SAME, gettext_lazy("It is so already."))


# ---- before: what would happen, and why not; `value["row"]` is the macro or ticket that the action is about
def with_row(action: BulkAction, value: Value, by: Member) -> Value:
    """The value of an action together with the row that it names, read once for all tickets."""
    if action == BulkAction.MACRO:
        return value | {"row": macro_for(by, value["macro"])}
    return value | {"row": Ticket.objects.get(pk=value["target"])} if action == BulkAction.MERGE else value


def _assign_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    return SAME if ticket.assignee_id == value["agent"] else GOES


def _status_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    return SAME if ticket.status == value["status"] else _may_become(ticket, value["status"])


def _may_become(ticket: Ticket, status: str) -> Verdict:
    if ticket.status == status or may_follow(ticket.status, Status(status)):
        return GOES
    return BulkItemState.REFUSED, _("A ticket can’t go from {status_words} to {status_words2}.").format(
        status_words=in_sentence(STATUS_WORDS[Status(ticket.status)]),
        status_words2=in_sentence(STATUS_WORDS[Status(status)]))


def _priority_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    if ticket.priority == value["rank"] and ticket.priority_confirmed_at:
        return SAME
    if ticket.priority != value["rank"] and not value.get("reason"):
        return BulkItemState.REFUSED, _("Its priority changes, and the customer is told why: give a reason.")
    return GOES


def _tag_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    return SAME if value["tag"] in ticket.tags else GOES


def _untag_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    return GOES if value["tag"] in ticket.tags else (BulkItemState.SAME, _("It doesn’t have this tag."))


def _macro_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    macro = value["row"]
    if ticket.merged_into_id:
        return BulkItemState.REFUSED, _("It was merged into another ticket.")
    if not macro.body.strip() and changes_nothing(macro, ticket, by):
        return SAME
    if macro.body.strip() and not macro.is_note:
        solves = macro.status in {Status.SOLVED, Status.CLOSED}
        try:
            require_promise(ticket, Entry(macro.body, solves=solves), by=by, at=at)
        except DomainError as error:
            return BulkItemState.REFUSED, error.message[:300]
    return _may_become(ticket, macro.status) if macro.status else GOES


def _merge_verdict(ticket: Ticket, value: Value, by: Member, at: datetime) -> Verdict:
    if ticket.pk == value["target"]:
        return BulkItemState.SAME, _("The others become a part of it.")
    try:
        require_one_case(ticket, value["row"])
    except DomainError as error:
        return BulkItemState.REFUSED, error.message[:300]
    return GOES


VERDICTS: dict[BulkAction, Callable[[Ticket, Value, Member, datetime], Verdict]] = {
    BulkAction.ASSIGN: _assign_verdict, BulkAction.STATUS: _status_verdict, BulkAction.PRIORITY: _priority_verdict,
    BulkAction.TAG: _tag_verdict, BulkAction.UNTAG: _untag_verdict, BulkAction.MACRO: _macro_verdict,
    BulkAction.MERGE: _merge_verdict}


# ---- the change; what undoing needs besides the fields goes into item.before
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


def _macro(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    """As in the composer: a reply is held with the macro's changes for some seconds; a note and bare changes are at once."""
    macro, ticket = macro_for(by, run.value["macro"]), item.ticket
    lock(ticket, expected_version=item.version)
    body = words_of(macro, ticket, by)
    if body.strip() and not macro.is_note:
        words = Words(body, then=Status(macro.status) if macro.status else None, macro=_if_it_changes(macro))
        held = hold_reply(ticket, words, by=by, at=at, leaves_at=at + timedelta(seconds=run.value["seconds"]),
                          keeps_draft=True)
        item.before["held"] = held.pk
        return
    if body.strip():
        add_note(ticket, body=body, by=by, at=at)
        item.reason = _("A note was added.")
    apply_macro(ticket, macro, by=by, at=at, with_status=True, remember=False)


def _if_it_changes(macro: Macro) -> Macro | None:
    return macro if macro.has_effects else None


def _merge(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    target = Ticket.objects.get(pk=run.value["target"])
    step = merge(item.ticket, target, by=by, at=at, expected_version=item.version)
    item.before["step"] = step.pk


# ---- the way back
def _restore(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    """What the undone run changed, back as it was."""
    before = BulkItem.objects.get(run_id=run.undoes_id, ticket_id=item.ticket_id).before
    if "step" in before:
        undo(item.ticket, before["step"], by=by, at=at)
    elif "held" in before:
        take_away(item.ticket, before["held"], by=by, at=at)
    else:
        _restore_fields(item, before, by, at)


def _restore_fields(item: BulkItem, before: Value, by: Member, at: datetime) -> None:
    """Nothing goes back to “new”: that becomes open."""
    ticket = lock(item.ticket, expected_version=item.version)
    team = before.get("team", ticket.team_id)
    if (ticket.assignee_id, ticket.team_id) != (before["assignee"], team):
        restore_people(ticket, assignee=before["assignee"], team=team, by=by, at=at)
    wanted = Status.OPEN if before["status"] == Status.NEW else Status(before["status"])
    if ticket.status != wanted:
        if not may_follow(ticket.status, wanted):
            change_status(ticket, Status.OPEN, by=by, at=at)
        change_status(ticket, wanted, by=by, at=at, reason="Undone")
    if ticket.priority != before["priority"]:
        confirm_priority(ticket, before["priority"], by=by, at=at, reason="Undone")
    if list(ticket.tags) != before["tags"]:
        set_tags(ticket, before["tags"], by=by, at=at)


CHANGES: dict[BulkAction, Callable[[BulkRun, BulkItem, Member, datetime], None]] = {
    BulkAction.ASSIGN: _assign, BulkAction.STATUS: _status, BulkAction.PRIORITY: _priority, BulkAction.TAG: _tag,
    BulkAction.UNTAG: _untag, BulkAction.MACRO: _macro, BulkAction.MERGE: _merge, BulkAction.UNDO: _restore}


def change(run: BulkRun, item: BulkItem, by: Member, at: datetime) -> None:
    """Do a run's action to one of its tickets. Raises TicketChangedError and DomainError as the services do."""
    item.before = snapshot(item.ticket)
    CHANGES[BulkAction(run.action)](run, item, by, at)
