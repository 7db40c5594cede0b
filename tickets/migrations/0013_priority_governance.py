from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
import tickets.enums


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0008_invitations_and_personal_settings"),
        ("tickets", "0012_event_kinds"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="comment",
            name="next_steps",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="What happens next, as told to the customer (S48)."
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="next_update_by",
            field=models.DateTimeField(blank=True, help_text="When we write again; a clock keeps it.", null=True),
        ),
        migrations.AddField(
            model_name="draft",
            name="next_steps",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="draft",
            name="next_update_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="heldreply",
            name="next_steps",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="heldreply",
            name="next_update_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=tickets.enums.choices(tickets.enums.EventKind),
                max_length=32,
            ),
        ),
        migrations.CreateModel(
            name="PriorityProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("engineer", "Engineer"), ("workaround", "Workaround")], max_length=10),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("superseded", "Superseded"),
                            ("in_force", "In force"),
                            ("disputed", "Disputed"),
                            ("upheld", "Upheld"),
                            ("overturned", "Overturned"),
                        ],
                        max_length=10,
                    ),
                ),
                ("before", models.PositiveSmallIntegerField()),
                ("rank", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(help_text="The workaround itself, where there is one.", max_length=2000)),
                ("made_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, help_text="The customer's words: why not.", max_length=2000)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(blank=True, help_text="The desk's last word on a dispute.", max_length=2000),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    accounts.tenancy.TenantForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                    ),
                ),
                (
                    "decided_by",
                    accounts.tenancy.TenantForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
                    ),
                ),
                (
                    "made_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priority_proposals",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "ticket", "id"], name="proposals_of_ticket")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rank__gte", 1), ("rank__lte", 4)), name="proposal_rank_1_to_4"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "disputed"])),
                        fields=("tenant", "ticket"),
                        name="one_open_proposal_per_ticket",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriorityQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40)),
                ("text", models.CharField(max_length=200)),
                (
                    "environment",
                    models.CharField(
                        blank=True,
                        choices=[("", "Both"), ("production", "Production"), ("nonproduction", "Outside production")],
                        max_length=14,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
            options={
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("tenant", "key"), name="priority_question_once")],
            },
        ),
        migrations.CreateModel(
            name="PriorityRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "environment",
                    models.CharField(
                        blank=True,
                        choices=[("", "Both"), ("production", "Production"), ("nonproduction", "Outside production")],
                        max_length=14,
                    ),
                ),
                (
                    "any_of",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Keys of questions; at least one is answered with yes.",
                        size=None,
                    ),
                ),
                (
                    "all_of",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Keys of questions; all are answered with yes.",
                        size=None,
                    ),
                ),
                (
                    "none_of",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Keys of questions; none is answered with yes.",
                        size=None,
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Phone"),
                            ("callback", "Callback"),
                            ("priority_at_will", "Priority at will"),
                            ("nonprod_247", "Nonprod 247"),
                        ],
                        help_text="Only for contracts with this right.",
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(help_text="Shown with the recommendation.", max_length=300)),
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
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "position"), name="priority_rule_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rank__gte", 1), ("rank__lte", 4)), name="priority_rule_rank_1_to_4"
                    ),
                ],
            },
        ),
    ]
