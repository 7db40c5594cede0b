from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import TenantWall


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0003_settings_version"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="HookToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("sealed_secret", models.TextField(blank=True, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                "abstract": False,
            },
        ),
        TenantWall("accounts", ["HookToken"]),
    ]
