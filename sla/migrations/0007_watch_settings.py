from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import watch_settings_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0006_drafts_wall"), ("accounts", "0003_settings_version")]
    operations: ClassVar = [
        migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop)
        for table in ("sla_calendar", "sla_coverage", "sla_slapolicyversion")
    ]
