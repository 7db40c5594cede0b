from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

ACTIVE = models.Q(status__in=["new", "open", "pending", "on_hold"])


class Migration(migrations.Migration):
    """The queue's counts are answered by the index alone."""

    dependencies: ClassVar = [("tickets", "0002_tenant_wall")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_due"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["tenant", "due_at", "id"], include=["due_state", "status"], condition=ACTIVE,
                               name="ticket_queue_due")),
    ]
