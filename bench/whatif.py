"""Replaying tickets under a draft, from their stored facts to the finished list of changes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from django.core.management.base import OutputWrapper
from django.db import connection, transaction

from accounts.models import Person, Tenant
from accounts.queries import member_for_person
from accounts.tenancy import tenant_scope
from bench.data import without_people
from bench.measure import as_owner, tell
from sla.models import SlaPolicy, WhatIfChange, WhatIfRun
from sla.services.jobs import run_open_jobs
from sla.services.policies import save_draft, start_draft
from sla.services.whatif import start_whatif
from sla.terms import Cell, terms_of
from supportdesk.reference.demo import DATA
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import read_tenant_file
from tickets.models import Ticket
from toolkit.clock import now

# Spread over 80 days: opened, answered, answered by the customer, answered again, solved.
_FILL = ["""
INSERT INTO tickets_ticket (tenant_id, number, subject, requester_id, organization_id, project_id, contract_id, channel,
    channel_rank, status, status_reason, priority, requested_priority, environment, product_version, url, callback_number,
    tags, triage_flags, version, opened_at, updated_at, due_metric, due_state, snooze, custom)
SELECT p.tenant_id, n, 'Replayed ' || n, (SELECT person_id FROM accounts_membership m WHERE m.tenant_id = p.tenant_id
    AND m.organization_id = p.organization_id LIMIT 1), p.organization_id, p.id, p.contract_id, 'portal', 1, 'closed', '',
    1 + n %% 4, 1 + n %% 4, 'production', '', '', '', '{}', '{}', 1, now() - make_interval(mins => n), now(), '', 'none',
    '', '{}'
FROM (SELECT * FROM accounts_project WHERE tenant_id = %(tenant)s ORDER BY id LIMIT 1) p
CROSS JOIN generate_series(1, %(tickets)s) n
""", """
INSERT INTO tickets_ticketevent (tenant_id, ticket_id, kind, at, actor_id, actor_kind, is_public, data)
SELECT t.tenant_id, t.id, k.kind, t.opened_at + make_interval(mins => (k.share * (10 + (t.number * 37) %% 2000))::int),
    t.requester_id, 'staff', true, CASE k.kind WHEN 'ticket.opened' THEN jsonb_build_object('priority', t.priority,
    'environment', 'production') WHEN 'ticket.status_changed' THEN '{"status": "solved"}' ELSE '{}' END
FROM tickets_ticket t CROSS JOIN (VALUES ('ticket.opened', 0), ('ticket.replied', 0.2), ('ticket.requester_wrote', 0.4),
    ('ticket.replied', 0.6), ('ticket.status_changed', 1)) k (kind, share)
WHERE t.tenant_id = %(tenant)s
""", """
INSERT INTO sla_ticketpolicy (tenant_id, ticket_id, version_id, from_at)
SELECT t.tenant_id, t.id, v.id, t.opened_at FROM tickets_ticket t
JOIN sla_coverage c ON c.tenant_id = t.tenant_id AND c.contract_id = t.contract_id
JOIN sla_slapolicyversion v ON v.tenant_id = t.tenant_id AND v.policy_id = c.policy_id AND v.published_at IS NOT NULL
WHERE t.tenant_id = %(tenant)s
"""]


def whatif(out: OutputWrapper, size: int = 100_000) -> None:
    """Seconds from the request to the finished list, one worker; and the processor's, of this process alone."""
    slug = f"whatif{size}"
    tenant = Tenant.objects.filter(slug=slug).first() or _fill(slug, size)
    with tenant_scope(tenant):
        alice = member_for_person(tenant, Person.objects.get(agents__role="admin"))
        used = SlaPolicy.objects.filter(coverages__contract__projects__tickets=Ticket.objects.first()).get()
        draft = start_draft(used, by=alice, at=now())
        terms = terms_of(draft)
        stricter = {key: Cell("20m", cell.calendar_id) if cell.calendar_id else cell for key, cell in terms.cells.items()}
        draft = save_draft(draft, replace(terms, cells=stricter), revision=draft.revision, by=alice, at=now())
        began, worked = time.perf_counter(), time.process_time()
        run = start_whatif(draft, days=90, by=alice, at=now())
    run_open_jobs(clock=now)
    taken, worked = time.perf_counter() - began, time.process_time() - worked
    with tenant_scope(tenant):
        run = WhatIfRun.objects.get(pk=run.pk)
        assert (run.state, run.done) == ("done", size), (run.state, run.done)
        assert WhatIfChange.objects.filter(run=run).exists()
    tell(out, "whatif", taken, None, "s")
    tell(out, "whatif processor", worked, None, "s")


def _fill(slug: str, tickets: int) -> Tenant:
    data = read_tenant_file(DATA / "example.toml")
    own = {**data, "tenant": {**data["tenant"], "slug": slug, "hosts": [f"{slug}.localhost"]}, "mailboxes": [],
           "teams": [], "agents": [{**a, "email": f"{slug}.{a['email']}", "login": False} for a in data["agents"]],
           "organizations": [without_people(o, slug) for o in data["organizations"][:2]]}
    with transaction.atomic():
        tenant = load_tenant(own, at=datetime.now(UTC))
        with tenant_scope(tenant), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            for sql in _FILL:
                cursor.execute(sql, {"tenant": tenant.pk, "tickets": tickets})
    with as_owner() as cursor:  # by anybody else it is skipped with a warning
        cursor.execute("ANALYZE tickets_ticket, tickets_ticketevent, sla_ticketpolicy")
    return tenant
