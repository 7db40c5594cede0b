from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0002_walls")]
    operations: ClassVar = [
        migrations.AddField("mailbox", "trusts_relay", models.BooleanField(
            default=False, help_text="All mail comes here by a server of the tenant's that lets nobody else send in its "
                                     "agents' names.")),
    ]
