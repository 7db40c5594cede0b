from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
import tickets.enums


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0003_settings_version"),
        ("tickets", "0006_follow_ups_and_mail_events"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40)),
                ("label", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("choice", "Choice"),
                            ("date", "Date"),
                            ("checkbox", "Checkbox"),
                        ],
                        default=tickets.enums.FieldKind["TEXT"],
                        max_length=8,
                    ),
                ),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        help_text="What a choice offers.",
                        size=None,
                    ),
                ),
                ("help_text", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["position", "label"],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[("reply", "Reply"), ("note", "Note"), ("call", "Call")],
                        default=tickets.enums.ComposerMode["REPLY"],
                        max_length=8,
                    ),
                ),
                ("body", models.TextField(blank=True)),
                (
                    "then",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("pending", "Pending"),
                            ("on_hold", "On hold"),
                            ("solved", "Solved"),
                            ("closed", "Closed"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "uploads",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        help_text="Attachments that wait with it.",
                        size=None,
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=1, help_text="Grows with each save; guards two windows of one person."
                    ),
                ),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HeldReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(blank=True)),
                (
                    "then",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("pending", "Pending"),
                            ("on_hold", "On hold"),
                            ("solved", "Solved"),
                            ("closed", "Closed"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "uploads",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("pressed_at", models.DateTimeField()),
                ("leaves_at", models.DateTimeField()),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="Why it couldn’t leave; it waits for its author.", max_length=300
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("body", models.TextField(blank=True)),
                ("is_note", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("pending", "Pending"),
                            ("on_hold", "On hold"),
                            ("solved", "Solved"),
                            ("closed", "Closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "add_tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "remove_tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("assign_to_me", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="TicketFollower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="TicketLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("related", "Related"), ("split", "Split")],
                        default=tickets.enums.LinkKind["RELATED"],
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UndoStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fields", "Fields"),
                            ("merge", "Merge"),
                            ("split", "Split"),
                            ("link", "Link"),
                            ("snooze", "Snooze"),
                        ],
                        max_length=12,
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("data", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="ticket",
            name="custom",
            field=models.JSONField(
                blank=True, default=dict, help_text="Values of the tenant’s own fields, by their keys."
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="merged_into",
            field=accounts.tenancy.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snooze",
            field=models.CharField(
                blank=True,
                choices=[("", ""), ("time", "Time"), ("reply", "Reply")],
                default=tickets.enums.Snooze["NONE"],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=tickets.enums.choices(tickets.enums.EventKind),
                max_length=32,
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("snooze", "time")), fields=["snoozed_until"], name="ticket_snooze_over"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["tenant", "merged_into"],
                name="ticket_merged_into",
            ),
        ),
        migrations.AddField(
            model_name="customfield",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="person",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.person"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="ticket",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="heldreply",
            name="person",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.person"
            ),
        ),
        migrations.AddField(
            model_name="heldreply",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="heldreply",
            name="ticket",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="held_replies", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="macro",
            name="assignee",
            field=accounts.tenancy.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.agent",
            ),
        ),
        migrations.AddField(
            model_name="macro",
            name="owner",
            field=accounts.tenancy.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="macros",
                to="accounts.agent",
            ),
        ),
        migrations.AddField(
            model_name="macro",
            name="team",
            field=accounts.tenancy.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="macro",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="heldreply",
            name="macro",
            field=accounts.tenancy.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tickets.macro"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="macro",
            field=accounts.tenancy.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tickets.macro"
            ),
        ),
        migrations.AddField(
            model_name="ticketfollower",
            name="agent",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.agent"
            ),
        ),
        migrations.AddField(
            model_name="ticketfollower",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="ticketfollower",
            name="ticket",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="followers", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="ticketlink",
            name="other",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="linked_from", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="ticketlink",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="ticketlink",
            name="ticket",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="links", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="undostep",
            name="person",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.person"
            ),
        ),
        migrations.AddField(
            model_name="undostep",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="undostep",
            name="ticket",
            field=accounts.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="undo_steps", to="tickets.ticket"
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="custom_field_key_once"),
        ),
        migrations.AddConstraint(
            model_name="macro",
            constraint=models.UniqueConstraint(
                fields=("tenant", "owner", "name"), name="macro_name_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="heldreply",
            index=models.Index(condition=models.Q(("problem", "")), fields=["leaves_at"], name="held_reply_due"),
        ),
        migrations.AddIndex(
            model_name="heldreply",
            index=models.Index(fields=["tenant", "ticket"], name="held_replies_of_ticket"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("tenant", "ticket", "person"), name="draft_once"),
        ),
        migrations.AddConstraint(
            model_name="ticketfollower",
            constraint=models.UniqueConstraint(fields=("tenant", "ticket", "agent"), name="follower_once"),
        ),
        migrations.AddIndex(
            model_name="ticketlink",
            index=models.Index(fields=["tenant", "other"], name="links_of_other"),
        ),
        migrations.AddConstraint(
            model_name="ticketlink",
            constraint=models.UniqueConstraint(fields=("tenant", "ticket", "other"), name="link_once"),
        ),
        migrations.AddIndex(
            model_name="undostep",
            index=models.Index(fields=["tenant", "ticket", "person", "-id"], name="undo_steps_newest"),
        ),
    ]
