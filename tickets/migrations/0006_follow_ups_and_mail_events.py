# ruff: noqa: I001

import accounts.tenancy
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_bounced_addresses'),
        ('tickets', '0005_calls_callbacks_and_scripts'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='follows',
            field=accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='tickets.ticket'),
        ),
        migrations.AlterField(
            model_name='ticketevent',
            name='kind',
            field=models.CharField(choices=[('ticket.opened', 'Ticket.opened'), ('ticket.replied', 'Ticket.replied'), ('ticket.requester_wrote', 'Ticket.requester wrote'), ('ticket.call_logged', 'Ticket.call logged'), ('ticket.noted', 'Ticket.noted'), ('ticket.status_changed', 'Ticket.status changed'), ('ticket.priority_changed', 'Ticket.priority changed'), ('ticket.priority_confirmed', 'Ticket.priority confirmed'), ('ticket.priority_requested', 'Ticket.priority requested'), ('ticket.assigned', 'Ticket.assigned'), ('ticket.fields_changed', 'Ticket.fields changed'), ('ticket.contract_changed', 'Ticket.contract changed'), ('ticket.promised', 'Ticket.promised'), ('ticket.tagged', 'Ticket.tagged'), ('ticket.cc_changed', 'Ticket.cc changed'), ('ticket.triaged', 'Ticket.triaged'), ('ticket.comment_held', 'Ticket.comment held'), ('ticket.mail_bounced', 'Ticket.mail bounced'), ('sla.goal_missed', 'Sla.goal missed'), ('ticket.callback_requested', 'Ticket.callback requested'), ('ticket.callback_done', 'Ticket.callback done'), ('ticket.chat_edited', 'Ticket.chat edited'), ('ticket.chat_deleted', 'Ticket.chat deleted'), ('sla.warned', 'Sla.warned'), ('sla.breached', 'Sla.breached')], max_length=32),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('follows__isnull', False)), fields=['tenant', 'follows'], name='ticket_follow_ups'),
        ),
        migrations.RunSQL(
            'ALTER TABLE tickets_ticket ADD CONSTRAINT tickets_ticket_follows_id_tenant_fk'
            ' FOREIGN KEY (tenant_id, follows_id) REFERENCES tickets_ticket (tenant_id, id)',
            'ALTER TABLE tickets_ticket DROP CONSTRAINT tickets_ticket_follows_id_tenant_fk'),
    ]
