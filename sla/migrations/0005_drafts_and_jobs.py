# ruff: noqa: I001

import accounts.tenancy
import django.db.models.deletion
import sla.enums
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_settings_version'),
        ('sla', '0004_clock_check'),
        ('tickets', '0004_watch_settings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recalculation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('stale', 'stale'), ('failed', 'failed')], default=sla.enums.JobState['WAITING'], max_length=8)),
                ('due_at', models.DateTimeField(help_text='Not begun earlier.')),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.BigIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('reason', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='WhatIfChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('priority', models.PositiveSmallIntegerField()),
                ('change', models.CharField(choices=[('late', 'late'), ('in_time', 'in_time'), ('limit', 'limit')], max_length=8)),
                ('clocks', models.JSONField(help_text='[metric, cycle, limit before, limit after, late before, late after], …')),
            ],
        ),
        migrations.CreateModel(
            name='WhatIfRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('stale', 'stale'), ('failed', 'failed')], default=sla.enums.JobState['WAITING'], max_length=8)),
                ('due_at', models.DateTimeField(help_text='Not begun earlier.')),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.BigIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('revision', models.PositiveIntegerField()),
                ('days', models.PositiveSmallIntegerField(default=90)),
                ('result', models.JSONField(default=dict, help_text='Counts before and after: by metric, priority, organization.')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='calendarwindow',
            name='window_once',
        ),
        migrations.AddField(
            model_name='calendarexception',
            name='region',
            field=models.CharField(blank=True, help_text='Whose public holiday it was copied from: DE-BE.', max_length=20),
        ),
        migrations.AddField(
            model_name='calendarwindow',
            name='since',
            field=models.DateField(blank=True, help_text='First local date on which it holds; empty = always did.', null=True),
        ),
        migrations.AddField(
            model_name='calendarwindow',
            name='until',
            field=models.DateField(blank=True, help_text='Last local date on which it holds; empty = still does.', null=True),
        ),
        migrations.AddField(
            model_name='slapolicyversion',
            name='edited_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='slapolicyversion',
            name='edited_by',
            field=accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='slapolicyversion',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='Grows with each edit of a draft.'),
        ),
        migrations.AddConstraint(
            model_name='calendarwindow',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('tenant', 'calendar', 'weekday', 'start_minute'), name='window_once'),
        ),
        migrations.AddConstraint(
            model_name='slapolicyversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('tenant', 'policy'), name='one_draft_per_policy'),
        ),
        migrations.AddField(
            model_name='recalculation',
            name='calendar',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.calendar'),
        ),
        migrations.AddField(
            model_name='recalculation',
            name='contract',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contract'),
        ),
        migrations.AddField(
            model_name='recalculation',
            name='requested_by',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='recalculation',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='recalculation',
            name='version',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.slapolicyversion'),
        ),
        migrations.AddField(
            model_name='whatifchange',
            name='organization',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='whatifchange',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='whatifchange',
            name='ticket',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='whatifrun',
            name='requested_by',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='whatifrun',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='whatifrun',
            name='version',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='whatif_runs', to='sla.slapolicyversion'),
        ),
        migrations.AddField(
            model_name='whatifchange',
            name='run',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sla.whatifrun'),
        ),
        migrations.AddIndex(
            model_name='recalculation',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['due_at'], name='recalculation_open'),
        ),
        migrations.AddIndex(
            model_name='recalculation',
            index=models.Index(fields=['tenant', '-id'], name='recalculations_newest'),
        ),
        migrations.AddIndex(
            model_name='whatifrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['due_at'], name='whatif_open'),
        ),
        migrations.AddIndex(
            model_name='whatifrun',
            index=models.Index(fields=['tenant', 'version', '-id'], name='whatif_of_version'),
        ),
        migrations.AddIndex(
            model_name='whatifchange',
            index=models.Index(fields=['tenant', 'run', 'change', 'ticket'], name='whatif_changes'),
        ),
        migrations.AddConstraint(
            model_name='whatifchange',
            constraint=models.UniqueConstraint(fields=('tenant', 'run', 'ticket'), name='whatif_ticket_once'),
        ),
    ]
