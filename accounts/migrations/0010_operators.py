from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls import append_only_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0009_staff_invitations")]
    operations: ClassVar = [
        migrations.CreateModel("OperatorEvent", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("at", models.DateTimeField()),
            ("action", models.CharField(max_length=60)),
            ("slug", models.CharField(blank=True, help_text="Of the tenant, if it was about one.", max_length=40)),
            ("changes", models.JSONField(default=dict)),
            ("address", models.GenericIPAddressField(null=True)),
            ("operator", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                           to=settings.AUTH_USER_MODEL)),
        ], {"indexes": [models.Index(fields=["-at", "-id"], name="operator_newest_first")]}),
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in append_only_sql("accounts_operatorevent")],
    ]
