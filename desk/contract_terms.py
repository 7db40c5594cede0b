"""What stands or was typed on a contract's page: policy, hours, agreed targets, and from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict

from desk.terms_form import DrawnRow, drawn_rows, read_terms
from sla.catalogue import Carried, with_agreed
from sla.checks import checked_agreement
from sla.engine import Policy
from sla.errors import TermsError
from sla.models import Calendar, Coverage, SlaPolicy, SlaTarget
from sla.queries import version_in_force
from sla.terms import Cell, CellKey, Terms, agreed_cells, terms_of
from tickets.reference import priority_levels


@dataclass
class Choice:
    """The form's fields; where nothing was typed, what the contract carries."""

    policy: SlaPolicy | None
    calendar: Calendar | None
    agreed: dict[CellKey, Cell]
    effective_from: str
    move_open: bool
    present: Coverage | None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict, present: Coverage | None, now: datetime, zone: ZoneInfo) -> Choice:
        """From a form, sent or still being filled in."""
        policy = data.get("policy", str(present.policy_id) if present else "")
        calendar = data.get("calendar", str(present.calendar_id or "") if present else "")
        typed = any(name.startswith("t-") for name in data)
        agreed = read_terms(data).cells if typed else agreed_cells(present.agreement_id if present else None)
        return cls(
            policy=SlaPolicy.objects.filter(pk=policy).first() if policy.isdigit() else None,
            calendar=Calendar.objects.filter(pk=calendar).first() if calendar.isdigit() else None, agreed=dict(agreed),
            effective_from=data.get("effective_from", now.astimezone(zone).date().isoformat()),
            move_open=data.get("open") == "move", present=present)

    def terms(self, now: datetime) -> Carried | Policy | None:
        """What a ticket would move to; None without a version in force. Agreed targets that can't stand are noted."""
        version = version_in_force(self.policy.pk, now) if self.policy else None
        if version is None:
            return None
        base = Carried(version.pk, self.calendar.pk if self.calendar else None)
        agreement = self.present.agreement if self.present else None
        if self.agreed == agreed_cells(agreement.pk if agreement else None):
            return base._replace(agreement_id=agreement.pk if agreement else None)
        try:
            rows = checked_agreement(self.agreed, {c.pk: c for c in Calendar.objects.all()},
                                     agreement.targets.all() if agreement else ())
        except TermsError as error:
            self.errors = {**error.fields, **self.errors}
            return None
        return with_agreed(base, _shown(rows), "typed")

    def rows(self, now: datetime, names: Mapping[int, str]) -> list[DrawnRow]:
        """The matrix of agreed targets, with the policy's own word beside each that is agreed otherwise or not at all."""
        version = version_in_force(self.policy.pk, now) if self.policy else None
        own = terms_of(version) if version else Terms({})
        return drawn_rows(Terms(self.agreed), own, priority_levels(), names, errors=self.errors, theirs={}, extra=None)


def _shown(rows: Sequence[SlaTarget]) -> Sequence[SlaTarget]:
    """Each with a key of its own, as the engine tells targets apart by it; negative, for nothing of it is stored."""
    for number, row in enumerate(rows, 1):
        row.pk = -number
    return rows
