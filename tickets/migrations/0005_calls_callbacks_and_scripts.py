from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
from accounts.walls import TenantWall


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0004_hook_token"),
        ("tickets", "0004_watch_settings"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ticket.opened", "Ticket.opened"),
                    ("ticket.replied", "Ticket.replied"),
                    ("ticket.requester_wrote", "Ticket.requester wrote"),
                    ("ticket.call_logged", "Ticket.call logged"),
                    ("ticket.noted", "Ticket.noted"),
                    ("ticket.status_changed", "Ticket.status changed"),
                    ("ticket.priority_changed", "Ticket.priority changed"),
                    ("ticket.priority_confirmed", "Ticket.priority confirmed"),
                    ("ticket.priority_requested", "Ticket.priority requested"),
                    ("ticket.assigned", "Ticket.assigned"),
                    ("ticket.fields_changed", "Ticket.fields changed"),
                    ("ticket.contract_changed", "Ticket.contract changed"),
                    ("ticket.promised", "Ticket.promised"),
                    ("ticket.tagged", "Ticket.tagged"),
                    ("ticket.cc_changed", "Ticket.cc changed"),
                    ("ticket.triaged", "Ticket.triaged"),
                    ("sla.goal_missed", "Sla.goal missed"),
                    ("ticket.callback_requested", "Ticket.callback requested"),
                    ("ticket.callback_done", "Ticket.callback done"),
                    ("ticket.chat_edited", "Ticket.chat edited"),
                    ("ticket.chat_deleted", "Ticket.chat deleted"),
                    ("sla.warned", "Sla.warned"),
                    ("sla.breached", "Sla.breached"),
                ],
                max_length=32,
            ),
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "direction",
                    models.CharField(choices=[("inbound", "Inbound"), ("outbound", "Outbound")], max_length=8),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True, help_text="The telephone system's own name of the call.", max_length=120
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="Of the other side, E.164; empty when withheld.", max_length=40
                    ),
                ),
                ("caller_name", models.CharField(blank=True, help_text="As the caller said it.", max_length=160)),
                ("started_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("summary", models.TextField(blank=True)),
                (
                    "entitled",
                    models.BooleanField(help_text="Had the caller phone support; empty when nobody looked.", null=True),
                ),
                (
                    "directed_to",
                    models.CharField(
                        blank=True, help_text="Where a caller without phone support was sent.", max_length=200
                    ),
                ),
                ("handled_at", models.DateTimeField(help_text="When it was written down.", null=True)),
                (
                    "agent",
                    accounts.tenancy.TenantForeignKey(
                        help_text="Who took or made it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agent",
                    ),
                ),
                (
                    "comment",
                    accounts.tenancy.TenantForeignKey(
                        help_text="The entry that says what was said.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.comment",
                    ),
                ),
                (
                    "hook",
                    accounts.tenancy.TenantForeignKey(
                        help_text="The telephone system that told of it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hooktoken",
                    ),
                ),
                (
                    "organization",
                    accounts.tenancy.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="accounts.organization",
                    ),
                ),
                (
                    "person",
                    accounts.tenancy.TenantForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(help_text="E.164.", max_length=40)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("due_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_note", models.TextField(blank=True)),
                (
                    "assignee",
                    accounts.tenancy.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="callbacks",
                        to="accounts.agent",
                    ),
                ),
                (
                    "call",
                    accounts.tenancy.TenantForeignKey(
                        help_text="The call that answered it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.call",
                    ),
                ),
                (
                    "done_by",
                    accounts.tenancy.TenantForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agent"
                    ),
                ),
                (
                    "person",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                    ),
                ),
                (
                    "requested_by",
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
                    "ticket",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="callbacks", to="tickets.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PhoneScript",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("greeting", "Greeting"),
                            ("customer", "Customer"),
                            ("entitled", "Entitled"),
                            ("not_entitled", "Not entitled"),
                            ("unknown", "Unknown"),
                            ("name", "Name"),
                            ("email", "Email"),
                            ("callback_number", "Callback number"),
                            ("product", "Product"),
                            ("environment", "Environment"),
                            ("priority", "Priority"),
                            ("summary", "Summary"),
                            ("details", "Details"),
                            ("callback_due", "Callback due"),
                            ("goodbye", "Goodbye"),
                        ],
                        max_length=16,
                    ),
                ),
                ("text", models.TextField(help_text="{customer}, {plan}, {desk} and {link} are filled in.")),
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
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["tenant", "-started_at", "-id"], name="calls_newest_first"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["tenant", "ticket", "started_at"], name="calls_of_ticket"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True)),
                fields=["tenant", "started_at"],
                name="calls_not_handled",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("tenant", "hook", "external_id"),
                name="call_once_per_system",
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["tenant", "due_at", "id"], name="callbacks_open"
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False)),
                fields=["tenant", "-done_at", "-id"],
                name="callbacks_done",
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(fields=["tenant", "ticket"], name="callbacks_of_ticket"),
        ),
        migrations.AddConstraint(
            model_name="phonescript",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="phone_script_once"),
        ),
        TenantWall("tickets", ["Call", "Callback", "PhoneScript"]),
    ]
