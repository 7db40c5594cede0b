from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import TenantWall, watch_settings_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0013_priority_governance"), ("accounts", "0003_settings_version")]
    operations: ClassVar = [
        TenantWall("tickets", ["PriorityProposal", "PriorityQuestion", "PriorityRule"]),
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop)
          for table in ("tickets_priorityquestion", "tickets_priorityrule")],
    ]
