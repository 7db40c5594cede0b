"""Which terms a contract had when: a period for each version and each coverage that came into force."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sla.models import Coverage, SlaPolicyVersion
from sla.queries import coverage_for, version_in_force


class Period(NamedTuple):
    """Terms that held from `since` on, until the next period began."""

    since: datetime
    version: SlaPolicyVersion
    coverage: Coverage


def periods(contract_id: int, now: datetime) -> list[Period]:
    """The contract's terms until now, newest first; days on which nothing was promised have no period."""
    rows = list(Coverage.objects.filter(contract_id=contract_id, effective_from__lte=now))
    moments = {row.effective_from for row in rows}
    moments |= set(SlaPolicyVersion.objects.filter(
        policy_id__in={row.policy_id for row in rows}, published_at__isnull=False,
        effective_from__lte=now).values_list("effective_from", flat=True))
    found: list[Period] = []
    for moment in sorted(moments):
        coverage = coverage_for(contract_id, moment)
        version = version_in_force(coverage.policy_id, moment) if coverage else None
        if coverage is not None and version is not None and (
                not found or (found[-1].version, found[-1].coverage) != (version, coverage)):
            found.append(Period(moment, version, coverage))
    return found[::-1]
