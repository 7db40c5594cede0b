"""What is due is recorded first and told after: the claim leaves a notice of each action for whoever tells (ADR 0015)."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

# One statement claims what is due, writes the fact, moves the clock, sets the clock's next timer and leaves the notice, so a
# killed worker leaves either all of it or nothing (ADR 0003). After an outage only the worst action due is taken: one notice
# a clock. `app_now()` is STABLE and reads now(): with clock_timestamp() the index would not serve. A bitmap plan would read
# every due row before LIMIT; hence the setting. The ticket is locked first, row by row, in a subquery that the planner can't
# take apart: so the timers are read in their order until there are enough, whatever the statistics say. A merge join
# would read every ticket (450 ms). The commit doesn't wait for the disk: after a crash of the database a lost batch is
# claimed anew, and nothing has left, since whoever sends commits a lease first, which takes all before it to the disk.
# `busy` are the few actions that change their tickets.
CLAIM = f"""
DROP FUNCTION IF EXISTS claim_due_timers(integer);
CREATE FUNCTION claim_due_timers(most integer, is_quiet boolean)
RETURNS TABLE (fired integer, fired_at timestamptz, busy jsonb)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off SET enable_mergejoin = off AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    WITH due AS MATERIALIZED (
        SELECT t.id, t.clock_id, t.step_id, t.due_at AS step_at, k.is_snoozed
        FROM sla_slatimer t CROSS JOIN LATERAL (
            SELECT k.snooze <> '' AS is_snoozed
            FROM tickets_ticket k WHERE k.tenant_id = t.tenant_id AND k.id = t.ticket_id
            FOR NO KEY UPDATE SKIP LOCKED
        ) k
        WHERE t.state = 0 AND t.due_at <= app_now()
        ORDER BY t.due_at LIMIT most FOR NO KEY UPDATE OF t SKIP LOCKED
    ), judged AS MATERIALIZED (
        SELECT d.*, c.tenant_id, c.ticket_id, c.metric, c.cycle, c.warn_at, c.goal_at, c.due_at, s.action AS escalation,
            CASE WHEN d.step_id IS NOT NULL THEN 'escalate'
                 WHEN c.due_at <= app_now() THEN 'breach'
                 WHEN c.goal_at <= app_now() AND (c.warn_at IS NULL OR c.warn_at > app_now() OR c.goal_at >= c.warn_at)
                 THEN 'goal' ELSE 'warn' END AS action,
            CASE WHEN c.warn_at > app_now() THEN c.warn_at END AS later_warn,
            CASE WHEN c.goal_at > app_now() THEN c.goal_at END AS later_goal
        FROM due d JOIN sla_slaclock c ON c.id = d.clock_id LEFT JOIN sla_escalationstep s ON s.id = d.step_id
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
        RETURNING id, sla_slaevent.tenant_id, sla_slaevent.clock_id, sla_slaevent.step_id
    ), notices AS (
        INSERT INTO sla_slanotice (id, tenant_id) SELECT f.id, f.tenant_id FROM facts f WHERE NOT is_quiet
    )
    SELECT count(*)::integer, app_now(), jsonb_agg(jsonb_build_object(
            'tenant', j.tenant_id, 'ticket', j.ticket_id, 'step', j.step_id, 'escalation', j.escalation, 'is_snoozed', j.is_snoozed)
            ORDER BY j.tenant_id, j.step_at, f.id) FILTER (WHERE j.is_snoozed OR j.escalation IN ('reassign', 'raise'))
    FROM facts f JOIN judged j ON j.clock_id = f.clock_id AND j.step_id IS NOT DISTINCT FROM f.step_id
$$;
REVOKE ALL ON FUNCTION claim_due_timers(integer, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_due_timers(integer, boolean) TO supportdesk_app;
ALTER FUNCTION claim_due_timers(integer, boolean) OWNER TO {WORKER_ROLE};
GRANT USAGE ON SEQUENCE sla_slaevent_id_seq TO {WORKER_ROLE};
GRANT SELECT (due_state, snooze, number, organization_id, requester_id, contract_id, assignee_id, team_id, priority)
    ON tickets_ticket TO {WORKER_ROLE};
"""

# Notices are taken, in the order they were left, in the transaction that writes what is told; each with all that those who
# are told need to know of clock and ticket, as it stands now. `of_tenant` null: of all.
TAKE = f"""
CREATE FUNCTION take_notices(most integer, of_tenant bigint)
RETURNS TABLE (told_at timestamptz, tenant_id bigint, ticket_id bigint, clock_id bigint, event_id bigint, action text,
               at timestamptz, fired_at timestamptz, escalation text, metric text, due_at timestamptz, number integer,
               organization_id bigint, requester_id bigint, contract_id bigint, assignee_id bigint, team_id bigint,
               priority smallint)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off SET enable_mergejoin = off AS $$
    WITH chosen AS MATERIALIZED (
        SELECT n.id FROM sla_slanotice n WHERE of_tenant IS NULL OR n.tenant_id = of_tenant
        ORDER BY n.id LIMIT most FOR UPDATE SKIP LOCKED
    ), taken AS MATERIALIZED (
        DELETE FROM sla_slanotice n USING chosen WHERE n.id = chosen.id RETURNING n.id
    )
    SELECT app_now(), e.tenant_id, e.ticket_id, e.clock_id, e.id, e.kind, e.at, e.fired_at, s.action, e.metric, c.due_at,
        k.number, k.organization_id, k.requester_id, k.contract_id, k.assignee_id, k.team_id, k.priority
    FROM taken JOIN sla_slaevent e ON e.id = taken.id
    JOIN tickets_ticket k ON k.tenant_id = e.tenant_id AND k.id = e.ticket_id
    JOIN sla_slaclock c ON c.id = e.clock_id LEFT JOIN sla_escalationstep s ON s.id = e.step_id
    ORDER BY e.tenant_id, e.at, e.id
$$;
REVOKE ALL ON FUNCTION take_notices(integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_notices(integer, bigint) TO supportdesk_app;
ALTER FUNCTION take_notices(integer, bigint) OWNER TO {WORKER_ROLE};

CREATE FUNCTION notices_wait() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off AS $$
    SELECT EXISTS (SELECT FROM sla_slanotice)
$$;
REVOKE ALL ON FUNCTION notices_wait() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notices_wait() TO supportdesk_app;
ALTER FUNCTION notices_wait() OWNER TO {WORKER_ROLE};

CREATE FUNCTION tenants_with_notices() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT DISTINCT tenant_id FROM sla_slanotice ORDER BY 1 $$;
REVOKE ALL ON FUNCTION tenants_with_notices() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_notices() TO supportdesk_app;
ALTER FUNCTION tenants_with_notices() OWNER TO {WORKER_ROLE};
"""

BACKLOG = f"""
DROP FUNCTION IF EXISTS timer_backlog();
CREATE FUNCTION timer_backlog() RETURNS TABLE (waiting bigint, oldest timestamptz, untold bigint, untold_since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.*, n.* FROM
        (SELECT count(*), min(due_at) FROM sla_slatimer WHERE state = 0 AND due_at <= app_now()) t,
        (SELECT count(*), min(e.fired_at) FROM sla_slanotice n JOIN sla_slaevent e ON e.id = n.id) n
$$;
REVOKE ALL ON FUNCTION timer_backlog() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION timer_backlog() TO supportdesk_app;
ALTER FUNCTION timer_backlog() OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0002_walls")]
    operations: ClassVar = [
        migrations.CreateModel("SlaNotice", [
            ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ("tenant", models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT,
                                         related_name="+", to="accounts.tenant")),
        ], options={"abstract": False}),
        TenantWall("sla", ["SlaNotice"]),
        migrations.RunSQL([*worker_policy_sql("sla_slanotice", "SELECT, INSERT, UPDATE, DELETE"), CLAIM, TAKE, BACKLOG],
                          migrations.RunSQL.noop),
    ]
