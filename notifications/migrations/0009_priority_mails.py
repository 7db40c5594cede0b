from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("notifications", "0008_templates"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="outboxmessage",
            name="template",
            field=models.CharField(
                choices=[
                    ("ticket_received", "ticket_received"),
                    ("ticket_reviewed", "ticket_reviewed"),
                    ("ticket_reply", "ticket_reply"),
                    ("ticket_priority", "ticket_priority"),
                    ("ticket_solved", "ticket_solved"),
                    ("intake_answer", "intake_answer"),
                    ("security_copy", "security_copy"),
                    ("staff_assigned", "staff_assigned"),
                    ("staff_requester_wrote", "staff_requester_wrote"),
                    ("staff_priority", "staff_priority"),
                    ("staff_sla", "staff_sla"),
                    ("staff_mentioned", "staff_mentioned"),
                    ("staff_digest", "staff_digest"),
                    ("ticket_rate", "ticket_rate"),
                    ("staff_attention", "staff_attention"),
                    ("account", "account"),
                ],
                max_length=24,
            ),
        ),
    ]
