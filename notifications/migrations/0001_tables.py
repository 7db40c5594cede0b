import accounts.tenancy
import datetime
import django.db.models.deletion
import notifications.enums
from django.db import migrations, models

from toolkit.migrating import Tables


class Migration(Tables):

    replaces = [('notifications', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('sla', '0001_tables'),
        ('tickets', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChatWorkspace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=80)),
                ('team_id', models.CharField(help_text='Slack’s id of the workspace, such as T024BE7LD.', max_length=40)),
                ('bot_user_id', models.CharField(blank=True, help_text='The app’s own user, such as U0LAN0Z89.', max_length=40)),
                ('sealed_token', models.TextField(blank=True, editable=False)),
                ('sealed_signing_secret', models.TextField(blank=True, editable=False)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'team_id'), name='workspace_once')],
            },
        ),
        migrations.CreateModel(
            name='ChatChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('workspace', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='notifications.chatworkspace')),
                ('channel_id', models.CharField(help_text='Slack’s id of the channel, such as C024BE91L.', max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('organization', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chat_channels', to='accounts.organization')),
                ('project', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.project')),
                ('trigger', models.CharField(default='!ticket', help_text='A word, or an emoji such as :ticket: with which a message is marked.', max_length=40)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'workspace', 'channel_id'), name='chat_channel_once')],
            },
        ),
        migrations.CreateModel(
            name='ChatThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('channel', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='notifications.chatchannel')),
                ('ts', models.CharField(max_length=30)),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chat_threads', to='tickets.ticket')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'channel', 'ts'), name='chat_thread_once'), models.UniqueConstraint(fields=('tenant', 'ticket'), name='chat_thread_of_ticket')],
            },
        ),
        migrations.CreateModel(
            name='ChatMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('thread', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='notifications.chatthread')),
                ('ts', models.CharField(max_length=30)),
                ('comment', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.comment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'thread', 'ts'), name='chat_message_once')],
            },
        ),
        migrations.CreateModel(
            name='ChatUser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('workspace', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='users', to='notifications.chatworkspace')),
                ('user_id', models.CharField(max_length=40)),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'workspace', 'user_id'), name='chat_user_once')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('kind', models.CharField(choices=[('email', 'email'), ('slack', 'slack')], default=notifications.enums.OutboxKind['EMAIL'], max_length=10)),
                ('cause', models.CharField(help_text='Stable name of the reason and the receiver.', max_length=120)),
                ('template', models.CharField(choices=[('ticket_received', 'ticket_received'), ('ticket_reviewed', 'ticket_reviewed'), ('ticket_reply', 'ticket_reply'), ('ticket_priority', 'ticket_priority'), ('ticket_solved', 'ticket_solved'), ('intake_answer', 'intake_answer'), ('security_copy', 'security_copy'), ('staff_assigned', 'staff_assigned'), ('staff_requester_wrote', 'staff_requester_wrote'), ('staff_priority', 'staff_priority'), ('staff_sla', 'staff_sla'), ('staff_mentioned', 'staff_mentioned'), ('staff_digest', 'staff_digest'), ('ticket_rate', 'ticket_rate'), ('staff_attention', 'staff_attention'), ('staff_failed', 'staff_failed'), ('staff_bounced', 'staff_bounced'), ('staff_clocks', 'staff_clocks'), ('account', 'account')], max_length=24)),
                ('ticket', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='outbox', to='tickets.ticket')),
                ('comment', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.comment')),
                ('person', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('to_address', models.CharField(help_text='A mail address, or a channel and thread of a chat.', max_length=254)),
                ('context', models.JSONField(default=dict)),
                ('message_id', models.CharField(help_text='Stable across retries.', max_length=255)),
                ('state', models.CharField(choices=[('pending', 'pending'), ('sent', 'sent'), ('parked', 'parked'), ('superseded', 'superseded')], default=notifications.enums.OutboxState['PENDING'], max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(help_text='Not before; moved ahead as a lease while a worker sends.')),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('provider_id', models.CharField(blank=True, max_length=255)),
                ('last_error', models.TextField(blank=True)),
                ('bounced_at', models.DateTimeField(help_text='A delivery report came back for it.', null=True)),
                ('bounce_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['next_at'], name='outbox_due'), models.Index(fields=['tenant', 'message_id'], name='outbox_by_message_id'), models.Index(fields=['tenant', 'ticket'], name='outbox_of_ticket'), models.Index(fields=['tenant', '-created_at', '-id'], name='outbox_newest_first')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'cause'), name='outbox_cause_once'), models.UniqueConstraint(condition=models.Q(('state', 'pending'), ('template', 'staff_digest')), fields=('tenant', 'person'), name='outbox_one_digest_waits')],
            },
        ),
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('starts', models.TimeField(default=datetime.time(20, 0))),
                ('ends', models.TimeField(default=datetime.time(7, 0), help_text='May be earlier than the start: then they run over midnight.')),
            ],
            options={
                'verbose_name_plural': 'quiet hours',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='quiet_hours_once')],
            },
        ),
        migrations.CreateModel(
            name='HeldNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('event', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.slaevent')),
                ('digest', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='notifications.outboxmessage')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('digest__isnull', True)), fields=['tenant', 'person'], name='notices_waiting')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person', 'event'), name='notice_held_once')],
            },
        ),
        migrations.CreateModel(
            name='StaffNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('kind', models.CharField(choices=[('assigned', 'assigned'), ('mentioned', 'mentioned'), ('wrote', 'wrote'), ('attention', 'attention'), ('priority', 'priority'), ('due_soon', 'due_soon'), ('late', 'late'), ('escalated', 'escalated'), ('failed', 'failed'), ('bounced', 'bounced')], max_length=12)),
                ('cause', models.CharField(max_length=120)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('in_inbox', models.BooleanField(default=True)),
                ('in_browser', models.BooleanField(default=True)),
                ('in_digest', models.BooleanField(default=False)),
                ('digest', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='news', to='notifications.outboxmessage')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'person', '-at', '-id'], name='staff_news_newest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['tenant', 'person'], name='staff_news_unread')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person', 'cause'), name='staff_news_once')],
            },
        ),
        migrations.CreateModel(
            name='MailTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('kind', models.CharField(help_text='A value of notifications.enums.Template.', max_length=24)),
                ('language', models.CharField(max_length=12)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'kind', 'language'), name='mail_template_once')],
            },
        ),
    ]
