from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

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


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0004_ways_in")]
    operations: ClassVar = [
        TenantWall("intake", ["HeldComment", "ImapAccount"]),
        migrations.RunSQL([
            f"GRANT INSERT ON intake_inboundmessage TO {WORKER_ROLE}",
            *worker_policy_sql("intake_imapaccount", "SELECT, UPDATE"),
            STORE,
        ], "DROP FUNCTION store_inbound(text, text, text, bytea, timestamptz, text); "
           "DROP FUNCTION lease_imap(integer, integer)"),
    ]
