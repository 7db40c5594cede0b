from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.tenancy import chosen_tenant_id, tenant_scope
from tests.conftest import NOON
from tests.factories.desk import make_desk
from tickets.models import PriorityLevel


@pytest.mark.django_db
def test_a_database_that_is_away_leaves_no_tenant_chosen() -> None:
    """A thread that believed otherwise would never tell the database again, and find nothing for ever."""
    tenant = make_desk("acme", at=NOON).tenant

    def away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "app.tenant" in sql:
            raise OperationalError("the database system is starting up")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(away), pytest.raises(OperationalError), tenant_scope(tenant):
        pass
    assert chosen_tenant_id() is None
    with tenant_scope(tenant):
        assert PriorityLevel.objects.exists()
