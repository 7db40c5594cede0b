from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

# One statement claims what is due, writes the fact, moves the clock and sets the clock's next timer, so a killed worker
# leaves either all of it or nothing (ADR 0003). After an outage only the worst action due is taken: one notice a clock.
# `app_now()` is STABLE and reads now(): with clock_timestamp() the index would not serve. A bitmap plan would read every
# due row before LIMIT; hence the setting.
CLAIM = f"""
CREATE FUNCTION claim_due_timers(most integer)
RETURNS TABLE (tenant_id bigint, ticket_id bigint, clock_id bigint, event_id bigint, action text, at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off AS $$
    WITH due AS MATERIALIZED (
        SELECT t.id, t.clock_id FROM sla_slatimer t
        WHERE t.state = 0 AND t.due_at <= app_now()
        ORDER BY t.due_at LIMIT most FOR UPDATE SKIP LOCKED
    ), judged AS MATERIALIZED (
        SELECT due.id, c.tenant_id, c.ticket_id, c.id AS clock_id, c.metric, c.cycle, c.warn_at, c.goal_at, c.due_at,
            CASE WHEN c.due_at <= app_now() THEN 'breach'
                 WHEN c.goal_at <= app_now() AND (c.warn_at IS NULL OR c.warn_at > app_now() OR c.goal_at >= c.warn_at)
                 THEN 'goal' ELSE 'warn' END AS action,
            CASE WHEN c.warn_at > app_now() THEN c.warn_at END AS later_warn,
            CASE WHEN c.goal_at > app_now() THEN c.goal_at END AS later_goal
        FROM due JOIN sla_slaclock c ON c.id = due.clock_id
    ), moved AS (
        UPDATE sla_slatimer t SET
            state = CASE WHEN j.action = 'breach' THEN 1 ELSE 0 END,
            action = CASE least(j.later_warn, j.later_goal, j.due_at)
                          WHEN j.later_warn THEN 'warn' WHEN j.later_goal THEN 'goal' ELSE 'breach' END,
            due_at = least(j.later_warn, j.later_goal, j.due_at),
            generation = t.generation + 1
        FROM judged j WHERE t.id = j.id
    ), broken AS (
        UPDATE sla_slaclock c SET state = 'breached', breached_at = j.due_at
        FROM judged j WHERE c.id = j.clock_id AND j.action = 'breach'
    ), facts AS (
        INSERT INTO sla_slaevent (tenant_id, ticket_id, clock_id, metric, cycle, kind, at, fired_at)
        SELECT j.tenant_id, j.ticket_id, j.clock_id, j.metric, j.cycle, j.action,
            CASE j.action WHEN 'breach' THEN j.due_at WHEN 'goal' THEN j.goal_at ELSE j.warn_at END, app_now()
        FROM judged j
        ON CONFLICT DO NOTHING
        RETURNING id, sla_slaevent.tenant_id, sla_slaevent.ticket_id, sla_slaevent.clock_id, kind, sla_slaevent.at
    )
    SELECT f.tenant_id, f.ticket_id, f.clock_id, f.id, f.kind, f.at FROM facts f ORDER BY f.tenant_id, f.at
$$;
REVOKE ALL ON FUNCTION claim_due_timers(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_due_timers(integer) TO supportdesk_app;
ALTER FUNCTION claim_due_timers(integer) OWNER TO {WORKER_ROLE};
GRANT USAGE ON SEQUENCE sla_slaevent_id_seq TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0001_initial"), ("tickets", "0002_tenant_wall")]
    operations: ClassVar = [
        TenantWall(
            "sla",
            ["Calendar", "CalendarWindow", "CalendarException", "SlaPolicy", "SlaPolicyVersion", "SlaTarget",
             "Coverage", "TicketPolicy", "SlaClock", "SlaTimer", "SlaEvent"],
            append_only=("SlaEvent",)),
        migrations.RunSQL([
            *worker_policy_sql("sla_slatimer", "SELECT, UPDATE"),
            *worker_policy_sql("sla_slaclock", "SELECT, UPDATE"),
            *worker_policy_sql("sla_slaevent", "SELECT, INSERT"),
            CLAIM,
        ], "DROP FUNCTION claim_due_timers(integer)"),
    ]
