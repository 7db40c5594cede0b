from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
import notifications.enums
from accounts.walls import WORKER_ROLE, TenantWall

# As before, for one kind of message: a chat that doesn't answer holds up no mail, and the other way round.
CLAIM = f"""
DROP FUNCTION lease_outbox(integer, integer, integer);
CREATE FUNCTION lease_outbox(wanted text, most integer, per_tenant integer, seconds integer)
RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH head AS MATERIALIZED (
        SELECT o.id, o.tenant_id, o.next_at FROM notifications_outboxmessage o
        WHERE o.state = 'pending' AND o.next_at <= app_now() AND o.kind = wanted
        ORDER BY o.next_at LIMIT most * 20
    ), ranked AS MATERIALIZED (
        SELECT head.*, row_number() OVER (PARTITION BY head.tenant_id ORDER BY head.next_at) > per_tenant AS late
        FROM head
    ), chosen AS MATERIALIZED (
        SELECT o.id FROM notifications_outboxmessage o JOIN ranked r ON r.id = o.id
        WHERE o.state = 'pending' AND o.next_at <= app_now()
        ORDER BY r.late, r.next_at LIMIT most FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE notifications_outboxmessage o
    SET next_at = app_now() + make_interval(secs => seconds), attempts = o.attempts + 1
    FROM chosen WHERE o.id = chosen.id
    RETURNING o.tenant_id, o.id
$$;
REVOKE ALL ON FUNCTION lease_outbox(text, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_outbox(text, integer, integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_outbox(text, integer, integer, integer) OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0004_hook_token"),
        ("notifications", "0002_tenant_wall"),
        ("tickets", "0005_calls_callbacks_and_scripts"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="outboxmessage",
            name="kind",
            field=models.CharField(
                choices=[("email", "email"), ("slack", "slack")],
                default=notifications.enums.OutboxKind["EMAIL"],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="to_address",
            field=models.CharField(help_text="A mail address, or a channel and thread of a chat.", max_length=254),
        ),
        migrations.CreateModel(
            name="ChatChannel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel_id",
                    models.CharField(help_text="Slack’s id of the channel, such as C024BE91L.", max_length=40),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "trigger",
                    models.CharField(
                        default="!ticket",
                        help_text="A word, or an emoji such as :ticket: with which a message is marked.",
                        max_length=40,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "organization",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chat_channels",
                        to="accounts.organization",
                    ),
                ),
                (
                    "project",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.project"
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
            ],
        ),
        migrations.CreateModel(
            name="ChatThread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ts", models.CharField(max_length=30)),
                (
                    "channel",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="notifications.chatchannel",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="chat_threads", to="tickets.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChatMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ts", models.CharField(max_length=30)),
                (
                    "comment",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.comment"
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
                    "thread",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="notifications.chatthread",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChatWorkspace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "team_id",
                    models.CharField(help_text="Slack’s id of the workspace, such as T024BE7LD.", max_length=40),
                ),
                (
                    "bot_user_id",
                    models.CharField(blank=True, help_text="The app’s own user, such as U0LAN0Z89.", max_length=40),
                ),
                ("sealed_token", models.TextField(blank=True, editable=False)),
                ("sealed_signing_secret", models.TextField(blank=True, editable=False)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(editable=False)),
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
            ],
        ),
        migrations.CreateModel(
            name="ChatUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.CharField(max_length=40)),
                (
                    "person",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
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
                    "workspace",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="notifications.chatworkspace",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="chatchannel",
            name="workspace",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="channels", to="notifications.chatworkspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="chatthread",
            constraint=models.UniqueConstraint(fields=("tenant", "channel", "ts"), name="chat_thread_once"),
        ),
        migrations.AddConstraint(
            model_name="chatthread",
            constraint=models.UniqueConstraint(fields=("tenant", "ticket"), name="chat_thread_of_ticket"),
        ),
        migrations.AddConstraint(
            model_name="chatmessage",
            constraint=models.UniqueConstraint(fields=("tenant", "thread", "ts"), name="chat_message_once"),
        ),
        migrations.AddConstraint(
            model_name="chatworkspace",
            constraint=models.UniqueConstraint(fields=("tenant", "team_id"), name="workspace_once"),
        ),
        migrations.AddConstraint(
            model_name="chatuser",
            constraint=models.UniqueConstraint(fields=("tenant", "workspace", "user_id"), name="chat_user_once"),
        ),
        migrations.AddConstraint(
            model_name="chatchannel",
            constraint=models.UniqueConstraint(fields=("tenant", "workspace", "channel_id"), name="chat_channel_once"),
        ),
        TenantWall("notifications", ["ChatWorkspace", "ChatChannel", "ChatThread", "ChatMessage", "ChatUser"]),
        migrations.RunSQL(CLAIM, migrations.RunSQL.noop),
    ]
