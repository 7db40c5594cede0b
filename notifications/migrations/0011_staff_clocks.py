
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0010_mail_templates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxmessage',
            name='template',
            field=models.CharField(choices=[('ticket_received', 'ticket_received'), ('ticket_reviewed', 'ticket_reviewed'), ('ticket_reply', 'ticket_reply'), ('ticket_priority', 'ticket_priority'), ('ticket_solved', 'ticket_solved'), ('intake_answer', 'intake_answer'), ('security_copy', 'security_copy'), ('staff_assigned', 'staff_assigned'), ('staff_requester_wrote', 'staff_requester_wrote'), ('staff_priority', 'staff_priority'), ('staff_sla', 'staff_sla'), ('staff_mentioned', 'staff_mentioned'), ('staff_digest', 'staff_digest'), ('ticket_rate', 'ticket_rate'), ('staff_attention', 'staff_attention'), ('staff_clocks', 'staff_clocks'), ('account', 'account')], max_length=24),
        ),
    ]
