"""Walls around tickets, how they are searched, and what workers see of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import SEARCH_ROLE, WORKER_ROLE, TenantWall, watch_settings_sql, worker_policy_sql

# Full text under row-level security loses its index, as @@ isn't leakproof (142 ms in place of 3). So the words are
# matched by a function of a role that sees all rows of this one table, and that reads the tenant from the setting.
SEARCH = f"""
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX ticket_public_words ON tickets_ticketsearch USING gin (tenant_id, public_words);
CREATE INDEX ticket_staff_words ON tickets_ticketsearch USING gin (tenant_id, staff_words);
GRANT SELECT (tenant_id, ticket_id, public_words, staff_words) ON tickets_ticketsearch TO {SEARCH_ROLE};
CREATE POLICY search ON tickets_ticketsearch FOR SELECT TO {SEARCH_ROLE} USING (true);

CREATE FUNCTION search_tickets(words text, for_staff boolean, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_tenant bigint := nullif(current_setting('app.tenant', true), '')::bigint;
    wanted tsquery := websearch_to_tsquery('simple', words);
BEGIN
    IF for_staff THEN
        RETURN QUERY SELECT ticket_id FROM tickets_ticketsearch
            WHERE tenant_id = of_tenant AND staff_words @@ wanted ORDER BY ticket_id DESC LIMIT most;
    ELSE
        RETURN QUERY SELECT ticket_id FROM tickets_ticketsearch
            WHERE tenant_id = of_tenant AND public_words @@ wanted ORDER BY ticket_id DESC LIMIT most;
    END IF;
END $$;
REVOKE ALL ON FUNCTION search_tickets(text, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_tickets(text, boolean, integer) TO supportdesk_app;
ALTER FUNCTION search_tickets(text, boolean, integer) OWNER TO {SEARCH_ROLE};
"""

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


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("tickets", "0002_tenant_wall"), ("tickets", "0003_queue_index_answers_counts"),
        ("tickets", "0004_watch_settings"), ("tickets", "0005_calls_callbacks_and_scripts"),
        ("tickets", "0006_follow_ups_and_mail_events"), ("tickets", "0007_workspace"),
        ("tickets", "0008_workspace_wall"), ("tickets", "0009_snoozed_stay_out_of_the_queue"),
        ("tickets", "0010_bulk_runs"), ("tickets", "0011_ratings_and_attention"),
        ("tickets", "0012_event_kinds"), ("tickets", "0013_priority_governance"),
        ("tickets", "0014_priority_governance_wall"), ("tickets", "0015_rating_score"),
    ]
    dependencies: ClassVar = [("tickets", "0001_tables"), ("accounts", "0002_walls"), ("knowledge", "0002_walls")]
    operations: ClassVar = [
        TenantWall(
            "tickets",
            ["PriorityLevel", "Channel", "SavedView", "Ticket", "TicketCounter", "TicketCc", "TicketSearch", "Comment",
             "InternalNote", "Attachment", "TicketEvent", "Call", "Callback", "PhoneScript", "Macro", "Draft", "HeldReply",
             "UndoStep", "TicketFollower", "TicketLink", "CustomField", "BulkRun", "BulkItem", "Rating", "PriorityProposal",
             "PriorityQuestion", "PriorityRule"],
            append_only=("TicketEvent",)),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
        migrations.RunSQL([*worker_policy_sql("tickets_heldreply", "SELECT"), TICKETS, DUE], migrations.RunSQL.noop),
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop) for table in (
            "tickets_prioritylevel", "tickets_channel", "tickets_savedview", "tickets_macro",
            "tickets_customfield", "tickets_priorityquestion", "tickets_priorityrule",
        )],
    ]
