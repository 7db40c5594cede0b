"""Open tickets follow what changed above them, in batches: a calendar, a published version, a contract's coverage."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from accounts.models import Contract, Person
from sla.enums import JobState
from sla.models import Calendar, Recalculation, SlaPolicyVersion, TicketPolicy
from sla.services.clocks import recompute
from tickets.enums import ACTIVE_STATUSES, AuthorKind, EventKind
from tickets.events import record
from tickets.models import Ticket
from toolkit.queue import wake

logger = logging.getLogger(__name__)
BATCH = 100


def recalculate_calendar(calendar: Calendar, *, by: Person | None, at: datetime) -> Recalculation:
    """Let workers recompute the clocks of open tickets that count on this calendar."""
    job: Recalculation = Recalculation.objects.create(
        reason=f"Hours of “{calendar.name}” changed", calendar=calendar, due_at=at, requested_by=by, created_at=at)
    return _announce(job)


def move_tickets(*, reason: str, version: SlaPolicyVersion | None, contract: Contract | None, due_at: datetime,
                 by: Person | None, at: datetime) -> Recalculation:
    """Let workers move open tickets to what their contract says at `due_at`: those of the version's policy, or those
    of the contract."""
    job: Recalculation = Recalculation.objects.create(
        reason=reason[:200], version=version, contract=contract, due_at=due_at, requested_by=by, created_at=at)
    return _announce(job)


def _announce(job: Recalculation) -> Recalculation:
    job.total = tickets_of(job).count()
    job.save(update_fields=["total"])
    wake("jobs")
    return job


def tickets_of(job: Recalculation) -> QuerySet[Ticket]:
    """The open tickets that a job is about."""
    rows = Ticket.objects.filter(status__in=[s.value for s in ACTIVE_STATUSES])
    if job.contract_id:
        return rows.filter(contract_id=job.contract_id)
    if job.version_id and job.version:
        return policy_tickets(job.version)
    under = TicketPolicy.objects.filter(Q(calendar_id=job.calendar_id) | Q(version__targets__calendar_id=job.calendar_id)
                                        | Q(agreement__targets__calendar_id=job.calendar_id))
    return rows.filter(pk__in=under.values("ticket_id"))


def policy_tickets(version: SlaPolicyVersion) -> QuerySet[Ticket]:
    """Open tickets under another version of the same policy."""
    under = TicketPolicy.objects.filter(version__policy_id=version.policy_id).exclude(version=version)
    return Ticket.objects.filter(status__in=[s.value for s in ACTIVE_STATUSES], pk__in=under.values("ticket_id"))


def run_batch(job: Recalculation, *, now: datetime) -> None:
    """One batch in the running transaction; the job is locked by the caller. A ticket that fails is named and left."""
    found = list(tickets_of(job).filter(pk__gt=job.cursor).order_by("pk")[:BATCH])
    failed = []
    for ticket in found:
        try:
            with transaction.atomic():
                _follow(job, ticket, now)
        except (DatabaseError, ValueError, ArithmeticError):
            logger.exception("ticket %s could not follow: %s", ticket.pk, job)
            failed.append(ticket.number)
    if failed:
        numbers = ", ".join(f"#{n}" for n in failed)
        job.problem = f"{job.problem} These tickets could not be computed: {numbers}.".strip()[:500]
    job.done += len(found)
    job.cursor = found[-1].pk if found else job.cursor
    job.state = JobState.RUNNING if len(found) == BATCH else JobState.DONE
    job.finished_at = None if job.state == JobState.RUNNING else now
    job.save(update_fields=["done", "cursor", "state", "finished_at", "problem"])


def _follow(job: Recalculation, ticket: Ticket, now: datetime) -> None:
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if job.calendar_id:
        recompute(locked, at=now)
        return
    # The event's receiver puts the ticket under its contract's present terms and recomputes its clocks.
    record(locked, EventKind.CONTRACT_CHANGED, at=now, by=job.requested_by,
           actor_kind=AuthorKind.STAFF if job.requested_by_id else AuthorKind.SYSTEM, terms=job.reason)
