from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
import intake.enums
from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

LEASE = f"""
CREATE FUNCTION lease_chat_events(most integer, seconds integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH chosen AS MATERIALIZED (
        SELECT e.id FROM intake_chatevent e
        WHERE e.state = 'received' AND e.next_at <= app_now()
        ORDER BY e.next_at, e.id LIMIT most FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE intake_chatevent e
        SET next_at = app_now() + make_interval(secs => seconds), attempts = e.attempts + 1
        FROM chosen WHERE e.id = chosen.id
        RETURNING e.tenant_id, e.id
    )
    SELECT leased.tenant_id, leased.id FROM leased ORDER BY leased.id
$$;
REVOKE ALL ON FUNCTION lease_chat_events(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_chat_events(integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_chat_events(integer, integer) OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0004_hook_token"),
        ("intake", "0002_tenant_wall"),
        ("notifications", "0003_outbox_kinds_and_chat"),
        ("tickets", "0005_calls_callbacks_and_scripts"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ChatEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event_id",
                    models.CharField(
                        help_text="The chat’s own name of it: a repetition is the same row.", max_length=60
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("raw", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("ticket", "ticket"),
                            ("comment", "comment"),
                            ("quarantine", "quarantine"),
                            ("ignored", "ignored"),
                        ],
                        default=intake.enums.InboundState["RECEIVED"],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("channel_id", models.CharField(blank=True, max_length=100)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "next_at",
                    models.DateTimeField(help_text="Not before; moved ahead as a lease while a worker reads it."),
                ),
                ("processed_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    accounts.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.comment",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
                (
                    "ticket",
                    accounts.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "workspace",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="notifications.chatworkspace"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "received")), fields=["next_at", "id"], name="chat_event_due"
                    ),
                    models.Index(fields=["tenant", "-received_at", "-id"], name="chat_events_newest_first"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "workspace", "event_id"), name="chat_event_once")
                ],
            },
        ),
        TenantWall("intake", ["ChatEvent"]),
        migrations.RunSQL(
            [*worker_policy_sql("intake_chatevent", "SELECT, UPDATE"), LEASE],
            "DROP FUNCTION lease_chat_events(integer, integer)"),
    ]
