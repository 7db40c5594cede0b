"""Which policy and hours a contract carries, and from when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Contract
from accounts.services.audit import record_audit
from sla.errors import TermsError
from sla.models import Calendar, Coverage, SlaPolicy
from sla.queries import coverage_for, version_in_force
from sla.services.policies import require_editor
from sla.services.recalculation import move_tickets


def change_coverage(contract: Contract, *, policy: SlaPolicy, calendar: Calendar | None, effective_from: datetime,
                    move_open: bool, by: Member, at: datetime) -> Coverage:
    """Put a contract under a policy (with hours of its own, or not) from a moment on.

    Tickets opened from then on follow it; open ones keep their terms, or move at that moment.
    """
    require_editor(by)
    before = coverage_for(contract.pk, at)
    latest = Coverage.objects.filter(contract=contract).order_by("-effective_from").first()
    if effective_from < at or (latest is not None and effective_from < latest.effective_from):
        raise TermsError({"effective_from": _("Choose today or a later day, not before the newest change of this contract: "
                                              "tickets of the past keep the terms of their day.")})
    if version_in_force(policy.pk, effective_from) is None:
        raise TermsError({"policy": _("“{policy}” has no version in force on that day. Publish one first.").format(
                                        policy=policy.name)})
    if calendar is not None and not calendar.windows.filter(until__isnull=True).exists():
        raise TermsError({"calendar": _("“{calendar}” has no hours. Add some, or choose another calendar.").format(
                                          calendar=calendar.name)})
    row: Coverage
    row, _new = Coverage.objects.update_or_create(
        contract=contract, effective_from=effective_from, defaults={"policy": policy, "calendar": calendar})
    record_audit(by=by.person, action="contract.covered", subject=contract, at=at, changes={
        "policy": [before.policy.name if before else None, policy.name],
        "hours": [_hours(before.calendar if before else None), _hours(calendar)],
        "effective from": [None, effective_from.isoformat()], "open tickets": [None, "move" if move_open else "keep"]})
    if move_open:
        move_tickets(reason=f"Contract {contract.reference} follows {policy.name}", version=None, contract=contract,
                     due_at=effective_from, by=by.person, at=at)
    return row


def _hours(calendar: Calendar | None) -> str:
    return calendar.name if calendar else _("those of the policy")
