"""Whether a deadline is missed is no longer kept with the ticket: it follows from `due_at`. What stands in old rows is not
asked for, and goes with the next change of the ticket's clocks."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import tickets.enums


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0004_redacted_tags_and_audit")]
    operations: ClassVar = [
        migrations.AlterField("ticket", "due_state", models.CharField(
            choices=[("running", "Running"), ("paused", "Paused"), ("none", "None")],
            default=tickets.enums.DueState["NONE"], max_length=8)),
    ]
