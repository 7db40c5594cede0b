from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from accounts.walls import SETTINGS_CHANGED


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_tenant_wall")]
    operations: ClassVar = [
        migrations.AddField(
            "tenant", "settings_version",
            models.BigIntegerField(default=0, editable=False, help_text="Grows with each change of a settings table "
                                   "(by trigger); says whether remembered ones still hold.")),
        migrations.RunSQL(SETTINGS_CHANGED, "DROP FUNCTION settings_changed()"),
    ]
