"""Walls around policies and clocks, how workers claim what is due, and what is immutable."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, watch_settings_sql, worker_policy_sql

# One statement claims what is due, writes the fact, moves the clock, marks the ticket and sets the clock's next timer, so a
# killed worker leaves either all of it or nothing (ADR 0003). After an outage only the worst action due is taken: one notice
# a clock. `app_now()` is STABLE and reads now(): with clock_timestamp() the index would not serve. A bitmap plan would read
# every due row before LIMIT; hence the setting. Each fact comes with what those who are told of it
# need to know, as it stands under the lock. The ticket is locked first, row by row, in a subquery that the planner can't
# take apart: so the timers are read in their order until there are enough, whatever the statistics say. A merge join
# would read every ticket (450 ms). The commit doesn't wait for the disk: after a crash of the database a lost batch is
# claimed anew, and nothing has left, since whoever sends commits a lease first, which takes all before it to the disk.
CLAIM = f"""
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
GRANT USAGE ON SEQUENCE sla_slaevent_id_seq TO {WORKER_ROLE};
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
BACKLOG = f"""
CREATE FUNCTION timer_backlog() RETURNS TABLE (waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(*), min(due_at) FROM sla_slatimer WHERE state = 0 AND due_at <= app_now() $$;
REVOKE ALL ON FUNCTION timer_backlog() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION timer_backlog() TO supportdesk_app;
ALTER FUNCTION timer_backlog() OWNER TO {WORKER_ROLE};
"""

# Which jobs of which tenant are due. What is done about them happens inside the tenant's scope.
OPEN_JOBS = f"""
CREATE FUNCTION open_sla_jobs() RETURNS TABLE (tenant_id bigint, kind text, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT j.tenant_id, j.kind, j.id FROM (
        SELECT r.tenant_id, 'recalculation' AS kind, r.id, r.due_at FROM sla_recalculation r
        WHERE r.state IN ('waiting', 'running') AND r.due_at <= app_now()
        UNION ALL
        SELECT w.tenant_id, 'whatif', w.id, w.due_at FROM sla_whatifrun w
        WHERE w.state IN ('waiting', 'running') AND w.due_at <= app_now()
    ) j ORDER BY j.due_at LIMIT 20
$$;
REVOKE ALL ON FUNCTION open_sla_jobs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_sla_jobs() TO supportdesk_app;
ALTER FUNCTION open_sla_jobs() OWNER TO {WORKER_ROLE};
"""
# The steps of a draft that go take their timers along.
TIMERS_CASCADE = """
ALTER TABLE sla_slatimer DROP CONSTRAINT sla_slatimer_step_id_tenant_fk, ADD CONSTRAINT sla_slatimer_step_id_tenant_fk
    FOREIGN KEY (tenant_id, step_id) REFERENCES sla_escalationstep (tenant_id, id) ON DELETE CASCADE
"""
_SEEN = "(tenant_id, id, state, due_at)"

# A published version and its targets are what customers signed: no row of them changes, whoever asks.
IMMUTABLE = """
CREATE FUNCTION refuse_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN RAISE EXCEPTION 'a published policy version is immutable'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sla_slapolicyversion_immutable BEFORE UPDATE OR DELETE ON sla_slapolicyversion
    FOR EACH ROW EXECUTE FUNCTION refuse_published_version();
CREATE FUNCTION refuse_published_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.agreement_id IS NOT NULL THEN RAISE EXCEPTION 'what was agreed in a contract is immutable'; END IF;
    IF EXISTS (SELECT FROM sla_slapolicyversion v WHERE v.tenant_id = OLD.tenant_id AND v.id = OLD.version_id
               AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published policy version is immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sla_slatarget_immutable BEFORE UPDATE OR DELETE ON sla_slatarget
    FOR EACH ROW EXECUTE FUNCTION refuse_published_target();
CREATE FUNCTION refuse_published_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sla_slapolicyversion v WHERE v.tenant_id = OLD.tenant_id AND v.id = OLD.version_id
               AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published policy version is immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sla_escalationstep_immutable BEFORE UPDATE OR DELETE ON sla_escalationstep
    FOR EACH ROW EXECUTE FUNCTION refuse_published_step();
"""


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("sla", "0002_tenant_wall"), ("sla", "0003_escalation_steps"),
        ("sla", "0004_clock_check"), ("sla", "0005_drafts_and_jobs"),
        ("sla", "0006_drafts_wall"), ("sla", "0007_watch_settings"),
        ("sla", "0008_promise_ranks"), ("sla", "0009_agreements"),
        ("sla", "0010_claims_bring_what_is_told"),
    ]
    dependencies: ClassVar = [("sla", "0001_tables"), ("tickets", "0002_walls")]
    operations: ClassVar = [
        TenantWall(
            "sla",
            ["Calendar", "CalendarWindow", "CalendarException", "SlaPolicy", "SlaPolicyVersion", "EscalationStep", "Agreement",
             "SlaTarget", "Coverage", "TicketPolicy", "SlaClock", "SlaTimer", "SlaEvent", "ClockCheck", "WhatIfRun",
             "WhatIfChange", "Recalculation"],
            append_only=("SlaEvent", "Agreement")),
        migrations.RunSQL([
            *worker_policy_sql("sla_slatimer", "SELECT, UPDATE"),
            *worker_policy_sql("sla_slaclock", "SELECT, UPDATE"),
            *worker_policy_sql("sla_slaevent", "SELECT, INSERT"),
            *worker_policy_sql("sla_escalationstep", "SELECT (id, action)"),
            *worker_policy_sql("sla_recalculation", "SELECT", _SEEN),
            *worker_policy_sql("sla_whatifrun", "SELECT", _SEEN),
            *worker_policy_sql("tickets_ticket", "SELECT (id, tenant_id), UPDATE (due_state)"),
            TIMERS_CASCADE, CLAIM, LOOK, ROOM, BACKLOG, OPEN_JOBS, IMMUTABLE,
        ], migrations.RunSQL.noop),
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop) for table in (
            "sla_calendar", "sla_coverage", "sla_slapolicyversion",
        )],
    ]
