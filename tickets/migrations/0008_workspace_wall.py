from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, watch_settings_sql, worker_policy_sql

# Workers look for what is due across tenants; each row is then claimed inside its own tenant.
DUE = f"""
CREATE FUNCTION due_held_replies(most integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    SELECT h.tenant_id, h.id FROM tickets_heldreply h
    WHERE h.problem = '' AND h.leaves_at <= app_now() ORDER BY h.leaves_at LIMIT most
$$;
REVOKE ALL ON FUNCTION due_held_replies(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_held_replies(integer) TO supportdesk_app;
ALTER FUNCTION due_held_replies(integer) OWNER TO {WORKER_ROLE};

CREATE FUNCTION due_snoozes(most integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    SELECT t.tenant_id, t.id FROM tickets_ticket t
    WHERE t.snooze = 'time' AND t.snoozed_until <= app_now() ORDER BY t.snoozed_until LIMIT most
$$;
REVOKE ALL ON FUNCTION due_snoozes(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_snoozes(integer) TO supportdesk_app;
ALTER FUNCTION due_snoozes(integer) OWNER TO {WORKER_ROLE};
"""
TICKETS = f"""
GRANT SELECT (tenant_id, id, snooze, snoozed_until) ON tickets_ticket TO {WORKER_ROLE};
CREATE POLICY snoozes ON tickets_ticket FOR SELECT TO {WORKER_ROLE} USING (true);
"""
MERGED_KEY = """
ALTER TABLE tickets_ticket ADD CONSTRAINT tickets_ticket_merged_into_id_tenant_fk
    FOREIGN KEY (tenant_id, merged_into_id) REFERENCES tickets_ticket (tenant_id, id)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0007_workspace")]
    operations: ClassVar = [
        TenantWall("tickets", ["Macro", "Draft", "HeldReply", "UndoStep", "TicketFollower", "TicketLink",
                               "CustomField"]),
        migrations.RunSQL(MERGED_KEY, migrations.RunSQL.noop),
        migrations.RunSQL(
            [*worker_policy_sql("tickets_heldreply", "SELECT"),
             TICKETS, DUE],
            "DROP FUNCTION due_held_replies(integer); DROP FUNCTION due_snoozes(integer)"),
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop)
          for table in ("tickets_macro", "tickets_customfield")],
    ]
