"""Walls around policies and clocks, how workers see what is due, and what is immutable."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, watch_settings_sql, worker_policy_sql

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
            TIMERS_CASCADE, LOOK, ROOM, OPEN_JOBS, IMMUTABLE,
        ], migrations.RunSQL.noop),
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop) for table in (
            "sla_calendar", "sla_coverage", "sla_slapolicyversion",
        )],
    ]
