from __future__ import annotations

import datetime

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
from accounts.walls import TenantWall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_hook_token'),
        ('notifications', '0003_outbox_kinds_and_chat'),
        ('sla', '0003_escalation_steps'),
        ('tickets', '0005_calls_callbacks_and_scripts'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.TimeField(default=datetime.time(20, 0))),
                ('ends', models.TimeField(default=datetime.time(7, 0), help_text='May be earlier than the start: then they run over midnight.')),
            ],
            options={
                'verbose_name_plural': 'quiet hours',
            },
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='template',
            field=models.CharField(choices=[('ticket_received', 'ticket_received'), ('ticket_reviewed', 'ticket_reviewed'), ('ticket_reply', 'ticket_reply'), ('ticket_solved', 'ticket_solved'), ('intake_answer', 'intake_answer'), ('staff_assigned', 'staff_assigned'), ('staff_requester_wrote', 'staff_requester_wrote'), ('staff_sla', 'staff_sla'), ('staff_digest', 'staff_digest'), ('account', 'account')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'pending'), ('template', 'staff_digest')), fields=('tenant', 'person'), name='outbox_one_digest_waits'),
        ),
        migrations.AddField(
            model_name='heldnotice',
            name='digest',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='notifications.outboxmessage'),
        ),
        migrations.AddField(
            model_name='heldnotice',
            name='event',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.slaevent'),
        ),
        migrations.AddField(
            model_name='heldnotice',
            name='person',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='heldnotice',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='quiethours',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddIndex(
            model_name='heldnotice',
            index=models.Index(condition=models.Q(('digest__isnull', True)), fields=['tenant', 'person'], name='notices_waiting'),
        ),
        migrations.AddConstraint(
            model_name='heldnotice',
            constraint=models.UniqueConstraint(fields=('tenant', 'person', 'event'), name='notice_held_once'),
        ),
        migrations.AddConstraint(
            model_name='quiethours',
            constraint=models.UniqueConstraint(fields=('tenant',), name='quiet_hours_once'),
        ),
        TenantWall("notifications", ["HeldNotice", "QuietHours"]),
    ]
