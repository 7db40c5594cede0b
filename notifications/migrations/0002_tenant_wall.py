from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import WORKER_ROLE, TenantWall, worker_policy_sql

# A lease: the row's turn is moved ahead while a worker talks to the mail server, so a killed worker's mail is taken up
# again by another. At most `per_tenant` of one tenant a round, then first come, first served (fair sending).
CLAIM = f"""
CREATE FUNCTION lease_outbox(most integer, per_tenant integer, seconds integer)
RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = off AS $$
    WITH head AS MATERIALIZED (
        SELECT o.id, o.tenant_id, o.next_at FROM notifications_outboxmessage o
        WHERE o.state = 'pending' AND o.next_at <= app_now()
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
REVOKE ALL ON FUNCTION lease_outbox(integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lease_outbox(integer, integer, integer) TO supportdesk_app;
ALTER FUNCTION lease_outbox(integer, integer, integer) OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0001_initial"), ("tickets", "0002_tenant_wall")]
    operations: ClassVar = [
        TenantWall("notifications", ["OutboxMessage"]),
        migrations.RunSQL(
            [*worker_policy_sql("notifications_outboxmessage", "SELECT, UPDATE"), CLAIM],
            "DROP FUNCTION lease_outbox(integer, integer, integer)"),
    ]
