from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Raw mail is kept without compression: its attachments are packed already, and trying costs as much as storing."""

    dependencies: ClassVar = [("intake", "0006_watch_mailboxes")]
    operations: ClassVar = [migrations.RunSQL("ALTER TABLE intake_inboundmessage ALTER COLUMN raw SET STORAGE EXTERNAL",
                                              "ALTER TABLE intake_inboundmessage ALTER COLUMN raw SET STORAGE EXTENDED")]
