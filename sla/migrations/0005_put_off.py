"""An event that can't be told is put off for a while, so that those behind it are told (ADR 0015)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from accounts.walls import WORKER_ROLE

_DUE = "(n.not_before IS NULL OR n.not_before <= app_now())"

# As in 0003, but for those that are put off.
TAKE = f"""
CREATE OR REPLACE FUNCTION take_notices(most integer, of_tenant bigint)
RETURNS TABLE (told_at timestamptz, tenant_id bigint, ticket_id bigint, clock_id bigint, event_id bigint, action text,
               at timestamptz, fired_at timestamptz, escalation text, metric text, due_at timestamptz, number integer,
               organization_id bigint, requester_id bigint, contract_id bigint, assignee_id bigint, team_id bigint,
               priority smallint)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off SET enable_mergejoin = off AS $$
    WITH chosen AS MATERIALIZED (
        SELECT n.id FROM sla_slanotice n WHERE (of_tenant IS NULL OR n.tenant_id = of_tenant) AND {_DUE}
        ORDER BY n.id LIMIT most FOR UPDATE SKIP LOCKED
    ), taken AS MATERIALIZED (
        DELETE FROM sla_slanotice n USING chosen WHERE n.id = chosen.id RETURNING n.id
    )
    SELECT app_now(), e.tenant_id, e.ticket_id, e.clock_id, e.id, e.kind, e.at, e.fired_at, s.action, e.metric, c.due_at,
        k.number, k.organization_id, k.requester_id, k.contract_id, k.assignee_id, k.team_id, k.priority
    FROM taken JOIN sla_slaevent e ON e.id = taken.id
    JOIN tickets_ticket k ON k.tenant_id = e.tenant_id AND k.id = e.ticket_id
    JOIN sla_slaclock c ON c.id = e.clock_id LEFT JOIN sla_escalationstep s ON s.id = e.step_id
    ORDER BY e.tenant_id, e.at, e.id
$$;

CREATE OR REPLACE FUNCTION notices_wait() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off AS $$
    SELECT EXISTS (SELECT FROM sla_slanotice n WHERE {_DUE})
$$;

CREATE OR REPLACE FUNCTION tenants_with_notices() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT DISTINCT tenant_id FROM sla_slanotice n WHERE {_DUE} ORDER BY 1 $$;
"""
OWNED = "\n".join(f"ALTER FUNCTION {name} OWNER TO {WORKER_ROLE};" for name in (
    "take_notices(integer, bigint)", "notices_wait()", "tenants_with_notices()"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0004_tenant_by_ticket")]
    operations: ClassVar = [
        migrations.AddField("SlaNotice", "not_before", models.DateTimeField(
            null=True, help_text="It could not be told and is tried again from then on.")),
        migrations.RunSQL(TAKE + OWNED, migrations.RunSQL.noop),
    ]
