"""What a contract promises, in the customer's words (S9): the live version, its hours, and what is coming."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from accounts.members import Member
from accounts.models import Contract
from accounts.queries import email_of
from sla.catalogue import follows_contract_hours, winning
from sla.durations import amount_words
from sla.enums import ClockState, Metric
from sla.hours import hours_words, week_words
from sla.models import Calendar, CalendarException, CalendarWindow, Coverage, SlaClock, SlaPolicyVersion, SlaTarget
from sla.queries import coverage_for, version_in_force
from sla.terms import ENVIRONMENTS, agreed_cells, agreed_differences, compare, terms_of
from tickets.reference import priority_levels
from toolkit.errors import NotFoundError

PROMISES = {
    Metric.FIRST_RESPONSE: "First reply", Metric.NEXT_RESPONSE: "Reply to each further message",
    Metric.ONGOING_UPDATE: "Update, until it is solved", Metric.RESOLUTION: "Solution",
    Metric.PROMISE: "Update at the promised time",
}
FEW = 5


@dataclass(frozen=True)
class Hours:
    """A calendar in words, with its dates ahead."""

    name: str
    zone: str
    week: list[str]
    dates: list[str]


@dataclass(frozen=True)
class Coming:
    """A version or coverage that takes effect later."""

    title: str
    effective_from: datetime
    reason: str
    changes: list[str]


@dataclass(frozen=True)
class Attained:
    """Clocks of the last days that ended in time and late; the share only where there are enough of them."""

    title: str
    met: int
    late: int

    @property
    def share(self) -> str:
        """“95.0 %”, or nothing when it would say too little."""
        total = self.met + self.late
        return f"{100 * self.met / total:.1f} %" if total >= FEW else ""


@dataclass(frozen=True)
class Statement:
    """A contract's service levels as of a moment. `version` is None when nothing is promised."""

    contract: Contract
    version: SlaPolicyVersion | None
    promises: list[tuple[str, str, list[str]]]
    hours: list[Hours]
    coming: list[Coming]
    attained: list[Attained]
    engineer: tuple[str, str] | None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the terms in words: the same on the page and in each copy, until a term changes."""
        return hashlib.sha256("\n".join(self.lines()).encode()).hexdigest()

    def lines(self) -> list[str]:
        """The terms, line by line."""
        found = [f"Contract {self.contract.reference}, {self.contract.organization.name}", f"Plan {self.contract.plan.name}"]
        if self.version is not None:
            found += [f"{self.version.policy.name}, version {self.version.number}",
                      f"In force since {self.version.effective_from:%-d %B %Y}"]
        for label, definition, promises in self.promises:
            found += [f"{label}: {definition}".strip(": "), *promises]
        for hours in self.hours:
            found += [f"{hours.name} ({hours.zone})", *hours.week, *hours.dates]
        return found


def contract_for(member: Member, contract_id: int, today: date) -> Contract:
    """The door to a contract of the member's organizations. Raises NotFoundError for any other."""
    found = contracts_of(member, today).filter(pk=contract_id).first()
    if found is None:
        raise NotFoundError
    return found


def contracts_of(member: Member, today: date) -> QuerySet[Contract]:
    """The contracts of the member's organizations that haven't ended."""
    rows = Contract.objects.select_related("organization", "plan", "sales_engineer__person")
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), organization_id__in=list(member.memberships))


def statement(contract: Contract, now: datetime, *, days: int = 90) -> Statement:
    """Everything that the customer may read about the contract's service levels."""
    coverage = coverage_for(contract.pk, now)
    version = version_in_force(coverage.policy_id, now) if coverage else None
    engineer = contract.sales_engineer
    targets = _targets(version, coverage.agreement_id) if coverage and version else []
    own = coverage.calendar if coverage else None
    calendars = {c.pk: c for c in (_calendar(t, own) for t in targets) if c is not None}
    return Statement(
        contract=contract, version=version, promises=_promises(targets, own),
        hours=[_hours(c, now) for c in calendars.values()], coming=_coming(contract, coverage, version, now),
        attained=attained(contract, now - timedelta(days=days)),
        engineer=(engineer.person.name, email_of(engineer.person)) if engineer else None)


def _targets(version: SlaPolicyVersion, agreement_id: int | None) -> list[SlaTarget]:
    rows = SlaTarget.objects.select_related("calendar")
    return winning(list(rows.filter(version=version)), list(rows.filter(agreement_id=agreement_id)) if agreement_id else [])


def _calendar(target: SlaTarget, own: Calendar | None) -> Calendar | None:
    """The hours in which a target counts: the contract's own stand in for business hours."""
    if target.best_effort:
        return None
    return own if own is not None and follows_contract_hours(target) else target.calendar


def _promises(targets: list[SlaTarget], own: Calendar | None) -> list[tuple[str, str, list[str]]]:
    order = list(PROMISES)
    found = []
    for rank, level in sorted(priority_levels().items()):
        rows = sorted((t for t in targets if t.priority == rank),
                      key=lambda t: (t.environment, order.index(Metric(t.metric))))
        found.append((str(level), level.definition, [_promise(t, own) for t in rows] or ["No deadline is promised."]))
    return found if targets else []


def _promise(target: SlaTarget, own: Calendar | None) -> str:
    title = PROMISES[Metric(target.metric)]
    where = f" ({ENVIRONMENTS[target.environment]})" if target.environment else ""
    agreed = ", as agreed with you" if target.agreement_id else ""
    if target.best_effort:
        return f"{title}{where}: as soon as we can, without a fixed deadline{agreed}."
    goal = f", usually within {amount_words(target.goal_amount, target.unit)}" if target.goal_amount else ""
    calendar = _calendar(target, own)
    return (f"{title}{where}: within {amount_words(int(target.limit_amount or 0), target.unit)}{goal}, "
            f"counted in {calendar.name if calendar else ''}{agreed}.")


def _hours(calendar: Calendar, now: datetime) -> Hours:
    today = now.astimezone(ZoneInfo(calendar.time_zone)).date()
    windows = [(w.weekday, w.start_minute, w.end_minute) for w in CalendarWindow.objects.filter(
        Q(since__isnull=True) | Q(since__lte=today), Q(until__isnull=True) | Q(until__gte=today), calendar=calendar)]
    dates = CalendarException.objects.filter(calendar=calendar, date__gte=today)[:30]
    return Hours(calendar.name, calendar.time_zone, week_words(windows),
                 [f"{e.date:%a %-d %b %Y}: {e.name}, {hours_words([(s, f) for s, f in e.windows])}" for e in dates])


def _coming(contract: Contract, coverage: Coverage | None, version: SlaPolicyVersion | None,
            now: datetime) -> list[Coming]:
    """Published versions and changes of the contract that take effect later, the next first."""
    names: Mapping[int, str] = dict(Calendar.objects.values_list("pk", "name"))
    found = []
    if coverage is not None and version is not None:
        for row in SlaPolicyVersion.objects.filter(policy_id=coverage.policy_id, published_at__isnull=False,
                                                   effective_from__gt=now):
            changes = [f"{d.what}: {d.before} → {d.after}" for d in compare(terms_of(version), terms_of(row), names)]
            found.append(Coming(f"Version {row.number}", row.effective_from, row.reason, changes))
    for other in Coverage.objects.select_related("policy", "calendar").filter(contract=contract, effective_from__gt=now):
        hours = f" in the hours of {other.calendar.name}" if other.calendar else ""
        differences = agreed_differences(agreed_cells(coverage.agreement_id if coverage else None),
                                         agreed_cells(other.agreement_id), names)
        found.append(Coming(f"{other.policy.name}{hours}", other.effective_from, "",
                            [f"{d.what}: {d.before} → {d.after}" for d in differences]))
    return sorted(found, key=lambda c: c.effective_from)


def attained(contract: Contract, since: datetime) -> list[Attained]:
    """Per metric, how many of the contract's clocks that began since then ended in time, and how many were late (1 query)."""
    rows = (SlaClock.objects.filter(ticket__contract=contract, started_at__gte=since).order_by().values("metric")
            .annotate(met=Count("id", filter=Q(state=ClockState.MET)),
                      late=Count("id", filter=Q(state=ClockState.BREACHED))))
    counts = {row["metric"]: row for row in rows}
    return [Attained(words, counts[m]["met"], counts[m]["late"]) for m, words in PROMISES.items()
            if m in counts and counts[m]["met"] + counts[m]["late"]]
