
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_digests'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxmessage',
            name='bounce_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='bounced_at',
            field=models.DateTimeField(help_text='A delivery report came back for it.', null=True),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='template',
            field=models.CharField(choices=[('ticket_received', 'ticket_received'), ('ticket_reviewed', 'ticket_reviewed'), ('ticket_reply', 'ticket_reply'), ('ticket_solved', 'ticket_solved'), ('intake_answer', 'intake_answer'), ('security_copy', 'security_copy'), ('staff_assigned', 'staff_assigned'), ('staff_requester_wrote', 'staff_requester_wrote'), ('staff_sla', 'staff_sla'), ('staff_digest', 'staff_digest'), ('account', 'account')], max_length=24),
        ),
    ]
