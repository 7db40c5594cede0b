from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

# The SMTP listener asks whose an address is before any tenant is known.
FUNCTIONS = f"""
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


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0001_initial"), ("tickets", "0002_tenant_wall")]
    operations: ClassVar = [
        TenantWall("intake", ["Mailbox", "InboundMessage"]),
        migrations.RunSQL([
            *worker_policy_sql("intake_mailbox", "SELECT", "(tenant_id, id, address)"),
            *worker_policy_sql("intake_inboundmessage", "SELECT, UPDATE"),
            FUNCTIONS,
        ], "DROP FUNCTION mailbox_for(text); DROP FUNCTION lease_inbound(integer, integer)"),
    ]
