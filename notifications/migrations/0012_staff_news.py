from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
from accounts.walls import TenantWall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_invitations_and_personal_settings'),
        ('notifications', '0011_staff_clocks'),
        ('tickets', '0014_priority_governance_wall'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxmessage',
            name='template',
            field=models.CharField(choices=[('ticket_received', 'ticket_received'), ('ticket_reviewed', 'ticket_reviewed'), ('ticket_reply', 'ticket_reply'), ('ticket_priority', 'ticket_priority'), ('ticket_solved', 'ticket_solved'), ('intake_answer', 'intake_answer'), ('security_copy', 'security_copy'), ('staff_assigned', 'staff_assigned'), ('staff_requester_wrote', 'staff_requester_wrote'), ('staff_priority', 'staff_priority'), ('staff_sla', 'staff_sla'), ('staff_mentioned', 'staff_mentioned'), ('staff_digest', 'staff_digest'), ('ticket_rate', 'ticket_rate'), ('staff_attention', 'staff_attention'), ('staff_failed', 'staff_failed'), ('staff_bounced', 'staff_bounced'), ('staff_clocks', 'staff_clocks'), ('account', 'account')], max_length=24),
        ),
        migrations.CreateModel(
            name='StaffNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'assigned'), ('mentioned', 'mentioned'), ('wrote', 'wrote'), ('attention', 'attention'), ('priority', 'priority'), ('due_soon', 'due_soon'), ('late', 'late'), ('escalated', 'escalated'), ('failed', 'failed'), ('bounced', 'bounced')], max_length=12)),
                ('cause', models.CharField(max_length=120)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('in_inbox', models.BooleanField(default=True)),
                ('in_browser', models.BooleanField(default=True)),
                ('in_digest', models.BooleanField(default=False)),
                ('digest', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='news', to='notifications.outboxmessage')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'person', '-at', '-id'], name='staff_news_newest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['tenant', 'person'], name='staff_news_unread')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person', 'cause'), name='staff_news_once')],
            },
        ),
        TenantWall("notifications", ["StaffNews"]),
    ]
