from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import watch_settings_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0006_agent_preferences")]
    operations: ClassVar = [
        migrations.RunSQL(watch_settings_sql(f"accounts_{name}"), migrations.RunSQL.noop)
        for name in ("organization", "organizationdomain", "plan", "contract", "product", "project")
    ]
