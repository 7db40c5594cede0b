from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import watch_settings_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0005_ways_in_wall"), ("accounts", "0003_settings_version")]
    operations: ClassVar = [migrations.RunSQL(watch_settings_sql("intake_mailbox"), migrations.RunSQL.noop)]
