"""Walls around what is sent and told, and how workers take it up."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, watch_settings_sql, worker_policy_sql

# A lease: the row's turn is moved ahead while a worker talks to the mail server, so a killed worker's mail is taken up
# again by another. At most `per_tenant` of one tenant a round, then first come, first served (fair sending). For one kind
# of message: a chat that doesn't answer holds up no mail, and the other way round.
LEASE = f"""
CREATE FUNCTION lease_outbox(wanted text, most integer, per_tenant integer, seconds integer)
RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH head AS MATERIALIZED (
        SELECT o.id, o.tenant_id, o.next_at FROM notifications_outboxmessage o
        WHERE o.state = 'pending' AND o.next_at <= app_now() AND o.kind = wanted
        ORDER BY o.next_at LIMIT most * 20
    ), ranked AS MATERIALIZED (
        SELECT head.*, row_number() OVER (PARTITION BY head.tenant_id ORDER BY head.next_at) > per_tenant AS late
        FROM head
    ), chosen AS MATERIALIZED (
        SELECT o.id FROM notifications_outboxmessage o JOIN ranked r ON r.id = o.id
        WHERE o.state = 'pending' AND o.next_at <= app_now()
        ORDER BY r.late, r.next_at LIMIT most FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE notifications_outboxmessage o
    SET next_at = app_now() + make_interval(secs => seconds), attempts = o.attempts + 1
    FROM chosen WHERE o.id = chosen.id
    RETURNING o.tenant_id, o.id
$$;
REVOKE ALL ON FUNCTION lease_outbox(text, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_outbox(text, integer, integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_outbox(text, integer, integer, integer) OWNER TO {WORKER_ROLE};
"""

# Who works at the desks of some tenants, in one round trip. It runs as whoever calls it and goes from tenant to tenant
# behind each one's wall, so it needs no rights of its own.
DESKS = """
CREATE FUNCTION desks_of(tenants bigint[]) RETURNS TABLE (tenant_id bigint, desk jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('app.tenant', true), '');
BEGIN
    FOREACH tenant_id IN ARRAY tenants LOOP
        PERFORM set_config('app.tenant', tenant_id::text, true);
        SELECT jsonb_build_object(
            'agents', (SELECT jsonb_agg(jsonb_build_array(a.id, a.person_id, a.role, a.preferences, p.is_active, p.mails_off,
                    (SELECT d.value FROM accounts_personaddress d WHERE d.tenant_id = a.tenant_id
                     AND d.person_id = a.person_id AND d.kind = 'email' ORDER BY d.is_primary DESC, d.id LIMIT 1))
                    ORDER BY a.id)
                FROM accounts_agent a JOIN accounts_person p ON p.tenant_id = a.tenant_id AND p.id = a.person_id
                WHERE a.tenant_id = desks_of.tenant_id AND a.is_active),
            'teams', (SELECT jsonb_agg(jsonb_build_array(m.team_id, m.agent_id, m.is_lead) ORDER BY m.id)
                FROM accounts_teammember m WHERE m.tenant_id = desks_of.tenant_id),
            'success', (SELECT jsonb_object_agg(c.id, c.success_manager_id) FROM accounts_contract c
                WHERE c.tenant_id = desks_of.tenant_id AND c.success_manager_id IS NOT NULL),
            'quiet', (SELECT jsonb_build_array(q.starts, q.ends) FROM notifications_quiethours q
                WHERE q.tenant_id = desks_of.tenant_id)) INTO desk;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('app.tenant', before, true);
END $$;
REVOKE ALL ON FUNCTION desks_of(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desks_of(bigint[]) TO supportdesk_app;
"""

# What staff are told of clocks, of all tenants of a batch in one round trip (ADR 0002). Tenant and ticket are those of the
# recorded event, whatever the caller thinks, and the composite keys refuse a person of another tenant.
TELL = f"""
CREATE FUNCTION tell_of_clocks(told jsonb, digests jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS MATERIALIZED (
        SELECT e.tenant_id, e.ticket_id, e.fired_at, r.*
        FROM jsonb_to_recordset(told) AS r(event bigint, person bigint, kind text, context jsonb, inbox boolean,
            browser boolean, held boolean, address text, cause text, message_id text)
        JOIN sla_slaevent e ON e.id = r.event
    ), mails AS (
        INSERT INTO notifications_outboxmessage (tenant_id, kind, cause, template, ticket_id, person_id, to_address,
            context, message_id, state, attempts, next_at, created_at, provider_id, last_error, bounce_reason)
        SELECT tenant_id, 'email', cause, 'staff_sla', ticket_id, person, address, context, message_id, 'pending', 0,
            fired_at, fired_at, '', '', ''
        FROM told WHERE message_id IS NOT NULL
        ON CONFLICT DO NOTHING
    ), news AS (
        INSERT INTO notifications_staffnews (tenant_id, person_id, ticket_id, kind, cause, data, at, in_inbox, in_browser,
            in_digest)
        SELECT tenant_id, person, ticket_id, kind, 'sla:' || event, context, fired_at, inbox, browser, false
        FROM told WHERE inbox OR browser
        ON CONFLICT DO NOTHING
    ), kept AS (
        INSERT INTO notifications_heldnotice (tenant_id, person_id, event_id, created_at)
        SELECT tenant_id, person, event, fired_at FROM told WHERE held
        ON CONFLICT DO NOTHING
    )
    INSERT INTO notifications_outboxmessage (tenant_id, kind, cause, template, person_id, to_address, context, message_id,
        state, attempts, next_at, created_at, provider_id, last_error, bounce_reason)
    SELECT e.tenant_id, 'email', r.cause, 'staff_digest', r.person, r.address, '{{}}', r.message_id, 'pending', 0, r.next_at,
        e.fired_at, '', '', ''
    FROM jsonb_to_recordset(digests) AS r(event bigint, person bigint, address text, cause text, message_id text,
        next_at timestamptz)
    JOIN sla_slaevent e ON e.id = r.event
    ORDER BY e.tenant_id, r.person
    ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION tell_of_clocks(jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tell_of_clocks(jsonb, jsonb) TO supportdesk_app;
ALTER FUNCTION tell_of_clocks(jsonb, jsonb) OWNER TO {WORKER_ROLE};
GRANT INSERT ON notifications_outboxmessage TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("notifications", "0002_tenant_wall"), ("notifications", "0003_outbox_kinds_and_chat"),
        ("notifications", "0004_digests"), ("notifications", "0005_bounces_and_security_copies"),
        ("notifications", "0006_staff_mentioned"), ("notifications", "0007_attention_and_rating_mails"),
        ("notifications", "0008_templates"), ("notifications", "0009_priority_mails"),
        ("notifications", "0010_mail_templates"), ("notifications", "0011_staff_clocks"),
        ("notifications", "0012_staff_news"), ("notifications", "0013_clocks_told_in_batches"),
    ]
    dependencies: ClassVar = [("notifications", "0001_tables"), ("sla", "0002_walls")]
    operations: ClassVar = [
        TenantWall("notifications", ["OutboxMessage", "ChatWorkspace", "ChatChannel", "ChatThread", "ChatMessage", "ChatUser",
                                     "HeldNotice", "QuietHours", "MailTemplate", "StaffNews"]),
        migrations.RunSQL([
            *worker_policy_sql("notifications_outboxmessage", "SELECT, UPDATE"),
            *worker_policy_sql("notifications_staffnews", "INSERT"),
            *worker_policy_sql("notifications_heldnotice", "INSERT"),
            LEASE, DESKS, TELL,
        ], migrations.RunSQL.noop),
        migrations.RunSQL(watch_settings_sql("notifications_quiethours"), migrations.RunSQL.noop),
    ]
