"""What was begun before and never ended is leased alone: should it take its worker down, nothing else goes with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE


def _lease(name: str, table: str) -> str:
    """The first in turn, and with a fresh one the fresh ones after it."""
    return f"""
DROP FUNCTION {name}(integer, integer);
CREATE FUNCTION {name}(most integer, seconds integer) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH due AS MATERIALIZED (
        SELECT m.id, m.attempts, m.next_at FROM {table} m
        WHERE m.state = 'received' AND m.next_at <= app_now()
        ORDER BY m.next_at, m.id LIMIT most FOR UPDATE SKIP LOCKED
    ), first AS MATERIALIZED (
        SELECT due.id, due.attempts FROM due ORDER BY due.next_at, due.id LIMIT 1
    ), leased AS (
        UPDATE {table} m SET next_at = app_now() + make_interval(secs => seconds), attempts = m.attempts + 1
        FROM due, first
        WHERE m.id = due.id AND (due.id = first.id OR first.attempts = 0 AND due.attempts = 0)
        RETURNING m.tenant_id, m.id
    )
    SELECT leased.tenant_id, leased.id FROM leased ORDER BY leased.id
$$;
REVOKE ALL ON FUNCTION {name}(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {name}(integer, integer) TO supportdesk_app;
ALTER FUNCTION {name}(integer, integer) OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0003_mailbox_trusts_relay")]
    operations: ClassVar = [
        migrations.RunSQL([_lease("lease_inbound", "intake_inboundmessage"),
                           _lease("lease_chat_events", "intake_chatevent")], migrations.RunSQL.noop),
    ]
