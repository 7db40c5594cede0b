"""Calls: what a telephone system tells, what whoever took one writes down, and promises to call back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.callers import find_callers
from accounts.enums import Entitlement
from accounts.members import Member
from accounts.models import Agent, HookToken, Organization, Person
from accounts.queries import entitlements_of, person_by_email
from accounts.services.audit import record_audit
from tickets.enums import AuthorKind, CallDirection, EventKind
from tickets.errors import NotAllowedError
from tickets.events import call_event, record
from tickets.models import Call, Callback, Ticket
from tickets.rules import can_reply, can_take_calls
from tickets.services.conversation import log_call
from toolkit.errors import ConflictError, DomainError
from toolkit.phones import to_e164


@dataclass(frozen=True)
class HeardCall:
    """One piece of news of a telephone system: `kind` is call.started, call.answered or call.ended."""

    kind: str
    external_id: str
    direction: CallDirection
    number: str
    at: datetime
    agent_email: str = ""


_MOMENT = {"call.started": "started_at", "call.answered": "answered_at", "call.ended": "ended_at"}


def hear_of_call(heard: HeardCall, *, hook: HookToken, region: str | None = None) -> Call:
    """Keep what a telephone system tells. Hearing it again changes nothing, and the order doesn't matter.

    Raises ConflictError when the same name is used for another number.
    """
    number = to_e164(heard.number, region) or heard.number[:40]
    call, fresh = Call.objects.select_for_update().get_or_create(
        hook=hook, external_id=heard.external_id,
        defaults={"direction": heard.direction, "number": number, "started_at": heard.at, **_known(number)})
    if call.number != number or call.direction != heard.direction:
        raise ConflictError(_("This call is known with another number or direction."), code="other_call")
    changed = _times(call, heard, fresh=fresh)
    agent = _agent(heard.agent_email)
    if agent is not None and call.agent_id is None:
        call.agent = agent
        changed.append("agent")
    if changed:
        call.save(update_fields=changed)
    if fresh or changed:
        call_event.send(sender=Call, call=call, kind=heard.kind)
    return call


def _known(number: str) -> dict[str, object]:
    """The caller, if the number is one person's of one customer; who shares a number is asked for by the receptionist."""
    found = find_callers(number) if number else []
    if len(found) != 1 or found[0].number != number:
        return {}
    return {"person": found[0].person, "organization": found[0].organization}


def _times(call: Call, heard: HeardCall, *, fresh: bool) -> list[str]:
    field = _MOMENT[heard.kind]
    if field == "started_at":
        if fresh or heard.at >= call.started_at:
            return []
        call.started_at = heard.at
        return [field]
    if getattr(call, field) is not None:
        return []
    setattr(call, field, heard.at)
    return [field]


def _agent(address: str) -> Agent | None:
    person = person_by_email(address) if address else None
    return Agent.objects.filter(person=person, is_active=True).first() if person else None


@dataclass(frozen=True)
class WrittenCall:
    """What whoever took a call wrote down. `heard` is the telephone system's record of it, where there is one."""

    caller_name: str
    number: str
    summary: str
    entitled: bool | None
    organization: Organization | None = None
    person: Person | None = None
    ticket: Ticket | None = None
    directed_to: str = ""
    heard: Call | None = None


def write_down_call(written: WrittenCall, *, by: Member, at: datetime) -> Call:
    """Record a call that was taken: on its ticket, or without one where the caller has no phone support."""
    if not can_take_calls(by):
        raise NotAllowedError(_("Calls are taken by staff."))
    call = written.heard or Call(direction=CallDirection.INBOUND, started_at=at)
    call.number = call.number or written.number[:40]
    call.caller_name, call.summary = written.caller_name[:160], written.summary
    call.organization, call.person, call.ticket = written.organization, written.person, written.ticket
    call.entitled, call.directed_to = written.entitled, written.directed_to[:200]
    call.agent, call.handled_at = by.agent, at
    if written.heard is None:
        call.answered_at = call.ended_at = at
    call.save()
    record_audit(by=by.person, action="call.written_down", subject=call, at=at, changes={
        "entitled": [None, call.entitled], "ticket": [None, call.ticket.number if call.ticket else None],
        "directed_to": ["", call.directed_to]})
    call_event.send(sender=Call, call=call, kind="call.handled")
    return call


def request_callback(ticket: Ticket, *, number: str, due_at: datetime, by: Member, at: datetime,
                     reason: str = "", assignee: Agent | None = None) -> Callback:
    """Promise to call back about a ticket. Raises DomainError without the entitlement (S13) or for a moment gone by."""
    if not (can_take_calls(by) or can_reply(by, ticket)):
        raise NotAllowedError(_("You can read this ticket but not ask for a call."))
    if ticket.contract is None or Entitlement.CALLBACK not in entitlements_of(ticket.contract):
        raise DomainError(_("This contract has no callbacks: we answer in writing, within the times of the contract."),
                          field="callback_due", code="callback")
    if due_at <= at:
        raise DomainError(_("Choose a time that is still to come."), field="callback_due", code="past")
    callback: Callback = Callback.objects.create(
        ticket=ticket, person=ticket.requester, number=number, reason=reason[:300], due_at=due_at,
        assignee=assignee or ticket.assignee, requested_by=by.person, created_at=at)
    record(ticket, EventKind.CALLBACK_REQUESTED, at=at, by=by.person, callback=callback.pk, due=due_at.isoformat(),
           actor_kind=AuthorKind.STAFF if by.is_staff else AuthorKind.REQUESTER)
    return callback


def assign_callback(callback: Callback, *, to: Agent | None, by: Member, at: datetime) -> None:
    """Say who calls."""
    if not can_take_calls(by):
        raise NotAllowedError(_("Callbacks are given out by staff."))
    if callback.done_at is None and callback.assignee_id != (to.pk if to else None):
        Callback.objects.filter(pk=callback.pk).update(assignee=to)
        record_audit(by=by.person, action="callback.assigned", subject=callback, at=at,
                     changes={"assignee": [callback.assignee_id, to.pk if to else None]})
        call_event.send(sender=Callback, call=None, kind="call.callback")


def finish_callback(callback: Callback, *, note: str, reached: bool, by: Member, at: datetime) -> Callback:
    """Note that it is done. A caller who was reached by an engineer was answered: the note is logged as a call.

    Raises DomainError without words, ConflictError when somebody was faster.
    """
    if not can_take_calls(by):
        raise NotAllowedError(_("Callbacks are made by staff."))
    if not note.strip():
        raise DomainError(_("Write down what was said, or that nobody answered."), field="note", code="empty")
    row: Callback = Callback.objects.select_for_update().get(pk=callback.pk)
    if row.done_at is not None:
        raise ConflictError(_("Somebody has noted this callback as done already."))
    ticket = row.ticket
    if reached and can_reply(by, ticket):
        comment = log_call(ticket, body=note, by=by, at=at)
        row.call = Call.objects.filter(comment=comment).first()
    row.done_at, row.done_by, row.done_note = at, by.agent, note.strip()
    row.save(update_fields=["done_at", "done_by", "done_note", "call"])
    record(ticket, EventKind.CALLBACK_DONE, at=at, by=by.person, actor_kind=AuthorKind.STAFF, callback=row.pk,
           reached=reached)
    return row
