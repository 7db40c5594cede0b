"""Migration operations that raise the database wall around tenant tables (architecture: tenancy, belt 2)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation

APP_ROLE = "supportdesk_app"
WORKER_ROLE = "supportdesk_timer"
SEARCH_ROLE = "supportdesk_search"

# The (SELECT …) makes it an InitPlan, evaluated once a statement and not once a row; after a transaction with
# SET LOCAL the setting is '' and not NULL, hence nullif.
CURRENT_TENANT = "(SELECT nullif(current_setting('app.tenant', true), '')::bigint)"


class TenantWall(Operation):
    """For each named model: forced row-level security, UNIQUE (tenant_id, id), and composite keys to tenant tables.

    `append_only` names those whose rows may never be changed or deleted.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, app: str, model_names: list[str], append_only: tuple[str, ...] = ()) -> None:
        self.app = app
        self.model_names = model_names
        self.append_only = append_only

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "TenantWall", [self.app, self.model_names], {"append_only": self.append_only}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing: Django's picture of the models stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        found = [to_state.apps.get_model(self.app, name) for name in self.model_names]
        for model in found:
            for sql in wall_sql(model):
                schema_editor.execute(sql, params=None)
            if model._meta.model_name in {name.lower() for name in self.append_only}:
                for sql in append_only_sql(model._meta.db_table):
                    schema_editor.execute(sql, params=None)
        for model in found:
            for sql in key_sql(model):
                schema_editor.execute(sql, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The tables themselves go when their creation is undone."""

    def describe(self) -> str:
        return f"Raise the tenant wall around {', '.join(self.model_names)}"


def wall_sql(model: type[models.Model]) -> list[str]:
    """Row-level security, the composite unique key and the app's grants for one tenant table."""
    table = model._meta.db_table
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" USING (tenant_id = {CURRENT_TENANT})'
        f" WITH CHECK (tenant_id = {CURRENT_TENANT})",
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (tenant_id, id)',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {APP_ROLE}',
    ]


def key_sql(model: type[models.Model]) -> list[str]:
    """FOREIGN KEY (tenant_id, x_id) for every key of the model that points to a tenant table."""
    table = model._meta.db_table
    statements = []
    for field in model._meta.local_fields:
        target = field.remote_field.model if isinstance(field, models.ForeignKey) else None
        if target is None or field.name == "tenant" or "tenant" not in {f.name for f in target._meta.local_fields}:
            continue
        statements.append(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table[:30]}_{field.column[:20]}_tenant_fk"'
            f' FOREIGN KEY (tenant_id, "{field.column}") REFERENCES "{target._meta.db_table}" (tenant_id, id)',
        )
    return statements


def append_only_sql(table: str) -> list[str]:
    """Facts are added and never changed: the grant goes, and a trigger says why (for the owner too)."""
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f'REVOKE UPDATE, DELETE ON "{table}" FROM {APP_ROLE}',
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}"'
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]


def worker_policy_sql(table: str, grants: str, columns: str = "") -> list[str]:
    """Let the workers' functions (and nothing else) see a queue table across tenants."""
    return [
        f"GRANT {grants} {columns} ON {table} TO {WORKER_ROLE}",
        f"CREATE POLICY worker ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true)",
    ]


SETTINGS_CHANGED = """
CREATE FUNCTION settings_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    UPDATE accounts_tenant SET settings_version = settings_version + 1
    WHERE id = nullif(current_setting('app.tenant', true), '')::bigint;
    RETURN NULL;
END $$
"""


def watch_settings_sql(table: str) -> str:
    """Each statement that changes the table moves the tenant's `settings_version` (see accounts.remembering)."""
    return (f"CREATE TRIGGER {table}_settings AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION settings_changed()")
