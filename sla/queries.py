"""Reads of the SLA floor, inside a tenant scope. What may be seen of a ticket is decided by the ticket's door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts.models import Contract, Team
from accounts.remembering import remembered_each
from accounts.tenancy import current_tenant_id
from sla.catalogue import Carried, load_calendars, load_policies
from sla.engine import Fact, FactKind, Target, compute
from sla.enums import ClockState, Metric
from sla.models import Coverage, SlaClock, SlaPolicyVersion
from tickets.models import Ticket
from toolkit.planning import joins_as_written
from toolkit.prepared import Prepared


def coverage_for(contract_id: int | None, at: datetime) -> Coverage | None:
    """The coverage a contract carries at a moment."""
    if contract_id is None:
        return None
    return next((c for c in _coverages(contract_id) if c.effective_from <= at), None)


@remembered_each
def _coverages(contract_id: int) -> list[Coverage]:
    return list(Coverage.objects.filter(contract_id=contract_id).order_by("-effective_from"))


def version_in_force(policy_id: int, at: datetime) -> SlaPolicyVersion | None:
    """The newest published version of a policy that is effective at a moment."""
    return next((v for v in _published(policy_id) if v.effective_from and v.effective_from <= at), None)


@remembered_each
def _published(policy_id: int) -> list[SlaPolicyVersion]:
    return list(SlaPolicyVersion.objects.filter(
        policy_id=policy_id, published_at__isnull=False, effective_from__isnull=False).order_by("-effective_from", "-number"))


def team_names() -> dict[int, str]:
    """The tenant's teams by id, in the order of their names (1 query)."""
    return dict(Team.objects.order_by("name").values_list("pk", "name"))


def clocks_of(ticket: Ticket) -> list[SlaClock]:
    """All clocks of a ticket in the order they started, with target and calendar (1 query)."""
    with joins_as_written():
        return list(SlaClock.objects.filter(ticket=ticket).select_related("target__calendar", "version__policy")
                    .order_by("started_at", "id"))


class Backlog(NamedTuple):
    """Timers of all tenants that are due and wait: how many, and since when the oldest is due (None: none waits). The same
    of what is on record and nobody has been told of."""

    waiting: int
    oldest: datetime | None
    untold: int
    untold_since: datetime | None


def timer_backlog() -> Backlog:
    """How far the workers are behind. Needs no tenant and tells nothing of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, oldest, untold, untold_since FROM timer_backlog()")
        return Backlog(*cursor.fetchone())


class ClockLine(NamedTuple):
    """What a page shows of a clock; the amount and unit are those of its target, None without one."""

    metric: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    elapsed_seconds: int
    limit_seconds: int | None
    warn_at: datetime | None
    due_at: datetime | None
    amount: int | None
    unit: str | None
    version_id: int | None


_LINES = Prepared("clock_lines", "bigint, bigint", """
SELECT c.metric, c.state, c.started_at, c.ended_at, c.elapsed_seconds, c.limit_seconds, c.warn_at, c.due_at,
    t.limit_amount, t.unit, c.version_id
FROM sla_slaclock c LEFT JOIN sla_slatarget t ON t.tenant_id = c.tenant_id AND t.id = c.target_id
WHERE c.tenant_id = $1 AND c.ticket_id = $2 AND c.state <> 'cancelled' ORDER BY c.started_at, c.id
""")


def clock_lines(ticket: Ticket) -> list[ClockLine]:
    """A ticket's clocks for a page, in the order they started (1 query)."""
    return [ClockLine(*row) for row in _LINES.rows([current_tenant_id(), ticket.pk])]


def open_clocks(tickets: Iterable[Ticket]) -> dict[int, list[SlaClock]]:
    """The unanswered clocks of each of the tickets, by ticket id (1 query)."""
    found: dict[int, list[SlaClock]] = {}
    rows = SlaClock.objects.filter(ticket_id__in=[t.pk for t in tickets], ended_at__isnull=True).exclude(
        state=ClockState.CANCELLED)
    for clock in rows:
        found.setdefault(clock.ticket_id, []).append(clock)
    return found


class Promise:
    """What a contract would promise for a ticket opened now: the target of a metric and when it is due."""

    def __init__(self, metric: Metric, target: Target | None, due_at: datetime | None) -> None:
        self.metric, self.target, self.due_at = metric, target, due_at

    @property
    def best_effort(self) -> bool:
        """The contract names no deadline here."""
        return self.target is None or self.target.best_effort


def promises(contract: Contract, environment: str, at: datetime) -> dict[int, Promise]:
    """The first response promised for each priority rank 1–4, were a ticket opened at `at`.

    `environment` is an Environment's `sla_key`. Empty when the contract has no policy.
    """
    coverage = coverage_for(contract.pk, at)
    version = version_in_force(coverage.policy_id, at) if coverage else None
    if coverage is None or version is None:
        return {}
    terms = Carried(version.pk, coverage.calendar_id, coverage.agreement_id)
    key, policies = terms.key, load_policies([terms])
    calendars = load_calendars(policies.values())
    found = {}
    for rank in range(1, 5):
        target = policies[key].target(Metric.FIRST_RESPONSE, rank, environment)
        opened = Fact(at, FactKind.OPENED, priority=rank, environment=environment, policy=key)
        clocks = compute([opened], policies, calendars, at)
        due = next((c.due_at for c in clocks if c.metric is Metric.FIRST_RESPONSE), None)
        found[rank] = Promise(Metric.FIRST_RESPONSE, target, due)
    return found
