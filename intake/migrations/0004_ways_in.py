# ruff: noqa: I001

import accounts.tenancy
import django.db.models.deletion
import intake.enums
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_bounced_addresses'),
        ('intake', '0003_chat_events'),
        ('tickets', '0006_follow_ups_and_mail_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('held', 'held'), ('admitted', 'admitted'), ('dismissed', 'dismissed')], default=intake.enums.HeldState['HELD'], max_length=10)),
                ('created_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ImapAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='auth_result',
            field=models.CharField(blank=True, help_text='What the believed server found, in short.', max_length=200),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='body_sha256',
            field=models.CharField(blank=True, help_text='Of what follows the headers.', max_length=64),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='preview',
            field=models.JSONField(help_text='What would become of it, while its mailbox is in shadow.', null=True),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='way',
            field=models.CharField(choices=[('smtp', 'smtp'), ('lmtp', 'lmtp'), ('imap', 'imap'), ('webhook', 'webhook'), ('command', 'command')], default=intake.enums.Way['SMTP'], max_length=8),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='authserv_id',
            field=models.CharField(blank=True, help_text='The server whose Authentication-Results are believed, as it names itself there. Empty: none is.', max_length=253),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='copy_to',
            field=models.EmailField(blank=True, help_text='A security address: where the team gets each report, untouched.', max_length=254),
        ),
        migrations.AlterField(
            model_name='inboundmessage',
            name='next_at',
            field=models.DateTimeField(help_text='Not before; moved ahead as a lease while a worker reads it. Empty: waits until its mailbox is armed.', null=True),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(fields=['tenant', 'mailbox', 'from_address', 'received_at'], name='inbound_of_sender'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('next_at__isnull', True), ('state', 'received')), fields=['tenant', 'mailbox'], name='inbound_waiting'),
        ),
        migrations.AddConstraint(
            model_name='inboundmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['ticket', 'comment']), models.Q(('message_id', ''), _negated=True)), fields=('tenant', 'message_id', 'from_address', 'body_sha256'), name='mail_filed_once'),
        ),
        migrations.AddField(
            model_name='heldcomment',
            name='decided_by',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='heldcomment',
            name='message',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.inboundmessage'),
        ),
        migrations.AddField(
            model_name='heldcomment',
            name='sender',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='heldcomment',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='heldcomment',
            name='ticket',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='held_comments', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='imapaccount',
            name='mailbox',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imap_accounts', to='intake.mailbox'),
        ),
        migrations.AddField(
            model_name='imapaccount',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddIndex(
            model_name='heldcomment',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['tenant', 'created_at', 'id'], name='held_oldest_first'),
        ),
        migrations.AddIndex(
            model_name='heldcomment',
            index=models.Index(fields=['tenant', 'ticket'], name='held_on_ticket'),
        ),
        migrations.AddConstraint(
            model_name='heldcomment',
            constraint=models.UniqueConstraint(fields=('tenant', 'message'), name='held_once_per_message'),
        ),
        migrations.AddIndex(
            model_name='imapaccount',
            index=models.Index(condition=models.Q(('is_active', True)), fields=['next_at'], name='imap_due'),
        ),
        migrations.AddConstraint(
            model_name='imapaccount',
            constraint=models.UniqueConstraint(fields=('tenant', 'host', 'username', 'folder'), name='imap_account_once'),
        ),
    ]
