"""Walls around the tenants' tables, the database's clock, and which changes of settings are noticed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import SETTINGS_CHANGED, TenantWall, append_only_sql, watch_settings_sql

# The database's clock, as every timer reads it. STABLE, so that an index on due_at still serves; `app.now` lets
# tests stand at another moment.
APP_NOW = """
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) $$
"""

# Who is told, and where, is remembered with the settings (see notifications.services.desks). Persons and addresses are
# mostly customers' and come with each new sender, so of these only what concerns staff counts.
OF_STAFF = """
CREATE FUNCTION staff_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    one accounts_personaddress := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF EXISTS (SELECT FROM accounts_agent a WHERE a.tenant_id = one.tenant_id AND a.person_id = one.person_id)
        OR TG_OP = 'UPDATE' AND NEW.person_id <> OLD.person_id THEN
        UPDATE accounts_tenant SET settings_version = settings_version + 1
        WHERE id = nullif(current_setting('app.tenant', true), '')::bigint;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_personaddress_settings
    AFTER INSERT OR DELETE OR UPDATE OF person_id, kind, value, is_primary ON accounts_personaddress
    FOR EACH ROW EXECUTE FUNCTION staff_changed();
CREATE TRIGGER accounts_person_settings AFTER UPDATE ON accounts_person FOR EACH ROW
    WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active OR OLD.mails_off IS DISTINCT FROM NEW.mails_off)
    EXECUTE FUNCTION settings_changed();
"""


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("accounts", "0002_tenant_wall"), ("accounts", "0003_settings_version"),
        ("accounts", "0004_hook_token"), ("accounts", "0005_bounced_addresses"),
        ("accounts", "0006_agent_preferences"), ("accounts", "0007_watch_settings"),
        ("accounts", "0008_invitations_and_personal_settings"), ("accounts", "0009_staff_invitations"),
        ("accounts", "0010_operators"), ("accounts", "0011_watch_staff"),
        ("accounts", "0012_tenant_look"),
    ]
    dependencies: ClassVar = [("accounts", "0001_tables")]
    operations: ClassVar = [
        migrations.RunSQL(APP_NOW, migrations.RunSQL.noop),
        TenantWall(
            "accounts",
            ["Organization", "OrganizationDomain", "Person", "PersonAddress", "Membership", "Agent", "Team",
             "TeamMember", "Plan", "PlanEntitlement", "Contract", "ContractEntitlement", "Product", "ProductVersion",
             "Project", "ApiToken", "AuditEvent", "HookToken", "Invitation"],
            append_only=("AuditEvent",)),
        migrations.RunSQL([*append_only_sql("accounts_operatorevent")], migrations.RunSQL.noop),
        migrations.RunSQL(SETTINGS_CHANGED, migrations.RunSQL.noop),
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop) for table in (
            "accounts_organization", "accounts_organizationdomain", "accounts_plan", "accounts_contract",
            "accounts_product", "accounts_project", "accounts_agent", "accounts_teammember",
        )],
        migrations.RunSQL(OF_STAFF, migrations.RunSQL.noop),
    ]
