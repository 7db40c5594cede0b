from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

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
    IF EXISTS (SELECT FROM sla_slapolicyversion v WHERE v.tenant_id = OLD.tenant_id AND v.id = OLD.version_id
               AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published policy version is immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sla_slatarget_immutable BEFORE UPDATE OR DELETE ON sla_slatarget
    FOR EACH ROW EXECUTE FUNCTION refuse_published_target();
"""
UNDO = """
DROP TRIGGER sla_slatarget_immutable ON sla_slatarget; DROP FUNCTION refuse_published_target();
DROP TRIGGER sla_slapolicyversion_immutable ON sla_slapolicyversion; DROP FUNCTION refuse_published_version();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0005_drafts_and_jobs")]
    operations: ClassVar = [
        TenantWall("sla", ["WhatIfRun", "WhatIfChange", "Recalculation"]),
        migrations.RunSQL(
            "ALTER TABLE sla_slapolicyversion ADD CONSTRAINT sla_slapolicyversion_edited_by_id_tenant_fk"
            " FOREIGN KEY (tenant_id, edited_by_id) REFERENCES accounts_person (tenant_id, id)",
            "ALTER TABLE sla_slapolicyversion DROP CONSTRAINT sla_slapolicyversion_edited_by_id_tenant_fk"),
        migrations.RunSQL([
            *worker_policy_sql("sla_recalculation", "SELECT", _SEEN),
            *worker_policy_sql("sla_whatifrun", "SELECT", _SEEN),
            OPEN_JOBS,
        ], "DROP FUNCTION open_sla_jobs()"),
        migrations.RunSQL(IMMUTABLE, UNDO),
    ]
