"""What a contract promises, in the customer's words (S9): the live version, its hours, and what is coming."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

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
from tickets.models import PriorityLevel
from tickets.reference import priority_levels
from toolkit.errors import NotFoundError
from toolkit.lazy import Words
from toolkit.timefmt import short_day

PROMISES = {
    Metric.FIRST_RESPONSE: gettext_lazy("First reply"), Metric.NEXT_RESPONSE: gettext_lazy("Reply to each further message"),
    Metric.ONGOING_UPDATE: gettext_lazy("Update, until it is solved"), Metric.RESOLUTION: gettext_lazy("Solution"),
    Metric.PROMISE: gettext_lazy("Update at the promised time"),
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

    title: Words
    met: int
    late: int

    @property
    def share(self) -> str:
        """“95.0 %”, or nothing when it would say too little."""
        total = self.met + self.late
        return f"{localize(round(100 * self.met / total, 1))} %" if total >= FEW else ""


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
    fingerprint: str


@dataclass(frozen=True)
class _Terms:
    """What is read of a contract's service levels as of a moment, before anything is said in a language."""

    contract: Contract
    coverage: Coverage | None
    version: SlaPolicyVersion | None
    targets: list[SlaTarget]
    levels: list[PriorityLevel]
    calendars: list[tuple[Calendar, list[tuple[int, int, int]], list[CalendarException]]]

    @property
    def own(self) -> Calendar | None:
        """The contract's own hours."""
        return self.coverage.calendar if self.coverage else None


Promises = list[tuple[str, str, list[str]]]


def _lines(terms: _Terms, promises: Promises, all_hours: list[Hours]) -> list[str]:
    """The terms, line by line."""
    contract, version = terms.contract, terms.version
    lines = [f"Contract {contract.reference}, {contract.organization.name}", f"Plan {contract.plan.name}"]
    if version is not None:
        lines += [f"{version.policy.name}, version {version.number}",
                  f"In force since {version.effective_from:%-d %B %Y}"]
    for label, definition, promised in promises:
        lines += [f"{label}: {definition}".strip(": "), *promised]
    for hours in all_hours:
        lines += [f"{hours.name} ({hours.zone})", *hours.week, *hours.dates]
    return lines


def _fingerprint(terms: _Terms) -> str:
    """SHA-256 of the terms in English words: the same on the page and in each copy, in every language, until a term
    changes. It takes no query.
    """
    with override("en"):
        return hashlib.sha256("\n".join(_lines(terms, _promises(terms), _hours(terms))).encode()).hexdigest()


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
    terms, engineer = _read(contract, now), contract.sales_engineer
    return Statement(
        contract=contract, version=terms.version, promises=_promises(terms), hours=_hours(terms),
        coming=_coming(contract, terms.coverage, terms.version, now),
        attained=attained(contract, now - timedelta(days=days)), fingerprint=_fingerprint(terms),
        engineer=(engineer.person.name, email_of(engineer.person)) if engineer else None)


def past_statement(contract: Contract, at: datetime) -> Statement:
    """The terms as they were at a moment; what was to come, and how they were kept, isn't part of them."""
    return replace(statement(contract, at), coming=[], attained=[])


def _read(contract: Contract, now: datetime) -> _Terms:
    coverage = coverage_for(contract.pk, now)
    version = version_in_force(coverage.policy_id, now) if coverage else None
    targets = _targets(version, coverage.agreement_id) if coverage and version else []
    own = coverage.calendar if coverage else None
    calendars = {c.pk: c for c in (_calendar(t, own) for t in targets) if c is not None}
    return _Terms(contract, coverage, version, targets, [level for _rank, level in sorted(priority_levels().items())],
                  [(c, _week(c, _today(c, now)), _dates_ahead(c, _today(c, now))) for c in calendars.values()])


def _targets(version: SlaPolicyVersion, agreement_id: int | None) -> list[SlaTarget]:
    rows = SlaTarget.objects.select_related("calendar")
    return winning(list(rows.filter(version=version)), list(rows.filter(agreement_id=agreement_id)) if agreement_id else [])


def _calendar(target: SlaTarget, own: Calendar | None) -> Calendar | None:
    """The hours in which a target counts: the contract's own stand in for business hours."""
    if target.best_effort:
        return None
    return own if own is not None and follows_contract_hours(target) else target.calendar


def _promises(terms: _Terms) -> Promises:
    order = list(PROMISES)
    found = []
    for level in terms.levels:
        rows = sorted((t for t in terms.targets if t.priority == level.rank),
                      key=lambda t: (t.environment, order.index(Metric(t.metric))))
        found.append((str(level), level.definition,
                      [_promise(t, terms.own) for t in rows] or [_("No deadline is promised.")]))
    return found if terms.targets else []


def _promise(target: SlaTarget, own: Calendar | None) -> str:
    title = str(PROMISES[Metric(target.metric)])
    if target.environment:
        title = f"{title} ({ENVIRONMENTS[target.environment]})"
    words = _promise_words(target, title, _calendar(target, own))
    return _("{promise}, as agreed with you.").format(promise=words) if target.agreement_id else f"{words}."


def _promise_words(target: SlaTarget, title: str, calendar: Calendar | None) -> str:
    if target.best_effort:
        return _("{title}: as soon as we can, without a fixed deadline").format(title=title)
    said = {"title": title, "limit": amount_words(int(target.limit_amount or 0), target.unit),
            "calendar": calendar.name if calendar else ""}
    if not target.goal_amount:
        return _("{title}: within {limit}, counted in {calendar}").format(**said)
    return _("{title}: within {limit}, usually within {goal}, counted in {calendar}").format(
        **said, goal=amount_words(target.goal_amount, target.unit))


def _today(calendar: Calendar, now: datetime) -> date:
    return now.astimezone(ZoneInfo(calendar.time_zone)).date()


def _week(calendar: Calendar, today: date) -> list[tuple[int, int, int]]:
    return [(w.weekday, w.start_minute, w.end_minute) for w in CalendarWindow.objects.filter(
        Q(since__isnull=True) | Q(since__lte=today), Q(until__isnull=True) | Q(until__gte=today), calendar=calendar)]


def _dates_ahead(calendar: Calendar, today: date) -> list[CalendarException]:
    return list(CalendarException.objects.filter(calendar=calendar, date__gte=today)[:30])


def _hours(terms: _Terms) -> list[Hours]:
    return [Hours(calendar.name, calendar.time_zone, week_words(week),
                  [f"{short_day(e.date)}: {e.name}, {hours_words([(s, f) for s, f in e.windows])}" for e in dates])
            for calendar, week, dates in terms.calendars]


def _coming(contract: Contract, coverage: Coverage | None, version: SlaPolicyVersion | None,
            now: datetime) -> list[Coming]:
    """Published versions and changes of the contract that take effect later, the next first."""
    names: Mapping[int, str] = dict(Calendar.objects.values_list("pk", "name"))
    found = []
    if coverage is not None and version is not None:
        for row in SlaPolicyVersion.objects.filter(policy_id=coverage.policy_id, published_at__isnull=False,
                                                   effective_from__gt=now):
            changes = [f"{d.what}: {d.before} → {d.after}" for d in compare(terms_of(version), terms_of(row), names)]
            found.append(Coming(_("Version {number}").format(number=row.number), row.effective_from, row.reason, changes))
    for other in Coverage.objects.select_related("policy", "calendar").filter(contract=contract, effective_from__gt=now):
        title = _("{policy} in the hours of {calendar}").format(
            policy=other.policy.name, calendar=other.calendar.name) if other.calendar else other.policy.name
        differences = agreed_differences(agreed_cells(coverage.agreement_id if coverage else None),
                                         agreed_cells(other.agreement_id), names)
        found.append(Coming(title, other.effective_from, "", [f"{d.what}: {d.before} → {d.after}" for d in differences]))
    return sorted(found, key=lambda c: c.effective_from)


def attained(contract: Contract, since: datetime) -> list[Attained]:
    """Per metric, how many of the contract's clocks that began since then ended in time, and how many were late (1 query)."""
    rows = (SlaClock.objects.filter(ticket__contract=contract, started_at__gte=since).order_by().values("metric")
            .annotate(met=Count("id", filter=Q(state=ClockState.MET)),
                      late=Count("id", filter=Q(state=ClockState.BREACHED))))
    counts = {row["metric"]: row for row in rows}
    return [Attained(words, counts[m]["met"], counts[m]["late"]) for m, words in PROMISES.items()
            if m in counts and counts[m]["met"] + counts[m]["late"]]
