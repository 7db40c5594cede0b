from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
from accounts.walls import TenantWall


def _key(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_tenant_fk"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}")


# What was agreed is as immutable as what was published: see 0006.
TARGETS = """
CREATE OR REPLACE FUNCTION refuse_published_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.agreement_id IS NOT NULL THEN RAISE EXCEPTION 'what was agreed in a contract is immutable'; END IF;
    IF EXISTS (SELECT FROM sla_slapolicyversion v WHERE v.tenant_id = OLD.tenant_id AND v.id = OLD.version_id
               AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published policy version is immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""
STEPS = """
CREATE FUNCTION refuse_published_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sla_slapolicyversion v WHERE v.tenant_id = OLD.tenant_id AND v.id = OLD.version_id
               AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published policy version is immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sla_escalationstep_immutable BEFORE UPDATE OR DELETE ON sla_escalationstep
    FOR EACH ROW EXECUTE FUNCTION refuse_published_step();
"""
UNDO_STEPS = """
DROP TRIGGER sla_escalationstep_immutable ON sla_escalationstep; DROP FUNCTION refuse_published_step();
"""
_AGREEMENT = {"blank": True, "null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+",
              "to": "sla.agreement"}


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0003_settings_version"),
        ("sla", "0008_promise_ranks"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("contract", accounts.tenancy.TenantForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="accounts.contract")),
                ("made_by", accounts.tenancy.TenantForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person")),
                ("tenant", models.ForeignKey(
                    db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to="accounts.tenant")),
            ],
            options={"abstract": False},
        ),
        TenantWall("sla", ["Agreement"], append_only=("Agreement",)),
        migrations.AddField(
            model_name="slatarget", name="agreement",
            field=accounts.tenancy.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="sla.agreement")),
        migrations.AlterField(
            model_name="slatarget", name="version",
            field=accounts.tenancy.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="targets",
                to="sla.slapolicyversion")),
        migrations.AddField(
            model_name="coverage", name="agreement",
            field=accounts.tenancy.TenantForeignKey(
                **_AGREEMENT, help_text="Targets of its own, in place of those of the policy.")),
        migrations.AddField(
            model_name="ticketpolicy", name="agreement", field=accounts.tenancy.TenantForeignKey(**_AGREEMENT)),
        migrations.AddConstraint(
            model_name="slatarget",
            constraint=models.UniqueConstraint(
                fields=("tenant", "agreement", "metric", "priority", "environment"), name="agreed_target_once")),
        migrations.AddConstraint(
            model_name="slatarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__isnull", True)) ^ models.Q(("agreement__isnull", True)),
                name="target_of_a_version_or_an_agreement")),
        *[_key(table, "agreement_id", "sla_agreement") for table in ("sla_slatarget", "sla_coverage", "sla_ticketpolicy")],
        migrations.RunSQL(TARGETS, migrations.RunSQL.noop),
        migrations.RunSQL(STEPS, UNDO_STEPS),
    ]
