from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import TenantWall

# The database's clock, as every timer reads it. STABLE, so that an index on due_at still serves; `app.now` lets
# tests stand at another moment.
APP_NOW = """
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(APP_NOW, "DROP FUNCTION app_now()"),
        TenantWall(
            "accounts",
            ["Organization", "OrganizationDomain", "Person", "PersonAddress", "Membership", "Agent", "Team",
             "TeamMember", "Plan", "PlanEntitlement", "Contract", "ContractEntitlement", "Product", "ProductVersion",
             "Project", "ApiToken", "AuditEvent"],
            append_only=("AuditEvent",)),
    ]
