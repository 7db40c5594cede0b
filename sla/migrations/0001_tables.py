import accounts.tenancy
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import sla.enums
from django.db import migrations, models

from toolkit.migrating import Tables


class Migration(Tables):

    replaces = [('sla', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('tickets', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('slug', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=80)),
                ('time_zone', models.CharField(help_text='IANA name, such as Europe/Berlin.', max_length=60)),
                ('day_minutes', models.PositiveSmallIntegerField(blank=True, help_text="Length of one business day of a target; empty = the most common day's.", null=True)),
                ('revision', models.PositiveIntegerField(default=1, help_text='Grows with each change to windows or exceptions.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'slug'), name='calendar_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='CalendarWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('calendar', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='sla.calendar')),
                ('weekday', models.PositiveSmallIntegerField(help_text='0 = Monday … 6 = Sunday.')),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('since', models.DateField(blank=True, help_text='First local date on which it holds; empty = always did.', null=True)),
                ('until', models.DateField(blank=True, help_text='Last local date on which it holds; empty = still does.', null=True)),
            ],
            options={
                'ordering': ['weekday', 'start_minute'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('tenant', 'calendar', 'weekday', 'start_minute'), name='window_once'), models.CheckConstraint(condition=models.Q(('end_minute__gt', models.F('start_minute')), ('end_minute__lte', 2880), ('start_minute__lt', 1440), ('weekday__lte', 6)), name='window_is_sane')],
            },
        ),
        migrations.CreateModel(
            name='CalendarException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('calendar', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='sla.calendar')),
                ('date', models.DateField()),
                ('name', models.CharField(max_length=120)),
                ('windows', models.JSONField(blank=True, default=list)),
                ('region', models.CharField(blank=True, help_text='Whose public holiday it was copied from: DE-BE.', max_length=20)),
            ],
            options={
                'ordering': ['date'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'calendar', 'date'), name='exception_once')],
            },
        ),
        migrations.CreateModel(
            name='ClockCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('at', models.DateTimeField()),
                ('tickets', models.PositiveIntegerField()),
                ('clocks', models.PositiveIntegerField()),
                ('differences', models.PositiveIntegerField()),
                ('examples', models.JSONField(default=list)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', '-at'], name='clock_checks_newest_first')],
            },
        ),
        migrations.CreateModel(
            name='SlaPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('slug', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'slug'), name='policy_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='SlaPolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('policy', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='sla.slapolicy')),
                ('number', models.PositiveIntegerField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('effective_from', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('pauses', models.JSONField(default=dict, help_text='metric → statuses in which its clock stands still.')),
                ('reopen_days', models.PositiveSmallIntegerField(default=14)),
                ('warn_percent', models.PositiveSmallIntegerField(default=25, help_text='Due soon when this share is left …')),
                ('warn_minutes', models.PositiveSmallIntegerField(default=60, help_text='… and never earlier than this.')),
                ('promise_ranks', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)]), blank=True, db_default=[], default=list, help_text='Priorities at which a public reply must say the next steps and when the next update comes.', size=None)),
                ('revision', models.PositiveIntegerField(default=1, help_text='Grows with each edit of a draft.')),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('edited_by', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'policy', 'number'), name='policy_version_once'), models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('tenant', 'policy'), name='one_draft_per_policy')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('contract', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='accounts.contract')),
                ('made_at', models.DateTimeField()),
                ('made_by', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SlaTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('version', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='sla.slapolicyversion')),
                ('agreement', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='sla.agreement')),
                ('metric', models.CharField(choices=[('first_response', 'first_response'), ('next_response', 'next_response'), ('ongoing_update', 'ongoing_update'), ('resolution', 'resolution'), ('promise', 'promise')], max_length=16)),
                ('priority', models.PositiveSmallIntegerField()),
                ('environment', models.CharField(blank=True, help_text='production, nonproduction, or empty for both.', max_length=14)),
                ('best_effort', models.BooleanField(default=False)),
                ('goal_amount', models.PositiveIntegerField(blank=True, null=True)),
                ('limit_amount', models.PositiveIntegerField(blank=True, null=True)),
                ('unit', models.CharField(blank=True, choices=[('minutes', 'minutes'), ('business_hours', 'business_hours'), ('business_days', 'business_days')], max_length=16)),
                ('calendar', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar')),
            ],
            options={
                'ordering': ['priority', 'metric', 'environment'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'version', 'metric', 'priority', 'environment'), name='target_once'), models.UniqueConstraint(fields=('tenant', 'agreement', 'metric', 'priority', 'environment'), name='agreed_target_once'), models.CheckConstraint(condition=models.Q(('version__isnull', True), ('agreement__isnull', True), _connector='XOR'), name='target_of_a_version_or_an_agreement'), models.CheckConstraint(condition=models.Q(('best_effort', True), models.Q(('calendar__isnull', False), ('limit_amount__gt', 0), models.Q(('unit', ''), _negated=True)), _connector='OR'), name='target_has_a_limit_or_is_best_effort')],
            },
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('version', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sla.slapolicyversion')),
                ('position', models.PositiveSmallIntegerField()),
                ('metric', models.CharField(blank=True, choices=[('first_response', 'first_response'), ('next_response', 'next_response'), ('ongoing_update', 'ongoing_update'), ('resolution', 'resolution'), ('promise', 'promise')], help_text='Empty = each metric.', max_length=16)),
                ('priority', models.PositiveSmallIntegerField(blank=True, help_text='Empty = each priority.', null=True)),
                ('after', models.CharField(choices=[('share', 'share'), ('breach', 'breach')], max_length=6)),
                ('amount', models.PositiveIntegerField(help_text='Percent of the limit, or minutes after the breach.')),
                ('action', models.CharField(choices=[('tell_assignee', 'tell_assignee'), ('tell_team', 'tell_team'), ('tell_managers', 'tell_managers'), ('tell_success', 'tell_success'), ('reassign', 'reassign'), ('raise', 'raise'), ('page', 'page')], max_length=14)),
                ('team', accounts.tenancy.TenantForeignKey(blank=True, help_text='To whom, where it is reassigned.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'version', 'position'), name='step_position_once'), models.CheckConstraint(condition=models.Q(('after', 'breach'), models.Q(('amount__gte', 1), ('amount__lt', 100)), _connector='OR'), name='step_share_is_a_percentage'), models.CheckConstraint(condition=models.Q(models.Q(('action', 'reassign'), _negated=True), ('team__isnull', False), _connector='OR'), name='step_reassigns_to_a_team')],
            },
        ),
        migrations.CreateModel(
            name='Coverage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('contract', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverages', to='accounts.contract')),
                ('policy', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coverages', to='sla.slapolicy')),
                ('calendar', accounts.tenancy.TenantForeignKey(blank=True, help_text="The contract's own hours, in place of the business calendar of the targets.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar')),
                ('agreement', accounts.tenancy.TenantForeignKey(blank=True, help_text='Targets of its own, in place of those of the policy.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.agreement')),
                ('effective_from', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'contract', 'effective_from'), name='coverage_once')],
            },
        ),
        migrations.CreateModel(
            name='TicketPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='tickets.ticket')),
                ('version', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.slapolicyversion')),
                ('calendar', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar')),
                ('agreement', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.agreement')),
                ('from_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'ticket', 'from_at'), name='ticket_policy_once')],
            },
        ),
        migrations.CreateModel(
            name='SlaClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='tickets.ticket')),
                ('metric', models.CharField(choices=[('first_response', 'first_response'), ('next_response', 'next_response'), ('ongoing_update', 'ongoing_update'), ('resolution', 'resolution'), ('promise', 'promise')], max_length=16)),
                ('cycle', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('running', 'running'), ('paused', 'paused'), ('met', 'met'), ('breached', 'breached'), ('cancelled', 'cancelled')], max_length=9)),
                ('version', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.slapolicyversion')),
                ('target', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.slatarget')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('counted_from', models.DateTimeField(help_text='`elapsed_seconds` is true at this moment.')),
                ('elapsed_seconds', models.PositiveBigIntegerField(default=0, help_text="Business time, on the target's calendar.")),
                ('limit_seconds', models.PositiveBigIntegerField(null=True)),
                ('warn_at', models.DateTimeField(null=True)),
                ('goal_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('breached_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'ticket', 'metric', 'cycle'), name='clock_cycle_once')],
            },
        ),
        migrations.CreateModel(
            name='SlaTimer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('clock', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timers', to='sla.slaclock')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('action', models.CharField(choices=[('warn', 'warn'), ('goal', 'goal'), ('breach', 'breach'), ('escalate', 'escalate')], max_length=10)),
                ('due_at', models.DateTimeField()),
                ('step', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.escalationstep')),
                ('generation', models.PositiveIntegerField(default=1)),
                ('state', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 0)), fields=['due_at'], name='timer_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'clock', 'step'), name='timer_once_per_clock_and_step', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='SlaEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sla_events', to='tickets.ticket')),
                ('clock', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='sla.slaclock')),
                ('metric', models.CharField(max_length=16)),
                ('cycle', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('warn', 'warn'), ('goal', 'goal'), ('breach', 'breach'), ('escalate', 'escalate')], max_length=10)),
                ('step', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.escalationstep')),
                ('at', models.DateTimeField(help_text='The true moment, whenever it was noticed.')),
                ('fired_at', models.DateTimeField(help_text='When a worker noticed.')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'ticket'], name='sla_events_of_ticket')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'clock', 'kind', 'step'), name='sla_event_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='WhatIfRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('stale', 'stale'), ('failed', 'failed')], default=sla.enums.JobState['WAITING'], max_length=8)),
                ('due_at', models.DateTimeField(help_text='Not begun earlier.')),
                ('requested_by', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.BigIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('version', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='whatif_runs', to='sla.slapolicyversion')),
                ('revision', models.PositiveIntegerField()),
                ('days', models.PositiveSmallIntegerField(default=90)),
                ('result', models.JSONField(default=dict, help_text='Counts before and after: by metric, priority, organization.')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['due_at'], name='whatif_open'), models.Index(fields=['tenant', 'version', '-id'], name='whatif_of_version')],
            },
        ),
        migrations.CreateModel(
            name='WhatIfChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('run', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sla.whatifrun')),
                ('ticket', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('organization', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('priority', models.PositiveSmallIntegerField()),
                ('change', models.CharField(choices=[('late', 'late'), ('in_time', 'in_time'), ('limit', 'limit')], max_length=8)),
                ('clocks', models.JSONField(help_text='[metric, cycle, limit before, limit after, late before, late after], …')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'run', 'change', 'ticket'], name='whatif_changes')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'run', 'ticket'), name='whatif_ticket_once')],
            },
        ),
        migrations.CreateModel(
            name='Recalculation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('stale', 'stale'), ('failed', 'failed')], default=sla.enums.JobState['WAITING'], max_length=8)),
                ('due_at', models.DateTimeField(help_text='Not begun earlier.')),
                ('requested_by', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.BigIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('reason', models.CharField(max_length=200)),
                ('calendar', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.calendar')),
                ('version', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.slapolicyversion')),
                ('contract', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contract')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['due_at'], name='recalculation_open'), models.Index(fields=['tenant', '-id'], name='recalculations_newest')],
            },
        ),
    ]
