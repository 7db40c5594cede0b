from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import TenantWall


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0009_priority_mails"), ("accounts", "0010_operators")]
    operations: ClassVar = [
        migrations.CreateModel("MailTemplate", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(help_text="A value of notifications.enums.Template.", max_length=24)),
            ("language", models.CharField(max_length=12)),
            ("subject", models.CharField(max_length=200)),
            ("body", models.TextField()),
            ("changed_at", models.DateTimeField()),
            ("tenant", models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT,
                                         related_name="+", to="accounts.tenant")),
        ], {"constraints": [
            models.UniqueConstraint(fields=("tenant", "kind", "language"), name="mail_template_once")]}),
        TenantWall("notifications", ["MailTemplate"]),
    ]
