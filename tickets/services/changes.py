"""Changes to a ticket's fields. Each locks the ticket, checks the right, and leaves an event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Agent, Person, Project, Team
from tickets.enums import AuthorKind, EventKind, Status
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.models import Ticket, TicketCc
from tickets.rules import can_close, can_reply, require_work
from tickets.services.locking import lock, refuse_merged, save
from tickets.services.status import move_status
from tickets.workflow import PROJECT_UNDECIDED, is_undecided
from toolkit.errors import ConflictError


def _kind(by: Member) -> AuthorKind:
    return AuthorKind.STAFF if by.is_staff else AuthorKind.REQUESTER


def change_status(ticket: Ticket, to: Status, *, by: Member, at: datetime, reason: str = "",
                  expected_version: int | None = None) -> Ticket:
    """Staff set any status the workflow allows; a customer who may write can close or reopen (TransitionError else)."""
    if by.is_staff:
        require_work(by)
    elif to not in {Status.SOLVED, Status.OPEN} or not can_close(by, ticket):
        raise NotAllowedError(_("You can say that it is solved, or open it again."))
    lock(ticket, expected_version=expected_version)
    refuse_merged(ticket)
    move_status(ticket, to, by=by.person, actor_kind=_kind(by), at=at, reason=reason)
    return ticket


def assign(ticket: Ticket, *, to: Agent | None, by: Member, at: datetime, team: Team | None = None,
           expected_version: int | None = None) -> Ticket:
    """Give a ticket to an agent (None: to nobody) and, when named, to a team."""
    require_work(by)
    lock(ticket, expected_version=expected_version)
    before = ticket.assignee_id
    if before == (to.pk if to else None) and (team is None or team.pk == ticket.team_id):
        return ticket
    ticket.assignee = to
    if team is not None:
        ticket.team = team
    save(ticket, ["assignee", "team"], at=at)
    record(ticket, EventKind.ASSIGNED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, before=before,
           assignee=to.pk if to else None, team=ticket.team_id, name=to.person.name if to else "")
    return ticket


def set_fields(ticket: Ticket, changes: dict[str, Any], *, by: Member, at: datetime,
               expected_version: int | None = None) -> Ticket:
    """Change subject, product, product_version, environment, url or callback_number."""
    require_work(by)
    lock(ticket, expected_version=expected_version)
    before = {name: getattr(ticket, name) for name in changes}
    moved = {name: value for name, value in changes.items() if before[name] != value}
    if not moved:
        return ticket
    for name, value in moved.items():
        setattr(ticket, name, value)
    save(ticket, list(moved), at=at)
    record(ticket, EventKind.FIELDS_CHANGED, at=at, by=by.person, actor_kind=AuthorKind.STAFF,
           changes={name: [str(before[name] or ""), str(value or "")] for name, value in moved.items()},
           environment=ticket.environment)
    return ticket


def set_project(ticket: Ticket, project: Project, *, by: Member, at: datetime,
                expected_version: int | None = None) -> Ticket:
    """Say whose and about what a ticket is; it runs under that project's contract from now on (S8)."""
    require_work(by)
    lock(ticket, expected_version=expected_version)
    if is_undecided(ticket.triage_flags):
        ticket.triage_flags = [flag for flag in ticket.triage_flags if flag != PROJECT_UNDECIDED]
        save(ticket, ["triage_flags"], at=at)
    _move(ticket, project, by=by, at=at)
    return ticket


def choose_project(ticket: Ticket, project: Project, *, by: Member, at: datetime) -> Ticket:
    """The customer says which of their projects a ticket is about, as long as that is undecided (S18).

    The caller has taken the project from those that they may file under.
    """
    if not can_reply(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not write on it."))
    lock(ticket)
    if not is_undecided(ticket.triage_flags):
        raise ConflictError(_("The project of this ticket is decided already. Write to us if it is the wrong one."))
    ticket.triage_flags = [flag for flag in ticket.triage_flags if flag != PROJECT_UNDECIDED]
    save(ticket, ["triage_flags"], at=at)
    _move(ticket, project, by=by, at=at)
    return ticket


def _move(ticket: Ticket, project: Project, *, by: Member, at: datetime) -> None:
    """Put a locked ticket under a project and its contract."""
    before = ticket.project_id
    if before == project.pk:
        return
    ticket.project, ticket.organization, ticket.contract_id = project, project.organization, project.contract_id
    ticket.product = ticket.product or project.product
    save(ticket, ["project", "organization", "contract", "product"], at=at)
    record(ticket, EventKind.CONTRACT_CHANGED, at=at, by=by.person, actor_kind=_kind(by), before=before,
           project=project.pk, contract=project.contract_id)


def set_tags(ticket: Ticket, tags: Iterable[str], *, by: Member, at: datetime,
             expected_version: int | None = None) -> Ticket:
    """Replace the tags (lower case, sorted, no doubles)."""
    require_work(by)
    wanted = sorted({t.strip().lower()[:60] for t in tags if t.strip()})
    lock(ticket, expected_version=expected_version)
    before = ticket.tags
    if before != wanted:
        ticket.tags = wanted
        save(ticket, ["tags"], at=at)
        record(ticket, EventKind.TAGGED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, before=before, tags=wanted)
    return ticket


def add_cc(ticket: Ticket, person: Person, *, by: Member, at: datetime) -> None:
    """Let a person read along and answer."""
    if not can_reply(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not add people to it."))
    _row, added = TicketCc.objects.get_or_create(ticket=ticket, person=person)
    if added:
        record(ticket, EventKind.CC_CHANGED, at=at, by=by.person, actor_kind=_kind(by), added=person.pk)
