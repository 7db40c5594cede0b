from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import tickets.enums
from accounts.tenancy import TenantForeignKey
from accounts.walls import TenantWall

ACTIVE = models.Q(status__in=["new", "open", "pending", "on_hold"])


def _id() -> models.Field:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _tenant() -> models.Field:
    return models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT,
                             related_name="+", to="accounts.tenant")


class Migration(migrations.Migration):
    """Changes of many tickets; and the queue by channel counts from its index alone."""

    dependencies: ClassVar = [("accounts", "0006_agent_preferences"),
                              ("tickets", "0009_snoozed_stay_out_of_the_queue")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", _id()),
                ("action", models.CharField(choices=tickets.enums.choices(tickets.enums.BulkAction), max_length=12)),
                ("value", models.JSONField(default=dict, help_text="What is done: plain JSON, by action.")),
                ("label", models.CharField(help_text="The same in words.", max_length=200)),
                ("back", models.CharField(blank=True, help_text="The queue that it was started from.",
                                          max_length=2000)),
                ("state", models.CharField(choices=tickets.enums.choices(tickets.enums.BulkState),
                                           default=tickets.enums.BulkState["PREPARED"], max_length=8)),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField(help_text="The last progress.")),
                ("tenant", _tenant()),
                ("person", TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                            to="accounts.person")),
                ("undoes", TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE,
                                            related_name="undone_by", to="tickets.bulkrun")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "undoes"), name="bulk_run_undone_once")],
                "indexes": [models.Index(fields=["tenant", "person", "-id"], name="bulk_runs_of_person")],
            }),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", _id()),
                ("version", models.PositiveIntegerField()),
                ("state", models.CharField(choices=tickets.enums.choices(tickets.enums.BulkItemState), max_length=8)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("before", models.JSONField(default=dict)),
                ("version_after", models.PositiveIntegerField(null=True)),
                ("tenant", _tenant()),
                ("run", TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="items",
                                         to="tickets.bulkrun")),
                ("ticket", TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+",
                                            to="tickets.ticket")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "run", "ticket"), name="bulk_item_once")],
                "indexes": [models.Index(fields=["tenant", "run", "state", "id"], name="bulk_items_of_run")],
            }),
        TenantWall("tickets", ["BulkRun", "BulkItem"]),
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_channel"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["tenant", "channel_rank", "due_at", "id"], include=["due_state", "status", "snooze"],
                               condition=ACTIVE, name="ticket_queue_channel")),
    ]
