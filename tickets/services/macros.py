"""Macros: kept by agents for themselves, by managers for everybody; applied as one step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.members import Member
from accounts.services.audit import record_audit
from tickets.enums import Status
from tickets.macros import tags_after, unknown_placeholders
from tickets.models import Macro, Ticket, UndoStep
from tickets.rules import can_change_macro, can_work
from tickets.services.changes import assign, change_status, set_tags
from tickets.services.priority import confirm_priority
from tickets.services.steps import remember_fields, snapshot
from toolkit.errors import DomainError, ForbiddenError

_FIELDS = ("name", "body", "is_note", "status", "priority", "add_tags", "remove_tags", "assign_to_me", "assignee", "team")


def save_macro(macro: Macro | None, values: dict[str, Any], *, shared: bool, by: Member, at: datetime) -> Macro:
    """Make or change a macro. Raises DomainError with words for the form, ForbiddenError for who may not."""
    if macro is not None and not can_change_macro(by, macro):
        raise ForbiddenError(_("Only managers change macros that everybody uses."))
    if by.agent is None or not can_work(by) or (shared and not by.is_at_least(AgentRole.MANAGER)):
        raise ForbiddenError(_("Managers make macros for everybody; yours can be kept for yourself."))
    row = macro or Macro()
    before = {name: getattr(row, name) for name in _FIELDS}
    for name in _FIELDS:
        setattr(row, name, values[name])
    row.owner = None if shared else (row.owner or by.agent)
    _require_sense(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DomainError(_("There is a macro of that name already."), field="name") from error
    record_audit(by=by.person, action="macro.changed" if macro else "macro.made", subject=row, at=at,
                 changes={name: [_plain(before[name]), _plain(getattr(row, name))] for name in _FIELDS
                          if before[name] != getattr(row, name)})
    return row


def delete_macro(macro: Macro, *, by: Member, at: datetime) -> None:
    """Take a macro away: one's own, or (managers) everybody's. Raises ForbiddenError otherwise."""
    if not can_change_macro(by, macro):
        raise ForbiddenError(_("Only managers take macros away that everybody uses."))
    record_audit(by=by.person, action="macro.deleted", subject=macro, at=at)
    macro.delete()


def apply_macro(ticket: Ticket, macro: Macro, *, by: Member, at: datetime, with_status: bool = False,
                remember: bool = True) -> UndoStep | None:
    """Make a macro's changes, as one step that can be taken back. Raises NotAllowedError for who may not work here.

    The status is left out unless asked for: beside a reply, the composer says what follows.
    """
    before = snapshot(ticket)
    if macro.priority and macro.priority != ticket.priority:
        confirm_priority(ticket, macro.priority, by=by, at=at, reason=f"Macro “{macro.name}”")
    if macro.add_tags or macro.remove_tags:
        set_tags(ticket, tags_after(macro, ticket.tags), by=by, at=at)
    assignee = by.agent if macro.assign_to_me else macro.assignee
    if assignee is not None or macro.team is not None:
        assign(ticket, to=assignee or ticket.assignee, team=macro.team, by=by, at=at)
    if with_status and macro.status:
        change_status(ticket, Status(macro.status), by=by, at=at)
    return remember_fields(ticket, before, _("Macro “{macro}”").format(macro=macro.name), by=by, at=at) if remember else None


def _require_sense(row: Macro) -> None:
    unknown = unknown_placeholders(row.body)
    if unknown:
        raise DomainError(_("Nothing is known to put for {unknown}.").format(unknown=', '.join(unknown)), field="body")
    if not row.body.strip() and not row.has_effects:
        raise DomainError(_("Write some words, or choose a change that it makes."), field="body")


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool, list, type(None))) else str(value)
