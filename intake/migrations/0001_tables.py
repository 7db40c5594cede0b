import accounts.tenancy
import django.db.models.deletion
import intake.enums
from django.db import migrations, models

from toolkit.migrating import Tables


class Migration(Tables):

    replaces = [('intake', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('notifications', '0001_tables'),
        ('tickets', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChatEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('workspace', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.chatworkspace')),
                ('event_id', models.CharField(help_text='The chat’s own name of it: a repetition is the same row.', max_length=60)),
                ('received_at', models.DateTimeField()),
                ('raw', models.BinaryField()),
                ('state', models.CharField(choices=[('received', 'received'), ('ticket', 'ticket'), ('comment', 'comment'), ('quarantine', 'quarantine'), ('ignored', 'ignored')], default=intake.enums.InboundState['RECEIVED'], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('channel_id', models.CharField(blank=True, max_length=100)),
                ('ticket', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('comment', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.comment')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(help_text='Not before; moved ahead as a lease while a worker reads it.')),
                ('processed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['next_at', 'id'], name='chat_event_due'), models.Index(fields=['tenant', '-received_at', '-id'], name='chat_events_newest_first')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'workspace', 'event_id'), name='chat_event_once')],
            },
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('address', models.EmailField(help_text='Lower case.', max_length=254, unique=True)),
                ('kind', models.CharField(choices=[('support', 'support'), ('security', 'security')], default=intake.enums.MailboxKind['SUPPORT'], max_length=10)),
                ('state', models.CharField(choices=[('disarmed', 'disarmed'), ('shadow', 'shadow'), ('armed', 'armed')], default=intake.enums.MailboxState['DISARMED'], max_length=10)),
                ('authserv_id', models.CharField(blank=True, help_text='The server whose Authentication-Results are believed, as it names itself there. Empty: none is.', max_length=253)),
                ('copy_to', models.EmailField(blank=True, help_text='A security address: where the team gets each report, untouched.', max_length=254)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InboundMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('mailbox', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='intake.mailbox')),
                ('received_at', models.DateTimeField()),
                ('mail_from', models.CharField(blank=True, help_text='Envelope sender; empty for bounces.', max_length=320)),
                ('rcpt_to', models.CharField(max_length=320)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('raw', models.BinaryField()),
                ('way', models.CharField(choices=[('smtp', 'smtp'), ('lmtp', 'lmtp'), ('imap', 'imap'), ('webhook', 'webhook'), ('command', 'command')], default=intake.enums.Way['SMTP'], max_length=8)),
                ('state', models.CharField(choices=[('received', 'received'), ('ticket', 'ticket'), ('comment', 'comment'), ('quarantine', 'quarantine'), ('ignored', 'ignored')], default=intake.enums.InboundState['RECEIVED'], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('from_address', models.CharField(blank=True, max_length=320)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('message_id', models.CharField(blank=True, max_length=500)),
                ('body_sha256', models.CharField(blank=True, help_text='Of what follows the headers.', max_length=64)),
                ('auth_result', models.CharField(blank=True, help_text='What the believed server found, in short.', max_length=200)),
                ('preview', models.JSONField(help_text='What would become of it, while its mailbox is in shadow.', null=True)),
                ('ticket', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('comment', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.comment')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(help_text='Not before; moved ahead as a lease while a worker reads it. Empty: waits until its mailbox is armed.', null=True)),
                ('processed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['next_at'], name='inbound_due'), models.Index(fields=['tenant', '-received_at', '-id'], name='inbound_newest_first'), models.Index(fields=['tenant', 'mailbox', 'from_address', 'received_at'], name='inbound_of_sender'), models.Index(condition=models.Q(('next_at__isnull', True), ('state', 'received')), fields=['tenant', 'mailbox'], name='inbound_waiting')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'rcpt_to', 'sha256'), name='delivery_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['ticket', 'comment']), models.Q(('message_id', ''), _negated=True)), fields=('tenant', 'message_id', 'from_address', 'body_sha256'), name='mail_filed_once')],
            },
        ),
        migrations.CreateModel(
            name='HeldComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='held_comments', to='tickets.ticket')),
                ('message', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.inboundmessage')),
                ('sender', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('held', 'held'), ('admitted', 'admitted'), ('dismissed', 'dismissed')], default=intake.enums.HeldState['HELD'], max_length=10)),
                ('created_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'held')), fields=['tenant', 'created_at', 'id'], name='held_oldest_first'), models.Index(fields=['tenant', 'ticket'], name='held_on_ticket')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'message'), name='held_once_per_message')],
            },
        ),
        migrations.CreateModel(
            name='ImapAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('mailbox', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imap_accounts', to='intake.mailbox')),
                ('host', models.CharField(max_length=253)),
                ('port', models.PositiveIntegerField(default=993)),
                ('security', models.CharField(choices=[('tls', 'tls'), ('starttls', 'starttls'), ('none', 'none')], default=intake.enums.ImapSecurity['TLS'], max_length=8)),
                ('username', models.CharField(max_length=254)),
                ('secret', models.TextField(blank=True, help_text='The password, encrypted. Set it with `manage.py imap_account`.')),
                ('folder', models.CharField(default='INBOX', max_length=200)),
                ('takes_history', models.BooleanField(default=False, help_text='Read what lay there before the first look, too.')),
                ('removes', models.BooleanField(default=False, help_text='Delete on the server what is stored here.')),
                ('is_active', models.BooleanField(default=True)),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('next_at', models.DateTimeField(help_text='Next look; moved ahead as a lease while a worker looks.', null=True)),
                ('seen_at', models.DateTimeField(help_text='Last look that went well.', null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_active', True)), fields=['next_at'], name='imap_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'host', 'username', 'folder'), name='imap_account_once')],
            },
        ),
    ]
