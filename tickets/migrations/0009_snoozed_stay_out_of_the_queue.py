from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

ACTIVE = models.Q(status__in=["new", "open", "pending", "on_hold"])


class Migration(migrations.Migration):
    """The queue's counts are still answered by the index alone."""

    dependencies: ClassVar = [("tickets", "0008_workspace_wall")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_due"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["tenant", "due_at", "id"], include=["due_state", "status", "snooze"],
                               condition=ACTIVE, name="ticket_queue_due")),
    ]
