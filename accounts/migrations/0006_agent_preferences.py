from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A constant default: no row is rewritten."""

    dependencies: ClassVar = [("accounts", "0005_bounced_addresses")]
    operations: ClassVar = [
        migrations.AddField(
            "agent", "preferences",
            models.JSONField(default=dict, editable=False, db_default={},
                             help_text="How the desk looks to them: columns, density, keys.")),
    ]
