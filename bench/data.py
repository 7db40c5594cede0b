"""A database of a million tickets, made by SQL in a few minutes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from accounts.models import Tenant
from supportdesk.reference.demo import DATA, demo_password
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import read_tenant_file

MESSAGES = 3
_WORDS = ("pump", "valve", "login", "certificate", "upgrade", "quota", "backup", "ingress", "webhook", "registry", "disk",
          "timeout", "cluster", "mail", "report", "export")

# :tenants tenants with :each tickets. A fifth of them is active; deadlines spread over a month around now.
_TICKETS = """
INSERT INTO tickets_ticket (tenant_id, number, subject, requester_id, organization_id, project_id, contract_id, channel,
    channel_rank, status, status_reason, priority, requested_priority, environment, product_id, product_version, url,
    callback_number, assignee_id, tags, triage_flags, version, opened_at, updated_at, due_at, warn_at, due_metric, due_state,
    snooze, custom)
SELECT t.id, n, words[1 + n %% 16] || ' ' || words[1 + (n / 16) %% 16] || ' fails since step ' || n, p.person, p.org,
    p.project, p.contract, (ARRAY['portal','email','phone'])[1 + n %% 3], 1 + n %% 3,
    CASE WHEN n %% 5 = 0 THEN (ARRAY['new','open','pending','on_hold'])[1 + (n / 5) %% 4] ELSE 'closed' END, '',
    1 + n %% 4, 1 + n %% 4, 'production', p.product, '', '', '', CASE WHEN n %% 3 = 0 THEN p.agent END, '{}', '{}', 1,
    now() - make_interval(mins => n * 9), now() - make_interval(mins => n * 7),
    CASE WHEN n %% 5 = 0 THEN now() + make_interval(mins => (n %% 4000) - 400) END,
    CASE WHEN n %% 5 = 0 THEN now() + make_interval(mins => (n %% 4000) - 460) END,
    CASE WHEN n %% 5 = 0 THEN 'first_response' ELSE '' END, CASE WHEN n %% 5 = 0 THEN 'running' ELSE 'none' END, '', '{}'
FROM accounts_tenant t
CROSS JOIN LATERAL (SELECT pr.id AS project, pr.organization_id AS org, pr.contract_id AS contract,
    pr.product_id AS product, (SELECT person_id FROM accounts_membership m WHERE m.organization_id = pr.organization_id
    LIMIT 1) AS person, (SELECT id FROM accounts_agent a WHERE a.tenant_id = t.id LIMIT 1) AS agent
    FROM accounts_project pr WHERE pr.tenant_id = t.id ORDER BY pr.id LIMIT 1) p
CROSS JOIN generate_series(1, %(each)s) n
CROSS JOIN (SELECT %(words)s::text[] AS words) w
"""
_REST = [
    ("comments", """
    INSERT INTO tickets_comment (tenant_id, ticket_id, author_id, author_kind, channel, body, quoted, html, message_id,
        is_opening, created_at)
    SELECT tenant_id, id, requester_id, CASE WHEN k = 2 THEN 'staff' ELSE 'requester' END, channel,
        'It stops at ' || subject || '. The log says that the ' || subject || ' has timed out.', '', '', '', k = 1,
        opened_at + make_interval(mins => k)
    FROM tickets_ticket CROSS JOIN generate_series(1, %(messages)s) k"""),
    ("events", """
    INSERT INTO tickets_ticketevent (tenant_id, ticket_id, kind, at, actor_id, actor_kind, is_public, data)
    SELECT tenant_id, id, 'ticket.opened', opened_at, requester_id, 'requester', true,
        jsonb_build_object('priority', priority, 'environment', 'production') FROM tickets_ticket"""),
    ("search", """
    INSERT INTO tickets_ticketsearch (tenant_id, ticket_id, public_words, staff_words)
    SELECT tenant_id, id, v, v FROM (SELECT tenant_id, id, to_tsvector('simple', number || ' ' || subject || CASE WHEN
        number %% 1000 = 0 THEN ' xyzzy' ELSE '' END) AS v FROM tickets_ticket) x"""),
    ("policies", """
    INSERT INTO sla_ticketpolicy (tenant_id, ticket_id, version_id, from_at)
    SELECT t.tenant_id, t.id, v.id, t.opened_at FROM tickets_ticket t
    JOIN LATERAL (SELECT id FROM sla_slapolicyversion v WHERE v.tenant_id = t.tenant_id LIMIT 1) v ON true
    WHERE t.due_at IS NOT NULL"""),
    ("clocks", """
    INSERT INTO sla_slaclock (tenant_id, ticket_id, metric, cycle, state, started_at, counted_from, elapsed_seconds,
        limit_seconds, warn_at, due_at)
    SELECT tenant_id, id, 'first_response', 1, CASE WHEN due_at IS NULL THEN 'met' ELSE 'running' END, opened_at,
        opened_at, 0, 28800, warn_at, due_at FROM tickets_ticket"""),
    ("timers", """
    INSERT INTO sla_slatimer (tenant_id, clock_id, ticket_id, action, due_at, generation, state)
    SELECT tenant_id, id, ticket_id, 'breach', coalesce(due_at, started_at), 1, CASE WHEN due_at > now() THEN 0 ELSE 1 END
    FROM sla_slaclock"""),
    ("counters", "INSERT INTO tickets_ticketcounter (tenant_id, last_number) SELECT tenant_id, max(number) "
                 "FROM tickets_ticket GROUP BY tenant_id"),
]


def fill(tenants: int, each: int, say) -> None:  # type: ignore[no-untyped-def]
    """`tenants` copies of a reference tenant with `each` tickets. Needs the owner's role (a superuser)."""
    data = read_tenant_file(DATA / "example.toml")
    for index in range(tenants):
        slug = f"bench{index}"
        own = {**data, "tenant": {**data["tenant"], "slug": slug, "hosts": [f"{slug}.localhost"]},
               "mailboxes": [], "teams": [], "agents": [
                   {**a, "email": f"{slug}.{a['email']}", "login": index == 0 and a.get("login", False)}
                   for a in data["agents"]], "organizations": [without_people(o, slug) for o in data["organizations"][:2]]}
        load_tenant(own, at=datetime.now(UTC), password=demo_password())
    say(f"{Tenant.objects.count()} tenants")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; SET statement_timeout = 0")
        cursor.execute(_TICKETS, {"each": each, "words": list(_WORDS)})
        say(f"{cursor.rowcount} tickets")
        for name, sql in _REST:
            cursor.execute(sql, {"messages": MESSAGES})
            say(f"{cursor.rowcount} {name}")
        cursor.execute("SET session_replication_role = origin; ANALYZE")


def without_people(organization: dict, slug: str) -> dict:  # type: ignore[type-arg]
    return {**organization, "domains": [], "people": [{**p, "email": f"{slug}.{p['email']}", "login": False}
                                                      for p in organization["people"]],
            "contracts": [{k: v for k, v in {**c, "reference": f"{c['reference']}"}.items() if k != "sales_engineer"}
                          for c in organization["contracts"]]}
