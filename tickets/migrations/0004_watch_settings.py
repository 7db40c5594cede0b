from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import watch_settings_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0003_queue_index_answers_counts"), ("accounts", "0003_settings_version")]
    operations: ClassVar = [
        migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop)
        for table in ("tickets_prioritylevel", "tickets_channel", "tickets_savedview")
    ]
