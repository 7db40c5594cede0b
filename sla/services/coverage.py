"""Which policy, hours and agreed targets a contract carries, and from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Contract, Person
from accounts.services.audit import record_audit
from sla.checks import checked_agreement
from sla.errors import TermsError
from sla.models import Agreement, Calendar, Coverage, SlaPolicy, SlaTarget
from sla.queries import coverage_for, version_in_force
from sla.services.policies import require_editor
from sla.services.recalculation import move_tickets
from sla.terms import Cell, CellKey, agreed_cells, agreed_differences


def change_coverage(contract: Contract, *, policy: SlaPolicy, calendar: Calendar | None, effective_from: datetime,
                    move_open: bool, by: Member, at: datetime, agreed: Mapping[CellKey, Cell] | None = None) -> Coverage:
    """Put a contract under a policy (with hours of its own, or not) from a moment on. `agreed` are the targets that were
    agreed with this customer and win over the policy's; None leaves them as they are.

    Tickets opened from then on follow it; open ones keep their terms, or move at that moment.
    """
    require_editor(by)
    before = coverage_for(contract.pk, at)
    latest = Coverage.objects.filter(contract=contract).order_by("-effective_from").first()
    problems = {}
    if effective_from < at or (latest is not None and effective_from < latest.effective_from):
        problems["effective_from"] = _("Choose today or a later day, not before the newest change of this contract: "
                                       "tickets of the past keep the terms of their day.")
    if version_in_force(policy.pk, effective_from) is None:
        problems["policy"] = _("“{policy}” has no version in force on that day. Publish one first.").format(
            policy=policy.name)
    for one in _calendars(calendar, agreed or {}):
        if not one.windows.filter(until__isnull=True).exists():
            problems["calendar"] = _("“{calendar}” has no hours. Add some, or choose another calendar.").format(
                calendar=one.name)
    if problems:
        raise TermsError(problems)
    agreement = _agreement(contract, agreed, latest, by=by, at=at)
    row: Coverage
    row, _new = Coverage.objects.update_or_create(
        contract=contract, effective_from=effective_from,
        defaults={"policy": policy, "calendar": calendar, "agreement": agreement})
    names = dict(Calendar.objects.values_list("pk", "name"))
    differences = agreed_differences(agreed_cells(before.agreement_id if before else None),
                                     agreed_cells(row.agreement_id), names)
    record_audit(by=by.person, action="contract.covered", subject=contract, at=at, changes={
        "policy": [before.policy.name if before else None, policy.name],
        "hours": [_hours(before.calendar if before else None), _hours(calendar)],
        **{d.what: [d.before, d.after] for d in differences},
        "effective from": [None, effective_from.isoformat()], "open tickets": [None, "move" if move_open else "keep"]})
    if move_open:
        move_tickets(reason=f"Contract {contract.reference} follows {policy.name}", version=None, contract=contract,
                     due_at=effective_from, by=by.person, at=at)
    return row


def _calendars(own: Calendar | None, agreed: Mapping[CellKey, Cell]) -> list[Calendar]:
    ids = {cell.calendar_id for cell in agreed.values() if cell.calendar_id}
    return [*([own] if own else ()), *Calendar.objects.filter(pk__in=ids).order_by("pk")]


def _agreement(contract: Contract, cells: Mapping[CellKey, Cell] | None, latest: Coverage | None, *, by: Member,
               at: datetime) -> Agreement | None:
    """The agreement with these targets: the contract's newest where nothing differs, else another one."""
    present = latest.agreement if latest else None
    if cells is None or cells == agreed_cells(present.pk if present else None):
        return present
    rows = checked_agreement(cells, {c.pk: c for c in Calendar.objects.all()}, present.targets.all() if present else ())
    return store_agreement(contract, rows, by=by.person, at=at) if rows else None


def store_agreement(contract: Contract, rows: Sequence[SlaTarget], *, by: Person | None, at: datetime) -> Agreement:
    """Keep targets agreed with a customer, for good. They count from the coverage on that names them."""
    made: Agreement = Agreement.objects.create(contract=contract, made_at=at, made_by=by)
    for row in rows:
        row.agreement = made
    SlaTarget.objects.bulk_create(rows)
    return made


def _hours(calendar: Calendar | None) -> str:
    return calendar.name if calendar else _("those of the policy")
