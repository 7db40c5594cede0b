from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, worker_policy_sql

# As before (0003), and: the ticket is marked in the same statement, and each fact comes with what those who are told of it
# need to know, as it stands under the lock. The ticket is locked first, row by row, in a subquery that the planner can't
# take apart: so the timers are read in their order until there are enough, whatever the statistics say. A merge join
# would read every ticket (450 ms). The commit doesn't wait for the disk: after a crash of the database a lost batch is
# claimed anew, and nothing has left, since whoever sends commits a lease first, which takes all before it to the disk.
CLAIM = f"""
DROP FUNCTION claim_due_timers(integer);
CREATE FUNCTION claim_due_timers(most integer)
RETURNS TABLE (tenant_id bigint, ticket_id bigint, clock_id bigint, event_id bigint, action text, at timestamptz,
               fired_at timestamptz, step_id bigint, escalation text, metric text, due_at timestamptz, number integer,
               organization_id bigint, requester_id bigint, contract_id bigint, assignee_id bigint, team_id bigint,
               priority smallint, is_snoozed boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off SET enable_mergejoin = off AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    WITH due AS MATERIALIZED (
        SELECT t.id, t.clock_id, t.step_id, t.due_at AS step_at, k.*
        FROM sla_slatimer t CROSS JOIN LATERAL (
            SELECT k.number, k.organization_id, k.requester_id, k.contract_id, k.assignee_id, k.team_id, k.priority,
                k.snooze <> '' AS is_snoozed
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
    ), marked AS (
        UPDATE tickets_ticket k SET due_state = 'breached'
        FROM judged j WHERE k.id = j.ticket_id AND j.action = 'breach' AND k.due_state <> 'breached'
    ), facts AS (
        INSERT INTO sla_slaevent (tenant_id, ticket_id, clock_id, metric, cycle, kind, at, fired_at, step_id)
        SELECT j.tenant_id, j.ticket_id, j.clock_id, j.metric, j.cycle, j.action,
            CASE j.action WHEN 'escalate' THEN j.step_at WHEN 'breach' THEN j.due_at WHEN 'goal' THEN j.goal_at
                ELSE j.warn_at END, app_now(), j.step_id
        FROM judged j
        ON CONFLICT DO NOTHING
        RETURNING id, sla_slaevent.clock_id, kind, sla_slaevent.at, sla_slaevent.fired_at, sla_slaevent.step_id
    )
    SELECT j.tenant_id, j.ticket_id, j.clock_id, f.id, f.kind, f.at, f.fired_at, f.step_id, j.escalation, j.metric, j.due_at,
        j.number, j.organization_id, j.requester_id, j.contract_id, j.assignee_id, j.team_id, j.priority, j.is_snoozed
    FROM facts f JOIN judged j ON j.clock_id = f.clock_id AND j.step_id IS NOT DISTINCT FROM f.step_id
    ORDER BY j.tenant_id, f.at, f.id
$$;
REVOKE ALL ON FUNCTION claim_due_timers(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_due_timers(integer) TO supportdesk_app;
ALTER FUNCTION claim_due_timers(integer) OWNER TO {WORKER_ROLE};
GRANT SELECT (due_state, snooze, number, organization_id, requester_id, contract_id, assignee_id, team_id, priority)
    ON tickets_ticket TO {WORKER_ROLE};
"""

# A tick asks this first: mostly nothing is due, and then one look without a transaction is all it costs.
LOOK = f"""
CREATE FUNCTION timers_are_due() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off AS $$
    SELECT EXISTS (SELECT FROM sla_slatimer t WHERE t.state = 0 AND t.due_at <= app_now())
$$;
REVOKE ALL ON FUNCTION timers_are_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION timers_are_due() TO supportdesk_app;
ALTER FUNCTION timers_are_due() OWNER TO {WORKER_ROLE};
"""
# A clock changes a few times and none of its indexes does: with room on its page, the new row stays beside the old one.
ROOM = "ALTER TABLE sla_slaclock SET (fillfactor = 85)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0009_agreements"), ("tickets", "0014_priority_governance_wall")]
    operations: ClassVar = [migrations.RunSQL([
        *worker_policy_sql("sla_escalationstep", "SELECT (id, action)"), CLAIM, LOOK, ROOM], migrations.RunSQL.noop)]
