"""Both walls: the catalogue, the database role, and a walk over every address as a stranger."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.enums import MembershipRole
from accounts.models import Membership, PersonAddress
from accounts.services.invitations import invite
from accounts.services.tokens import create_token
from accounts.tenancy import NoTenantError, tenant_scope
from intake.models import ChatEvent, InboundMessage, Mailbox
from intake.services import store_mail
from intake.services.holding import hold
from knowledge.models import Article, Deflection, DocSet
from notifications.models import ChatWorkspace, OutboxMessage
from sla.services.calendars import add_exception, create_calendar
from sla.services.policies import create_policy, start_draft
from sla.terms import terms_json, terms_of
from tests.conftest import NOON, existing_desk
from tests.factories.desk import PASSWORD, Desk, in_desk
from tests.factories.docs import make_article
from tickets.enums import BulkAction
from tickets.models import Attachment, Callback, Macro, PriorityRule, Ticket
from tickets.services import (
    Entry,
    Words,
    add_note,
    apply_macro,
    record_workaround,
    reply,
    save_draft,
    store_file,
)
from tickets.services.attachments import attach
from tickets.services.bulk import prepare
from tickets.services.views import save_view

# Outside of the wall, each with its reason.
OPEN_TABLES = {
    "accounts_tenant": "the tenants themselves", "accounts_tenantdomain": "read before a tenant is known",
    "accounts_operatorevent": "of the installation, names tenants by slug",
    "accounts_user": "a login belongs to no tenant", "account_emailaddress": "allauth's, of logins",
    "account_emailconfirmation": "allauth's, of logins", "django_session": "of logins",
    "django_migrations": "Django's", "django_content_type": "Django's", "auth_permission": "Django's",
    "auth_group": "Django's", "auth_group_permissions": "Django's",
}


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_table_is_walled_or_on_the_list() -> None:
    rows = _rows("SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = "
                 "relnamespace WHERE nspname = 'public' AND relkind = 'r'")
    open_tables = {name for name, walled in rows if not walled}
    assert open_tables == set(OPEN_TABLES)
    with_tenant = {r[0] for r in _rows("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
                                       "AND column_name = 'tenant_id'")}
    assert with_tenant - {"accounts_tenantdomain"} == {name for name, walled in rows if walled}


@pytest.mark.django_db
def test_every_key_between_tenant_tables_carries_the_tenant() -> None:
    keys = _rows("""
        SELECT con.conname, array_agg(a.attname::text) FROM pg_constraint con
        JOIN pg_class c ON c.oid = con.conrelid JOIN pg_class f ON f.oid = con.confrelid
        JOIN unnest(con.conkey) k ON true JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k
        WHERE con.contype = 'f' AND c.relrowsecurity AND f.relrowsecurity GROUP BY con.conname""")
    assert len(keys) > 60
    assert not [name for name, columns in keys if "tenant_id" not in columns]


@pytest.mark.django_db
def test_every_unique_index_of_a_tenant_table_carries_the_tenant() -> None:
    rows = _rows("""
        SELECT i.relname, array_agg(a.attname::text) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_class c ON c.oid = x.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(x.indkey)
        WHERE x.indisunique AND NOT x.indisprimary AND c.relrowsecurity GROUP BY i.relname""")
    without = {name for name, columns in rows if "tenant_id" not in columns}
    # A mailbox address leads to one tenant in the whole installation.
    assert without == {"intake_mailbox_address_key"}


def test_the_app_s_role_sees_nothing_without_a_tenant(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now)
    role = _rows("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    assert role == [("supportdesk_app", False, False)]
    assert _rows("SELECT count(*) FROM tickets_ticket") == [(1,)]
    _rows("SELECT set_config('app.tenant', '', true)")
    tables = [r[0] for r in _rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")]
    assert len(tables) > 30
    assert {name: _rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables} == dict.fromkeys(tables, 0)


@pytest.mark.django_db
def test_a_manager_without_a_tenant_raises() -> None:
    with pytest.raises(NoTenantError):
        Ticket.objects.count()


def test_a_row_can_t_point_into_another_tenant(acme: Desk, globex: Desk) -> None:
    with in_desk(globex):
        foreign = globex.member("carol").person.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonAddress.objects.create(person_id=foreign, kind="phone", value="+1")


def test_facts_can_t_be_changed(acme: Desk, now: datetime) -> None:
    event = acme.ticket(at=now).events.get()
    with pytest.raises(Exception, match=r"permission denied|append-only"), transaction.atomic():
        type(event).objects.filter(pk=event.pk).update(data={})


@dataclass
class Case:
    """A route with acme's ids; who of acme may use it (the positive control), and what else it needs."""

    path: Callable[[dict[str, Any]], str]
    who: str
    method: str = "get"
    data: Callable[[dict[str, Any]], dict[str, Any]] = lambda ids: {}
    expects: tuple[int, ...] = (200, 303)
    all_customers: bool = False  # the tenant's own customers may all have it


_PLURAL = {"week": "week", "date": "dates", "holidays": "holidays"}
CASES: dict[str, Case] = {
    "desk:ticket": Case(lambda i: f"/desk/t/{i['ticket']}", "bob"),
    **{f"desk:ticket-{part}": Case(lambda i, part=part: f"/desk/t/{i['ticket']}/{part}", "bob")
       for part in ("panel", "people", "projects", "clocks")},
    "desk:ticket-compose": Case(lambda i: f"/desk/t/{i['ticket']}/compose", "bob", "post",
                                lambda i: {"body": "x", "mode": "note"}),
    "desk:ticket-status": Case(lambda i: f"/desk/t/{i['ticket']}/status", "bob", "post", lambda i: {"status": "open"}),
    "desk:ticket-priority": Case(lambda i: f"/desk/t/{i['ticket']}/priority", "bob", "post",
                                 lambda i: {"priority": 3}),
    "desk:ticket-assign": Case(lambda i: f"/desk/t/{i['ticket']}/assign", "bob", "post", lambda i: {"assignee": "me"}),
    "desk:ticket-project": Case(lambda i: f"/desk/t/{i['ticket']}/project", "bob", "post",
                                lambda i: {"project": i["project"]}),
    "desk:ticket-file": Case(lambda i: f"/desk/t/{i['ticket']}/files/{i['file']}", "bob"),
    "desk:token-revoke": Case(lambda i: f"/desk/tokens/{i['token']}/revoke", "alice", "post"),
    "desk:view-delete": Case(lambda i: f"/desk/views/{i['view']}/delete", "bob", "post"),
    **{f"desk:view-{part}": Case(lambda i, part=part: f"/desk/views/{i['view']}/{part}", "bob")
       for part in ("edit", "filters", "export")},
    "desk:view-update": Case(lambda i: f"/desk/views/{i['view']}/update", "bob", "post", lambda i: {"query": "sort=due"}),
    "desk:view-move": Case(lambda i: f"/desk/views/{i['view']}/move", "bob", "post", lambda i: {"to": "up"}),
    "desk:bulk-run": Case(lambda i: f"/desk/bulk/{i['run']}", "bob"),
    **{f"desk:bulk-{part}": Case(lambda i, part=part: f"/desk/bulk/{i['run']}/{part}", "bob", "post")
       for part in ("apply", "undo")},
    "desk:mail-one": Case(lambda i: f"/desk/mail/{i['mail']}", "alice"),
    **{f"desk:policy{name}": Case(lambda i, path=path: f"/desk/settings/sla/policies/{i['policy']}{path}", "alice", method)
       for name, path, method in (
           ("", "", "get"), ("-version", "/versions/1", "get"), ("-compare", "/compare", "get"),
           ("-whatif", "/whatif", "get"), ("-publish", "/publish", "get"), ("-draft", "/draft", "post"),
           ("-save", "/save", "post"), ("-discard", "/discard", "post"), ("-whatif-start", "/whatif/start", "post"))},
    "desk:policy-preview": Case(lambda i: f"/desk/settings/sla/policies/{i['policy']}/preview", "alice", "post",
                                lambda i: {"base": i["base"], "revision": "1"}),
    "desk:calendar": Case(lambda i: f"/desk/settings/sla/calendars/{i['calendar']}", "alice"),
    **{f"desk:calendar-{name}": Case(lambda i, name=name: f"/desk/settings/sla/calendars/{i['calendar']}/{_PLURAL[name]}",
                                     "alice", "post", expects=(303, 409, 422)) for name in ("week", "date", "holidays")},
    "desk:calendar-date-remove": Case(
        lambda i: f"/desk/settings/sla/calendars/{i['calendar']}/dates/{i['date']}/remove", "alice", "post"),
    "desk:contract": Case(lambda i: f"/desk/settings/sla/contracts/{i['contract']}", "alice"),
    "desk:contract-copy": Case(lambda i: f"/desk/settings/sla/contracts/{i['contract']}/copy.pdf", "alice"),
    "portal:sla-copy": Case(lambda i: f"/sla/{i['contract']}/copy.pdf", "carol"),
    "desk:intake-one": Case(lambda i: f"/desk/intake/{i['inbound']}", "alice"),
    "desk:intake-raw": Case(lambda i: f"/desk/intake/{i['inbound']}/raw", "alice"),
    "desk:intake-replay": Case(lambda i: f"/desk/intake/{i['inbound']}/replay", "alice", "post"),
    "desk:intake-assign": Case(lambda i: f"/desk/intake/{i['inbound']}/assign", "alice", "post",
                               lambda i: {"number": i["ticket"]}),
    "desk:intake-open": Case(lambda i: f"/desk/intake/{i['inbound']}/open", "alice", "post"),
    "desk:intake-ignore": Case(lambda i: f"/desk/intake/{i['inbound']}/ignore", "alice", "post",
                               lambda i: {"reason": "spam"}),
    "desk:intake-mailbox": Case(lambda i: f"/desk/intake/mailboxes/{i['mailbox']}", "alice", "post",
                                lambda i: {"state": "shadow"}),
    "desk:held-one": Case(lambda i: f"/desk/intake/held/{i['held']}", "bob"),
    "desk:held-decide": Case(lambda i: f"/desk/intake/held/{i['held']}/decide", "bob", "post",
                             lambda i: {"choice": "dismiss"}),
    "portal:ticket": Case(lambda i: f"/tickets/{i['ticket']}", "carol"),
    "portal:ticket-clocks": Case(lambda i: f"/tickets/{i['ticket']}/clocks", "carol"),
    "portal:ticket-answer": Case(lambda i: f"/tickets/{i['ticket']}/answer", "carol", "post", lambda i: {"body": "x"}),
    "portal:ticket-status": Case(lambda i: f"/tickets/{i['ticket']}/status", "carol", "post",
                                 lambda i: {"status": "open"}),
    "portal:ticket-file": Case(lambda i: f"/tickets/{i['ticket']}/files/{i['file']}", "carol"),
}
WORKSPACE: dict[str, Case] = {
    "desk:ticket-draft": Case(lambda i: f"/desk/t/{i['ticket']}/draft", "bob", "post", lambda i: {"body": "x"}),
    "desk:ticket-drafts": Case(lambda i: f"/desk/t/{i['ticket']}/drafts", "bob"),
    "desk:ticket-uploads": Case(lambda i: f"/desk/t/{i['ticket']}/uploads", "bob", "post",
                                lambda i: {"files": io.BytesIO(b"x")}),
    "desk:ticket-undo-send": Case(lambda i: f"/desk/t/{i['ticket']}/held/1/undo", "bob", "post"),
    "desk:ticket-undo": Case(lambda i: f"/desk/t/{i['ticket']}/undo/{i['step']}", "bob", "post"),
    "desk:ticket-presence": Case(lambda i: f"/desk/t/{i['ticket']}/presence", "bob"),
    "desk:ticket-macros": Case(lambda i: f"/desk/t/{i['ticket']}/macros", "bob"),
    "desk:ticket-macro-none": Case(lambda i: f"/desk/t/{i['ticket']}/macros/none", "bob", "post"),
    "desk:ticket-macro-use": Case(lambda i: f"/desk/t/{i['ticket']}/macros/{i['macro']}/use", "bob", "post"),
    "desk:macro": Case(lambda i: f"/desk/macros/{i['macro']}", "bob"),
    "desk:macro-delete": Case(lambda i: f"/desk/macros/{i['macro']}/delete", "bob", "post"),
}
WORKSPACE["desk:ticket-more"] = Case(lambda i: f"/desk/t/{i['ticket']}/more", "bob")
for _part, _data in {"tags": {"tags": "x"}, "cc": {"email": "x@y.example"}, "follow": {"on": "yes"},
                     "snooze": {"until": "reply"}, "merge": {"number": "1"}, "link": {"number": "1"},
                     "redact": {"words": "nowhere", "reason": "x"},
                     "fields": {}}.items():
    WORKSPACE[f"desk:ticket-{_part}"] = Case(lambda i, part=_part: f"/desk/t/{i['ticket']}/{part}", "bob", "post",
                                             lambda i, data=_data: data)
WORKSPACE["desk:ticket-split"] = Case(lambda i: f"/desk/t/{i['ticket']}/split", "bob", "post",
                                      lambda i: {"comment": i["comment"], "subject": "x"})
for _part in ("next", "previous"):
    WORKSPACE[f"desk:ticket-{_part}"] = Case(lambda i, part=_part: f"/desk/t/{i['ticket']}/{part}", "bob",
                                             expects=(302,))
CASES |= WORKSPACE
CASES |= {
    "desk:doc-set": Case(lambda i: "/desk/docs/sets/canary-set", "rita"),
    "desk:doc-new": Case(lambda i: "/desk/docs/sets/canary-set/new", "bob", "post",
                         lambda i: {"title": "x", "body": "x", "body_format": "markdown"}),
    "desk:doc": Case(lambda i: f"/desk/docs/{i['draft']}", "bob"),
    "desk:doc-publish": Case(lambda i: f"/desk/docs/{i['draft']}/publish", "bob", "post",
                             lambda i: {"version": 1, "published": "yes"}),
    "desk:docs-likely": Case(lambda i: f"/desk/docs/likely/{i['ticket']}?q=canary", "bob"),
    "portal:doc-set": Case(lambda i: "/docs/canary-set", "carol", all_customers=True),
    "portal:doc": Case(lambda i: "/docs/canary-set/canary-article", "carol", all_customers=True),
    "portal:docs-answered": Case(lambda i: "/docs/answered", "carol", "post", lambda i: {"article": i["article"]},
                                 all_customers=True),
}
CASES["desk:inbox-seen"] = Case(lambda i: f"/desk/inbox/seen/{i['ticket']}", "bob", "post")
CASES |= {  # phone
    "desk:callback": Case(lambda i: f"/desk/callbacks/{i['callback']}", "rita", "post",
                          lambda i: {"note": "Called.", "reached": "no"}),
    "portal:ticket-callback": Case(lambda i: f"/tickets/{i['ticket']}/callback", "carol"),
}
CASES |= {  # mail
    "portal:ticket-project": Case(lambda i: f"/tickets/{i['ticket']}/project", "carol", "post",
                                  lambda i: {"project": i["project"]}),
}
CASES |= {  # portal
    "portal:ticket-cc": Case(lambda i: f"/tickets/{i['ticket']}/cc", "carol", "post",
                             lambda i: {"email": "vic@customer.acme.example"}),
    "portal:ticket-attention": Case(lambda i: f"/tickets/{i['ticket']}/attention", "carol", "post"),
    "portal:person-role": Case(lambda i: f"/people/{i['membership']}/role", "carol", "post", lambda i: {"role": "viewer"}),
    "portal:person-end": Case(lambda i: f"/people/{i['membership']}/end", "carol"),
    "portal:invitation-withdraw": Case(lambda i: f"/people/invitations/{i['invitation']}/withdraw", "carol", "post"),
    "portal:ticket-rate": Case(lambda i: f"/tickets/{i['ticket']}/rate", "carol"),
}
# Signed by another system in place of a login; walked in tests/intake.
SIGNED = {"hooks:telephony", "hooks:slack"}
CASES |= {  # priority governance
    "desk:ticket-governance": Case(lambda i: f"/desk/t/{i['ticket']}/governance", "bob"),
    "desk:ticket-workaround": Case(lambda i: f"/desk/t/{i['ticket']}/workaround", "bob", "post",
                                   lambda i: {"workaround": "x"}),
    "desk:proposal-decide": Case(lambda i: f"/desk/t/{i['ticket']}/proposals/{i['proposal']}/decide", "bob", "post",
                                 lambda i: {"reason": "x"}),
    "portal:ticket-priority": Case(lambda i: f"/tickets/{i['ticket']}/priority", "carol", "post",
                                   lambda i: {"priority": 2}),
    **{f"portal:proposal-{part}": Case(lambda i, part=part: f"/tickets/{i['ticket']}/proposals/{i['proposal']}/{part}",
                                       "carol", "post", lambda i: {"reason": "x"}) for part in ("answer", "dispute")},
}
CASES |= {  # settings; every room is walked in tests/desk/test_rooms.py
    "desk:setting": Case(lambda i: f"/desk/settings/contracts/{i['contract']}", "alice"),
    "desk:setting-delete": Case(lambda i: f"/desk/settings/advice/{i['rule']}/delete", "alice"),
    "desk:customer-invite": Case(lambda i: f"/desk/settings/customers/{i['organization']}/people", "mia", "post",
                                 lambda i: {"email": "new@customer.example", "role": "member"}),
    "desk:customer-role": Case(lambda i: f"/desk/settings/members/{i['membership']}/role", "mia", "post",
                               lambda i: {"role": "member"}),
    "desk:customer-end": Case(lambda i: f"/desk/settings/members/{i['membership']}/end", "mia"),
    "desk:chat-event-again": Case(lambda i: f"/desk/settings/chat-events/{i['chat']}/again", "alice", "post"),
    "desk:customer-withdraw": Case(lambda i: f"/desk/settings/invitations/{i['invitation']}/withdraw", "mia", "post"),
}
# Addresses without an object in them; what they list is walled by the doors, tested beside each page.
PLAIN = {
    "health-live", "health-ready", "health-workers", "health-metrics", "desk:health", "account_login", "account_logout", "account_signup", "account_inactive",
    "account_change_password", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "portal:home", "portal:theme",
    "portal:tickets", "portal:ticket-new", "desk:home", "desk:view", "desk:search", "desk:phone", "desk:tokens", "desk:view-save", "desk:mail",
    "api:schema", "api:tickets",
    "desk:views", "desk:palette", "desk:presence", "desk:bulk", "desk:bulk-last", "desk:me-queue", "desk:me-keys",
    "desk:sla", "desk:calendars", "desk:contracts", "desk:audit", "portal:sla",
    # Providers post here; who posts is checked by each one's own scheme (tests/intake/test_webhooks.py).
    "intake:postmark", "intake:mailgun", "intake:mailgun-mime", "intake:sendgrid", "intake:amazon-ses",
}
GOVERNANCE_API = {"proposals": ("bob", "/proposals", None), "workarounds": ("bob", "/workarounds", {"workaround": "x"}),
                  "proposal-answer": ("carol", "/proposals/{}/answer", {"accept": True}),
                  "proposal-dispute": ("carol", "/proposals/{}/dispute", {"reason": "x"}),
                  "proposal-decision": ("bob", "/proposals/{}/decision", {"uphold": True, "reason": "x"})}
PLAIN |= {"desk:docs", "portal:docs", "portal:docs-suggest", "api:articles"}
WALKED_BELOW = {"api:article"}
PLAIN |= {"desk:mail-templates", "desk:mail-template", "desk:mail-template-preview", "desk:mail-template-reset"}  # by kind
PLAIN |= {"desk:settings", "desk:audit-export", "desk:chat-events", "desk:setting-list", "desk:setting-new"}
PLAIN |= {"desk:macros", "desk:macro-new"}
PLAIN |= {"portal:me", "desk:me"}
PLAIN |= {"portal:people", "account_signup_sent", "portal:join"}  # a link's secret is tested in tests/portal/test_joining.py
PLAIN |= {"desk:inbox", "desk:inbox-read", "desk:inbox-bell", "desk:me-news", "desk:staff-names"}  # one’s own: tests/desk/test_inbox.py
PLAIN |= {"desk:calls", "desk:callbacks"}  # phone
PLAIN |= {"portal:logo"}  # tests/desk/test_look.py
PLAIN |= {"desk:intake", "desk:held"}  # mail
API = ("", "/comments", "/notes", "/clocks", "/clocks/explanation", "/events", "/status", "/priority", "/assignee")


def _names(resolver: URLResolver, space: str = "") -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found |= _names(entry, inner)
        elif isinstance(entry, URLPattern):
            found.add(f"{space}{entry.name}")
    return found


def test_every_address_has_a_case() -> None:
    api = {"api:ticket", "api:comments", "api:notes", "api:status", "api:priority", "api:assignee", "api:clocks",
           "api:events", "api:explanation"} | {f"api:{name}" for name in GOVERNANCE_API}
    assert _names(get_resolver()) == set(CASES) | PLAIN | SIGNED | WALKED_BELOW | api


def _world(desk: Desk, at: datetime) -> dict[str, Any]:
    ticket = desk.ticket(at=at, subject="canary-subject", body="canary-body")
    bob = desk.member("bob")
    add_note(ticket, body="canary-note", by=bob, at=at)
    reply(ticket, Entry("canary-reply"), by=bob, at=at)
    proposal = record_workaround(ticket, "canary-workaround", by=bob, at=at)
    file = store_file(io.BytesIO(b"canary-file"), name="a.log", content_type="text/plain", at=at, by=bob.person)
    attach([file], ticket=ticket, comment=ticket.comments.first())
    save_draft(ticket, Words("canary-draft"), by=bob, at=at)
    macro = Macro.objects.create(name="canary-macro", body="canary-macro", owner=bob.agent, add_tags=["canary-tag"])
    box = f"support@{desk.tenant.slug}.localhost"
    raw = b"From: eve@canary.example\r\nSubject: canary-mail\r\nMessage-ID: <canary@mail>\r\n\r\ncanary-words"
    (inbound,) = store_mail(raw, mail_from="eve@canary.example", rcpt_tos=[box], at=at)
    InboundMessage.objects.filter(pk=inbound).update(state="quarantine", reason="canary")
    (stranger,) = store_mail(raw + b"!", mail_from="eve@canary.example", rcpt_tos=[box], at=at)
    held = hold(InboundMessage.objects.get(pk=stranger), ticket, desk.member("sue"), reason="canary", at=at)
    callback = Callback.objects.create(ticket=ticket, person=ticket.requester, number="+15550100", due_at=at,
                                       requested_by=bob.person, created_at=at, reason="canary-callback")
    Membership.objects.filter(person__name__in=["Carol", "Sue"]).update(role="manager")
    place = Membership.objects.get(person__name="Vic")
    invitation, _secret = invite(place.organization, email="canary@customer.example", role=MembershipRole.MEMBER,
                                 by=desk.member("carol"), at=datetime.now(UTC))
    docs = DocSet.objects.create(name="canary-set", slug="canary-set", created_at=at)
    rule = PriorityRule.objects.create(position=9, rank=1, reason="canary-rule")
    workspace = ChatWorkspace.objects.create(name="canary-space", team_id="T1", created_at=at)
    chat = ChatEvent.objects.create(workspace=workspace, event_id="canary-event", received_at=at, raw=b"{}", next_at=at)
    return {"chat": chat.pk, "rule": rule.pk, "organization": place.organization_id, "membership": place.pk, "invitation": invitation.pk, "comment": ticket.comments.first().pk, "macro": macro.pk,
            "step": apply_macro(ticket, macro, by=bob, at=at).pk, "inbound": inbound, "held": held.pk, "mailbox": Mailbox.objects.get(address=box).pk, "callback": callback.pk, "ticket": ticket.number, "project": desk.project().pk, "file": Attachment.objects.get().pk,
            "token": create_token(person=bob.person, name="canary-token", scopes=["notes"], by=None, at=at)[0].pk,
            "view": save_view(bob, name=f"canary view {desk.tenant.slug}", filters={}, sort="due", shared=False, at=at).slug,
            "run": prepare(bob, [ticket.number], BulkAction.TAG, {"tag": "x"}, label="canary-run", back="", at=at).pk,
            **_terms(desk, at), "mail": OutboxMessage.objects.first().pk, "proposal": proposal.pk,
            "article": make_article(docs, "canary-article", "canary-words", at=at).pk,
            "draft": make_article(docs, "canary-draft", "canary-secret", at=at, publish=False).pk}


def _terms(desk: Desk, at: datetime) -> dict[str, Any]:
    """A policy with a draft, a calendar with a date of its own, and a contract."""
    alice = desk.member("alice")
    policy = create_policy(f"Canary {desk.tenant.slug}", by=alice, at=at)
    calendar = create_calendar(f"Canary hours {desk.tenant.slug}", "UTC", by=alice, at=at)
    draft = start_draft(policy, by=alice, at=at)
    return {"policy": policy.slug, "calendar": calendar.slug, "base": json.dumps(terms_json(terms_of(draft))),
            "date": add_exception(calendar, at.date(), "canary-day", [], by=alice, at=at).pk,
            "contract": desk.project().contract_id}


def _call(client: Client, case: Case, ids: dict[str, Any]) -> Any:
    return getattr(client, case.method)(case.path(ids), case.data(ids))


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@dataclass
class World:
    """acme with a canary in each place, and who may knock. Made once for all cases; what a case changes is rolled back."""

    acme: Desk
    globex: Desk
    ids: dict[str, Any]
    _sessions: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, desk: Desk, who: str | None) -> Client:
        client = desk.client(None)
        if who:
            client.cookies = SimpleCookie(self._sessions[desk.tenant.slug, who])
        return client

    def sign_in(self, desk: Desk, who: str) -> None:
        self._sessions[desk.tenant.slug, who] = {k: v.value for k, v in desk.client(who).cookies.items()}


_ALL = ("alice", "mia", "bob", "rita", "carol", "vic", "sue", "finn")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        acme, globex = existing_desk("acme"), existing_desk("globex")
        with tenant_scope(acme.tenant):
            made = World(acme, globex, _world(acme, NOON))
        for desk in (acme, globex):
            for who in _ALL:
                made.sign_in(desk, who)
        yield made
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_stranger_gets_nothing_and_the_right_person_does(name: str, world: World) -> None:
    case, acme, globex = CASES[name], world.acme, world.globex
    foreign = ["alice", "bob", "rita", "carol", "vic", "sue"]
    for who in foreign:
        answer = _call(world.client(globex, who), case, world.ids)
        assert answer.status_code in {404, 302, 405}, (who, answer.status_code)
        assert b"canary" not in _body(answer)
    for who in () if case.all_customers else ("sue", "finn"):  # another organization of the same tenant
        answer = _call(world.client(acme, who), case, world.ids)
        assert answer.status_code in {404, 302}, (who, answer.status_code)
        assert b"canary" not in _body(answer)
    nobody = _call(world.client(acme, None), case, world.ids)
    assert nobody.status_code == 302
    assert "/account/login/" in nobody["location"]
    assert _call(world.client(acme, case.who), case, world.ids).status_code in case.expects


@pytest.mark.parametrize("part", API)
def test_the_api_gives_a_stranger_nothing(part: str, world: World, acme: Desk, globex: Desk, now: datetime) -> None:
    path = f"/api/v1/tickets/{world.ids['ticket']}{part}"
    data = {"/status": {"status": "open"}, "/priority": {"priority": 4}, "/assignee": {"assignee": None}}.get(part)
    assert _program(globex, "alice", path, data, now).status_code == 404
    assert _program(acme, "sue", path, data, now).status_code == 404
    assert _program(acme, "bob", path, data, now).status_code == 200


def _program(desk: Desk, who: str, path: str, data: dict[str, Any] | None, now: datetime) -> Any:
    """A call with a token of somebody: a POST of data, else a GET."""
    with in_desk(desk):
        _token, secret = create_token(person=desk.member(who).person, name="t", by=None, at=now,
                                      scopes=("tickets:read", "tickets:write", "notes"))
    client = Client(headers={"host": desk.host, "authorization": f"Bearer {secret}"})
    return client.get(path) if data is None else client.post(path, data, content_type="application/json")


@pytest.mark.parametrize("name", GOVERNANCE_API)
def test_proposals_over_the_api_are_the_ticket_s_own_people_s(name: str, world: World, acme: Desk, globex: Desk, now: datetime) -> None:
    ids, (who, part, data) = world.ids, GOVERNANCE_API[name]
    path = f"/api/v1/tickets/{ids['ticket']}{part.format(ids['proposal'])}"
    for desk, stranger in ((globex, "alice"), (globex, "carol"), (acme, "sue")):
        answer = _program(desk, stranger, path, data, now)
        assert answer.status_code == 404, (stranger, answer.content)
        assert b"canary" not in answer.content
    for lower in ("vic", *(["rita", "carol"] if who == "bob" else ["bob"])):
        if data is not None:
            assert _program(acme, lower, path, data, now).status_code == 403, lower
    assert _program(acme, who, path, data, now).status_code in {200, 201, 409}  # 409: nothing waits for this answer
    other = acme.ticket(at=now).number
    if "{}" in part:
        foreign = f"/api/v1/tickets/{other}{part.format(ids['proposal'])}"
        assert _program(acme, who, foreign, data, now).status_code == 404


def test_the_api_keeps_articles_in_the_tenant_and_drafts_at_the_desk(world: World, acme: Desk, globex: Desk, now: datetime) -> None:
    ids = world.ids

    def status(desk: Desk, who: str, article: int) -> int:
        with in_desk(desk):
            _token, secret = create_token(person=desk.member(who).person, name="t", scopes=["tickets:read"], by=None, at=now)
        client = Client(headers={"host": desk.host, "authorization": f"Bearer {secret}"})
        return int(client.get(f"/api/v1/articles/{article}").status_code)

    assert status(acme, "finn", ids["article"]) == 200
    assert status(acme, "carol", ids["draft"]) == 404
    assert status(globex, "alice", ids["article"]) == 404
    assert status(acme, "bob", 2**70) == 404


def test_customers_never_meet_an_internal_note(world: World, acme: Desk) -> None:
    ids = world.ids
    for path in (f"/tickets/{ids['ticket']}", "/tickets", "/tickets?status=all"):
        assert b"canary-note" not in acme.client("carol").get(path).content
    assert b"No ticket has these words" in acme.client("carol").get("/tickets?q=canary-note").content
    assert not OutboxMessage.objects.filter(context__icontains="canary-note").exists()


@pytest.mark.usefixtures("world")
def test_search_finds_only_the_own_tenant_s_words(acme: Desk, globex: Desk) -> None:
    assert b"canary-subject" in acme.client("bob").get("/desk/search?q=canary-body").content
    assert b"canary-subject" not in globex.client("bob").get("/desk/search?q=canary-body").content
    assert b"canary-subject" not in acme.client("sue").get("/tickets?q=canary-body&status=all").content


@pytest.mark.usefixtures("world")
def test_documentation_is_the_tenant_s_own_and_drafts_are_the_desk_s(acme: Desk, globex: Desk) -> None:
    assert b"canary-article" in acme.client("sue").get("/docs?q=canary").content
    for desk, who, path in ((globex, "carol", "/docs?q=canary"), (globex, "bob", "/desk/docs?q=canary"),
                            (globex, "bob", "/desk/docs"), (globex, "carol", "/docs/suggest?subject=canary words")):
        assert b"canary-" not in desk.client(who).get(path, headers={"hx-request": "true"}).content, path
    assert b"canary-draft" in acme.client("bob").get("/desk/docs/sets/canary-set").content
    for path in ("/docs", "/docs?q=canary", "/docs?q=canary+secret", "/docs/canary-set", "/docs/suggest?subject=canary secret"):
        answer = acme.client("carol").get(path, headers={"hx-request": "true"}).content
        assert b"canary-draft" not in answer, path
        assert b"canary-secret" not in answer, path
    assert acme.client("carol").get("/docs/canary-set/canary-draft").status_code == 404
    assert acme.client(None).get("/docs/canary-set/canary-draft").status_code == 302
    draft = acme.client("carol").post("/docs/answered", {"article": _draft()})
    assert draft.status_code == 404
    assert not Deflection.objects.exists()


def _draft() -> int:
    return int(Article.objects.get(slug="canary-draft").pk)


def test_a_login_of_another_tenant_is_nobody_here(acme: Desk, globex: Desk) -> None:
    def sign_in(desk: Desk, email: str) -> Any:
        return desk.client(None).post("/account/login/", {"login": email, "password": PASSWORD})

    assert sign_in(acme, acme.email("bob")).status_code == 302
    known, unknown = sign_in(globex, acme.email("bob")), sign_in(globex, "nobody@nowhere.example")
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.content.replace(acme.email("bob").encode(), b"") == unknown.content.replace(
        b"nobody@nowhere.example", b"") or b"There is a problem" in known.content
