from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

KINDS = ["ticket_received", "ticket_reviewed", "ticket_reply", "ticket_solved", "intake_answer", "security_copy",
         "staff_assigned", "staff_requester_wrote", "staff_sla", "staff_mentioned", "staff_digest", "account"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0005_bounces_and_security_copies")]
    operations: ClassVar = [
        migrations.AlterField("outboxmessage", "template",
                              models.CharField(choices=[(k, k) for k in KINDS], max_length=24)),
    ]
