from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

# As before (0002), and: escalation steps are claimed by the same statement; the ticket is locked with its timers. Whoever
# works on a ticket locks it first and its timers then, so a claim that took timers alone could wait for such a person
# while they wait for it.
CLAIM = f"""
DROP FUNCTION claim_due_timers(integer);
CREATE FUNCTION claim_due_timers(most integer)
RETURNS TABLE (tenant_id bigint, ticket_id bigint, clock_id bigint, event_id bigint, action text, at timestamptz,
               fired_at timestamptz, step_id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off AS $$
    WITH due AS MATERIALIZED (
        SELECT t.id, t.clock_id, t.step_id, t.due_at AS step_at FROM sla_slatimer t
        JOIN tickets_ticket k ON k.tenant_id = t.tenant_id AND k.id = t.ticket_id
        WHERE t.state = 0 AND t.due_at <= app_now()
        ORDER BY t.due_at LIMIT most FOR NO KEY UPDATE OF t, k SKIP LOCKED
    ), judged AS MATERIALIZED (
        SELECT due.id, due.step_id, due.step_at, c.tenant_id, c.ticket_id, c.id AS clock_id, c.metric, c.cycle, c.warn_at, c.goal_at, c.due_at,
            CASE WHEN due.step_id IS NOT NULL THEN 'escalate'
                 WHEN c.due_at <= app_now() THEN 'breach'
                 WHEN c.goal_at <= app_now() AND (c.warn_at IS NULL OR c.warn_at > app_now() OR c.goal_at >= c.warn_at)
                 THEN 'goal' ELSE 'warn' END AS action,
            CASE WHEN c.warn_at > app_now() THEN c.warn_at END AS later_warn,
            CASE WHEN c.goal_at > app_now() THEN c.goal_at END AS later_goal
        FROM due JOIN sla_slaclock c ON c.id = due.clock_id
    ), moved AS (
        UPDATE sla_slatimer t SET
            state = CASE WHEN j.action IN ('breach', 'escalate') THEN 1 ELSE 0 END,
            action = CASE WHEN j.action = 'escalate' THEN 'escalate' ELSE CASE least(j.later_warn, j.later_goal, j.due_at)
                          WHEN j.later_warn THEN 'warn' WHEN j.later_goal THEN 'goal' ELSE 'breach' END END,
            due_at = CASE WHEN j.action = 'escalate' THEN t.due_at ELSE least(j.later_warn, j.later_goal, j.due_at) END,
            generation = t.generation + 1
        FROM judged j WHERE t.id = j.id
    ), broken AS (
        UPDATE sla_slaclock c SET state = 'breached', breached_at = j.due_at
        FROM judged j WHERE c.id = j.clock_id AND j.action = 'breach'
    ), facts AS (
        INSERT INTO sla_slaevent (tenant_id, ticket_id, clock_id, metric, cycle, kind, at, fired_at, step_id)
        SELECT j.tenant_id, j.ticket_id, j.clock_id, j.metric, j.cycle, j.action,
            CASE j.action WHEN 'escalate' THEN j.step_at WHEN 'breach' THEN j.due_at WHEN 'goal' THEN j.goal_at
                ELSE j.warn_at END, app_now(), j.step_id
        FROM judged j
        ON CONFLICT DO NOTHING
        RETURNING id, sla_slaevent.tenant_id, sla_slaevent.ticket_id, sla_slaevent.clock_id, kind, sla_slaevent.at,
            sla_slaevent.fired_at, sla_slaevent.step_id
    )
    SELECT f.tenant_id, f.ticket_id, f.clock_id, f.id, f.kind, f.at, f.fired_at, f.step_id FROM facts f ORDER BY f.tenant_id, f.at
$$;
REVOKE ALL ON FUNCTION claim_due_timers(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_due_timers(integer) TO supportdesk_app;
ALTER FUNCTION claim_due_timers(integer) OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_settings_version'),
        ('sla', '0002_tenant_wall'),
        ('tickets', '0004_watch_settings'),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('metric', models.CharField(blank=True, choices=[('first_response', 'first_response'), ('next_response', 'next_response'), ('ongoing_update', 'ongoing_update'), ('resolution', 'resolution'), ('promise', 'promise')], help_text='Empty = each metric.', max_length=16)),
                ('priority', models.PositiveSmallIntegerField(blank=True, help_text='Empty = each priority.', null=True)),
                ('after', models.CharField(choices=[('share', 'share'), ('breach', 'breach')], max_length=6)),
                ('amount', models.PositiveIntegerField(help_text='Percent of the limit, or minutes after the breach.')),
                ('action', models.CharField(choices=[('tell_assignee', 'tell_assignee'), ('tell_team', 'tell_team'), ('tell_managers', 'tell_managers'), ('tell_success', 'tell_success'), ('reassign', 'reassign'), ('raise', 'raise'), ('page', 'page')], max_length=14)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='slaevent',
            name='sla_event_once',
        ),
        migrations.RemoveConstraint(
            model_name='slatimer',
            name='timer_once_per_clock',
        ),
        migrations.AlterField(
            model_name='slaevent',
            name='kind',
            field=models.CharField(choices=[('warn', 'warn'), ('goal', 'goal'), ('breach', 'breach'), ('escalate', 'escalate')], max_length=10),
        ),
        migrations.AlterField(
            model_name='slatimer',
            name='action',
            field=models.CharField(choices=[('warn', 'warn'), ('goal', 'goal'), ('breach', 'breach'), ('escalate', 'escalate')], max_length=10),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='team',
            field=accounts.tenancy.TenantForeignKey(blank=True, help_text='To whom, where it is reassigned.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='version',
            field=accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sla.slapolicyversion'),
        ),
        migrations.AddField(
            model_name='slaevent',
            name='step',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.escalationstep'),
        ),
        migrations.AddField(
            model_name='slatimer',
            name='step',
            field=accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.escalationstep'),
        ),
        migrations.AddConstraint(
            model_name='slaevent',
            constraint=models.UniqueConstraint(fields=('tenant', 'clock', 'kind', 'step'), name='sla_event_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='slatimer',
            constraint=models.UniqueConstraint(fields=('tenant', 'clock', 'step'), name='timer_once_per_clock_and_step', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.UniqueConstraint(fields=('tenant', 'version', 'position'), name='step_position_once'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(('after', 'breach'), models.Q(('amount__gte', 1), ('amount__lt', 100)), _connector='OR'), name='step_share_is_a_percentage'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'reassign'), _negated=True), ('team__isnull', False), _connector='OR'), name='step_reassigns_to_a_team'),
        ),
        TenantWall("sla", ["EscalationStep"]),
        migrations.RunSQL([
            'ALTER TABLE sla_slatimer ADD CONSTRAINT sla_slatimer_step_tenant_fk FOREIGN KEY (tenant_id, step_id)'
            ' REFERENCES sla_escalationstep (tenant_id, id) ON DELETE CASCADE',
            'ALTER TABLE sla_slaevent ADD CONSTRAINT sla_slaevent_step_tenant_fk FOREIGN KEY (tenant_id, step_id)'
            ' REFERENCES sla_escalationstep (tenant_id, id)',
            *worker_policy_sql("tickets_ticket", "SELECT (id, tenant_id), UPDATE (due_state)"),
            CLAIM,
        ], migrations.RunSQL.noop),
    ]
