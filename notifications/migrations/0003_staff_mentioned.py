from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

KINDS = ["ticket_received", "ticket_reviewed", "ticket_reply", "ticket_solved", "intake_answer", "staff_assigned",
         "staff_requester_wrote", "staff_sla", "staff_mentioned", "account"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0002_tenant_wall")]
    operations: ClassVar = [
        migrations.AlterField("outboxmessage", "template",
                              models.CharField(choices=[(k, k) for k in KINDS], max_length=24)),
    ]
