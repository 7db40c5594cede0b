"""Walls around what came in, and how workers take it up."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, watch_settings_sql, worker_policy_sql

# The SMTP listener asks whose an address is before any tenant is known.
MAILBOX = f"""
CREATE FUNCTION mailbox_for(wanted text) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.tenant_id, m.id FROM intake_mailbox m WHERE m.address = lower(wanted)
$$;
REVOKE ALL ON FUNCTION mailbox_for(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mailbox_for(text) TO supportdesk_app;
ALTER FUNCTION mailbox_for(text) OWNER TO {WORKER_ROLE};

CREATE FUNCTION lease_inbound(most integer, seconds integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH chosen AS MATERIALIZED (
        SELECT m.id FROM intake_inboundmessage m
        WHERE m.state = 'received' AND m.next_at <= app_now()
        ORDER BY m.next_at LIMIT most FOR UPDATE SKIP LOCKED
    )
    UPDATE intake_inboundmessage m
    SET next_at = app_now() + make_interval(secs => seconds), attempts = m.attempts + 1
    FROM chosen WHERE m.id = chosen.id
    RETURNING m.tenant_id, m.id
$$;
REVOKE ALL ON FUNCTION lease_inbound(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_inbound(integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_inbound(integer, integer) OWNER TO {WORKER_ROLE};
"""

# One statement keeps a mail: whose address it is, the row, and for a repeated delivery the row that stands already.
STORE = f"""
CREATE FUNCTION store_inbound(wanted text, sender text, digest text, content bytea, at timestamptz, via text)
RETURNS TABLE (tenant_id bigint, id bigint, fresh boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH box AS MATERIALIZED (
        SELECT m.tenant_id, m.id FROM intake_mailbox m
        WHERE m.address = regexp_replace(wanted, '^([^+@]*)\\+[^@]*@', '\\1@')
    ), kept AS (
        INSERT INTO intake_inboundmessage AS i (tenant_id, mailbox_id, received_at, mail_from, rcpt_to, sha256, size,
            raw, way, state, reason, from_address, subject, message_id, body_sha256, auth_result, attempts, next_at)
        SELECT b.tenant_id, b.id, at, sender, wanted, digest, length(content), content, via, 'received', '', '', '', '',
            '', '', 0, at FROM box b
        ON CONFLICT (tenant_id, rcpt_to, sha256) DO NOTHING
        RETURNING i.tenant_id, i.id
    )
    SELECT k.tenant_id, k.id, true FROM kept k
    UNION ALL
    SELECT m.tenant_id, m.id, false FROM box b JOIN intake_inboundmessage m
        ON m.tenant_id = b.tenant_id AND m.rcpt_to = wanted AND m.sha256 = digest
    WHERE NOT EXISTS (SELECT FROM kept)
$$;
REVOKE ALL ON FUNCTION store_inbound(text, text, text, bytea, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION store_inbound(text, text, text, bytea, timestamptz, text) TO supportdesk_app;
ALTER FUNCTION store_inbound(text, text, text, bytea, timestamptz, text) OWNER TO {WORKER_ROLE};

CREATE FUNCTION lease_imap(most integer, seconds integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH chosen AS MATERIALIZED (
        SELECT a.id FROM intake_imapaccount a
        WHERE a.is_active AND a.next_at <= app_now() ORDER BY a.next_at LIMIT most FOR UPDATE SKIP LOCKED
    )
    UPDATE intake_imapaccount a SET next_at = app_now() + make_interval(secs => seconds)
    FROM chosen WHERE a.id = chosen.id
    RETURNING a.tenant_id, a.id
$$;
REVOKE ALL ON FUNCTION lease_imap(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_imap(integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_imap(integer, integer) OWNER TO {WORKER_ROLE};
"""

CHAT = f"""
CREATE FUNCTION lease_chat_events(most integer, seconds integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH chosen AS MATERIALIZED (
        SELECT e.id FROM intake_chatevent e
        WHERE e.state = 'received' AND e.next_at <= app_now()
        ORDER BY e.next_at, e.id LIMIT most FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE intake_chatevent e
        SET next_at = app_now() + make_interval(secs => seconds), attempts = e.attempts + 1
        FROM chosen WHERE e.id = chosen.id
        RETURNING e.tenant_id, e.id
    )
    SELECT leased.tenant_id, leased.id FROM leased ORDER BY leased.id
$$;
REVOKE ALL ON FUNCTION lease_chat_events(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_chat_events(integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_chat_events(integer, integer) OWNER TO {WORKER_ROLE};
"""
# Raw mail is kept without compression: its attachments are packed already, and trying costs as much as storing.
RAW = "ALTER TABLE intake_inboundmessage ALTER COLUMN raw SET STORAGE EXTERNAL"


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("intake", "0002_tenant_wall"), ("intake", "0003_chat_events"),
        ("intake", "0004_ways_in"), ("intake", "0005_ways_in_wall"),
        ("intake", "0006_watch_mailboxes"), ("intake", "0007_raw_mail_as_it_is"),
    ]
    dependencies: ClassVar = [("intake", "0001_tables"), ("notifications", "0002_walls")]
    operations: ClassVar = [
        TenantWall("intake", ["Mailbox", "InboundMessage", "ChatEvent", "HeldComment", "ImapAccount"]),
        migrations.RunSQL([
            *worker_policy_sql("intake_mailbox", "SELECT", "(tenant_id, id, address)"),
            *worker_policy_sql("intake_inboundmessage", "SELECT, INSERT, UPDATE"),
            *worker_policy_sql("intake_chatevent", "SELECT, UPDATE"),
            *worker_policy_sql("intake_imapaccount", "SELECT, UPDATE"),
            MAILBOX, STORE, CHAT, RAW,
        ], migrations.RunSQL.noop),
        migrations.RunSQL(watch_settings_sql("intake_mailbox"), migrations.RunSQL.noop),
    ]
