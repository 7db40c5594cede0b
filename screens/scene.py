"""The installation that the pictures are taken of: a few tenants, filled with every state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from redis import Redis

from accounts.enums import MembershipRole
from accounts.members import Member
from accounts.models import Membership, OrganizationDomain, Person, Plan, Project, Tenant, User
from accounts.services.invitations import invite
from accounts.services.preferences import set_preferences
from accounts.services.tokens import create_token
from accounts.tenancy import tenant_scope
from desk.presence import WRITING
from intake.enums import MailboxState
from intake.models import HeldComment, InboundMessage, Mailbox
from intake.services import process_due, set_mailbox_state, store_mail
from knowledge.models import Article, DocSet
from knowledge.services import Draft, create_article
from notifications.models import OutboxMessage
from notifications.ratelinks import rate_url
from notifications.services import send_due
from notifications.services.bouncing import mark_bounced
from screens.cases import Cases
from screens.cast import session_of
from screens.roles import ROLES
from sla.models import SlaPolicy, SlaPolicyVersion
from sla.services import record_due, tell_recorded
from sla.services.calendars import create_calendar
from sla.services.jobs import run_open_jobs
from sla.services.policies import create_policy, save_draft, start_draft
from sla.services.whatif import start_whatif
from sla.terms import terms_of
from supportdesk.management.commands.operator import make_operator
from supportdesk.reference.demo import DATA, demo_password
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import read_tenant_file
from tickets.enums import BulkAction, ChannelKind
from tickets.models import PriorityRule, Ticket
from tickets.services import NewTicket, open_ticket, record_workaround
from tickets.services.bulk import begin, prepare, work_off
from tickets.services.views import save_view
from toolkit.clock import now as clock_now


def prepare_scene(language: str = "") -> dict[str, Any]:
    """Fill the installation; what screens' addresses and their visitors need. With a language, everybody reads that one."""
    at = clock_now()
    with translation.override("en"):
        for name in ("stakater", "tectonic", "example"):
            if not Tenant.objects.filter(slug=name).exists():
                load_tenant(read_tenant_file(DATA / f"{name}.toml"), at=at, password=demo_password())
        if not User.objects.filter(email=ROLES["operator"][1]).exists():
            make_operator(ROLES["operator"][1], demo_password())
        values = _main(Tenant.objects.get(slug="stakater"), at) | _at_will(Tenant.objects.get(slug="tectonic"), at)
        while record_due() or tell_recorded():
            pass
        if language:
            _speak(language)
    return {"values": values, "sessions": {role: session_of(role) for role in ROLES}}


def _speak(language: str) -> None:
    for tenant in Tenant.objects.all():
        Tenant.objects.filter(pk=tenant.pk).update(language=language)
        with tenant_scope(tenant):
            Person.objects.exclude(language="").update(language="")


def _main(tenant: Tenant, at: datetime) -> dict[str, Any]:
    with tenant_scope(tenant):
        cases = Cases(tenant)
        values = cases.fill(at)
        values |= _docs(cases, at) | _terms(cases, at) | _work(cases, values, at) | _people(cases, at)
        values["rate_key"] = rate_url(
            tenant, Ticket.objects.get(number=values["solved"]), cases.member("customer").person).partition("key=")[2]
    process = _mail(tenant, values, at)
    run_open_jobs(clock=clock_now)
    with tenant_scope(tenant):
        _stay(cases, values["busy"], at)
    return values | process


def _stay(cases: Cases, number: int, at: datetime) -> None:
    """A colleague writes for as long as pictures are taken: presence fades after some seconds else, and with the last who leaves."""
    person, late = cases.member("colleague").person, (at + timedelta(hours=2)).timestamp()
    Redis.from_url(settings.REDIS_URL).hset(f"presence:{cases.tenant.pk}:{number}", str(person.pk),
                                            json.dumps([person.name, WRITING, at.timestamp(), late]))


def _docs(cases: Cases, at: datetime) -> dict[str, Any]:
    found = DocSet.objects.earliest("id")
    article = Article.objects.filter(doc_set=found).earliest("id")
    draft = create_article(found, Draft("Not ready yet", "Words to come."), by=cases.member("engineer").person, at=at)
    empty = DocSet.objects.create(name="Runbooks", slug="runbooks", created_at=at)
    return {"doc_set": found.slug, "article": article.slug, "article_id": article.pk, "doc_draft": draft.pk,
            "empty_set": empty.slug}


def _terms(cases: Cases, at: datetime) -> dict[str, Any]:
    erik = cases.member("admin")
    main = SlaPolicy.objects.earliest("id")
    draft = _edited(start_draft(main, by=erik, at=at), erik, at)
    start_whatif(draft, days=60, by=erik, at=at)
    bare = create_policy("Evaluation", by=erik, at=at)
    start_draft(bare, by=erik, at=at)
    calendar = create_calendar("Nothing yet", "Asia/Kathmandu", by=erik, at=at)
    return {"policy": main.slug, "bare_policy": bare.slug, "bare_calendar": calendar.slug, "calendar": "cet",
            "contract": Project.objects.get(name="Terminal operations").contract_id}


def _edited(draft: SlaPolicyVersion, erik: Member, at: datetime) -> SlaPolicyVersion:
    """With a stricter target, so that there is something to compare."""
    terms = terms_of(draft)
    key = max(key for key, cell in terms.cells.items() if cell.text)
    return save_draft(draft, replace(terms, cells={**terms.cells, key: terms.cells[key]._replace(text="3d")}, warn_percent=30),
                      revision=draft.revision, by=erik, at=at)


def _work(cases: Cases, values: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Bulk runs before and after, a view of one's own, a token."""
    lukas = cases.member("engineer")
    numbers = [values[n] for n in ("fresh", "late", "solved", "merged", "target")]
    asked = prepare(lukas, numbers, BulkAction.STATUS, {"status": "on_hold", "reason": ""}, label="Status: on hold",
                    back="/desk/views/queue", at=at)
    done = prepare(lukas, numbers, BulkAction.TAG, {"tag": "night"}, label="Add the tag “night”", back="/desk/views/queue", at=at)
    begin(done, at=at)
    work_off(done, lukas, at=at)
    view = save_view(lukas, name="Production, mine", filters={"environment": ["production"]}, sort="due", shared=False, at=at)
    create_token(person=lukas.person, name="Nightly report", scopes=["tickets:read"], by=lukas.person, at=at)
    set_preferences(cases.member("colleague"), {"density": "compact"}, at=at)
    return {"run": asked.pk, "run_done": done.pk, "view": view.slug}


def _people(cases: Cases, at: datetime) -> dict[str, Any]:
    astrid = cases.member("customer")
    place = Membership.objects.get(person__name="Nils Åberg")
    _row, secret = invite(place.organization, email="kim@kungsholm.example", role=MembershipRole.MEMBER, by=astrid, at=at)
    OrganizationDomain.objects.filter(organization=place.organization).update(is_verified=True)
    return {"invitation": secret, "membership": place.pk, "organization": place.organization_id, "tenant": cases.tenant.pk,
            "plan": Plan.objects.earliest("id").pk, "rule": PriorityRule.objects.earliest("id").pk}


def _letter(sender: str, subject: str, words: str, **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (f"From: {sender}\r\nTo: support@stakater.localhost\r\nSubject: {subject}\r\nMessage-ID: <{abs(hash(subject))}@"
            f"mail.example>\r\n{more}\r\n{words}\r\n").encode()


def _mail(tenant: Tenant, values: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Mail of every end, a stranger's answer that is held, mail that bounced, waits and is parked; a box in shadow."""
    box = "support@stakater.localhost"
    nameless = _letter("", "Who am I?", "No sender at all.").replace(b"From: \r\n", b"")
    letters = [nameless, _letter("nils@kungsholm.example", "Router down", "It restarts every ten minutes."),
               _letter("noreply@lists.example", "Newsletter", "Read on.", Precedence="bulk", List_Id="<news.lists.example>"),
               _letter("nobody@unknown.example", "Wie bestelle ich?", "Guten Tag, was kostet es?")]
    for letter in letters:
        store_mail(letter, mail_from="x@mail.example", rcpt_tos=[box], at=at)
    process_due(now=at)
    with tenant_scope(tenant):
        send_due(now=at, most=30)
        bounced = OutboxMessage.objects.filter(ticket__number=values["answered"]).latest("id")
        mark_bounced([bounced.message_id], [bounced.to_address], reason="550 5.1.1 No such user here", at=at)
        parked = OutboxMessage.objects.exclude(pk=bounced.pk).latest("id")
        OutboxMessage.objects.filter(pk=parked.pk).update(state="parked", last_error="421 The server is busy")
        answer = OutboxMessage.objects.filter(ticket__number=values["long"], comment__isnull=False).latest("id")
        shadow = Mailbox.objects.create(address="shadow@stakater.localhost", state=MailboxState.DISARMED)
        set_mailbox_state(shadow, MailboxState.SHADOW, by=Cases(tenant).member("admin"), at=at)
    store_mail(_letter("stranger@elsewhere.example", "Re: it", "Let me in on this.", In_Reply_To=f"<{answer.message_id.strip('<>')}>"),
               mail_from="x@mail.example", rcpt_tos=[box], at=at)
    store_mail(_letter("nils@kungsholm.example", "Disk full", "Priority: High"), mail_from="x@mail.example",
               rcpt_tos=["shadow@stakater.localhost"], at=at)
    process_due(now=at)
    with tenant_scope(tenant):
        ends = {row.state: row.pk for row in InboundMessage.objects.order_by("id")}
        held = HeldComment.objects.first()
        return {"inbound_ticket": ends.get("ticket"), "inbound_ignored": ends.get("ignored"), "inbound_quarantine": ends.get("quarantine"),
                "inbound_shadow": ends.get("received"), "held": held.pk if held else None, "mail": bounced.pk, "parked": parked.pk}


def _at_will(tenant: Tenant, at: datetime) -> dict[str, Any]:
    """Where the customer sets the priority, the desk only proposes (S10). This tenant has a colour of its own."""
    Tenant.objects.filter(pk=tenant.pk).update(colour="#8a1c5b")
    with tenant_scope(tenant):
        cases = Cases(tenant)
        dana = cases.member("at_will")
        project = Project.objects.filter(organization__memberships__person=dana.person, contract__plan__slug="enterprise").first()
        ticket = open_ticket(NewTicket(requester=dana.person, subject="Checkout is down", body="All requests answer 503.",
                                       project=project, channel=ChannelKind.PORTAL, requested_priority=1), at=at)
        proposal = record_workaround(ticket, "Use the second region.", by=cases.member("vendor"), at=at)
        return {"willed": ticket.number, "willed_proposal": proposal.pk}
