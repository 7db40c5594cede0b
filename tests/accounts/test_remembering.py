from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import tenant_scope
from sla.models import Coverage, SlaPolicyVersion
from sla.queries import coverage_for, version_in_force
from tests.conftest import NOON
from tests.factories.desk import make_desk
from tickets.models import PriorityLevel
from tickets.reference import priority_levels


def _read(tenant: object) -> tuple[str, int]:
    """The label of rank 1 and how many queries of the table it took, as a page's own transaction would see it."""
    with CaptureQueriesContext(connection) as queries, tenant_scope(tenant, reading=True):
        label = priority_levels()[1].label
    return label, sum("tickets_prioritylevel" in q["sql"] for q in queries)


@pytest.mark.django_db
def test_settings_are_read_once_and_anew_after_any_change() -> None:
    acme, globex = make_desk("acme", at=NOON).tenant, make_desk("globex", at=NOON).tenant
    assert _read(acme) == ("Urgent", 1)
    assert _read(acme) == ("Urgent", 0)
    with tenant_scope(acme):
        PriorityLevel.objects.filter(rank=1).update(label="Blocker")  # no signal tells of this one
        assert priority_levels()[1].label == "Blocker"  # who may write reads for themselves
    assert _read(globex) == ("Urgent", 1)
    assert _read(acme) == ("Blocker", 1)
    assert _read(globex) == ("Urgent", 0)


@pytest.mark.django_db
def test_what_a_contract_carries_is_remembered_for_each_and_read_anew_after_any_change() -> None:
    desk = make_desk("acme", at=NOON)
    with tenant_scope(desk.tenant):
        contract = desk.project().contract_id
        policy = Coverage.objects.get(contract_id=contract).policy_id

    def look() -> tuple[int | None, int]:
        with CaptureQueriesContext(connection) as queries, tenant_scope(desk.tenant, reading=True):
            coverage = coverage_for(contract, NOON)
            version = version_in_force(policy, NOON)
            assert coverage is not None
        return version.pk if version else None, sum("sla_" in q["sql"] for q in queries)

    first, queries = look()
    assert (first is not None, queries) == (True, 2)
    assert look() == (first, 0)
    with tenant_scope(desk.tenant):
        SlaPolicyVersion.objects.filter(pk=first).update(effective_from=NOON + timedelta(days=1))
    assert look() == (None, 2)
    assert look() == (None, 0)
