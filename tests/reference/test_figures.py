"""The four published policies, as their customers meet them: through the mail intake and the services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.db import connection

from accounts.models import Contract, Project, Tenant
from accounts.queries import entitlements_of, member_for_person, person_by_email
from accounts.tenancy import tenant_scope
from intake.models import InboundMessage
from intake.services import process_due, store_mail
from notifications.services import send_due
from sla.models import SlaClock, SlaTarget
from supportdesk.reference.demo import DATA
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import TenantFileError, read_tenant_file
from tickets.enums import ChannelKind
from tickets.followup import FollowUp
from tickets.models import Channel, PriorityLevel, Ticket
from tickets.services import Entry, NewTicket, confirm_priority, open_ticket, reply

BERLIN = ZoneInfo("Europe/Berlin")
LOADED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(request: pytest.FixtureRequest, db: None) -> Iterator[Tenant]:
    """A reference tenant, inside its scope."""
    tenant = load_tenant(read_tenant_file(DATA / f"{request.param}.toml"), at=LOADED)
    with tenant_scope(tenant):
        yield tenant


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


def write(sender: str, slug: str, at: datetime, subject: str = "Help", body: str = "It is broken.\n") -> InboundMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, f"support@{slug}.localhost", subject
    message["Message-ID"] = f"<{at.timestamp()}@mail.example>"
    message.set_content(body)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', %s, true)", [at.isoformat()])
    (pk,) = store_mail(message.as_bytes(), mail_from=sender, rcpt_tos=[f"support@{slug}.localhost"], at=at)
    process_due(now=at)
    return InboundMessage.objects.get(pk=pk)


@pytest.mark.parametrize("desk", ["stakater"], indirect=True)
@pytest.mark.parametrize(("arrives", "due"), [
    (berlin(2026, 11, 18, 10, 0), berlin(2026, 11, 20, 10, 0)),    # Wednesday: two business days of twelve hours
    (berlin(2026, 11, 20, 17, 59), berlin(2026, 11, 24, 17, 59)),  # Friday 17:59: a minute today, the rest until Tuesday
    (berlin(2026, 11, 22, 14, 0), berlin(2026, 11, 24, 18, 0)),    # Sunday: Monday and Tuesday whole
    (berlin(2026, 3, 27, 12, 0), berlin(2026, 3, 31, 12, 0)),      # over the change to summer time
    (berlin(2026, 10, 23, 12, 0), berlin(2026, 10, 27, 12, 0)),    # and back
    (berlin(2026, 12, 24, 12, 0), berlin(2026, 12, 29, 12, 0)),    # over Christmas, a Friday
])
def test_a_mail_without_a_priority_is_due_in_two_business_days(desk: Tenant, arrives: datetime, due: datetime) -> None:
    ticket = write("nils@kungsholm.example", "stakater", arrives).ticket
    assert (ticket.priority, ticket.due_at) == (3, due)


@pytest.mark.parametrize("desk", ["stakater"], indirect=True)
@pytest.mark.parametrize(("rank", "amount", "unit"), [
    (1, 2, "business_hours"), (2, 4, "business_hours"), (3, 2, "business_days"), (4, 5, "business_days")])
def test_initial_and_ongoing_figures(desk: Tenant, rank: int, amount: int, unit: str) -> None:
    rows = SlaTarget.objects.filter(priority=rank, agreement=None)  # what the policy says; a contract may agree more
    assert {(t.metric, t.limit_amount, t.unit) for t in rows} == {
        ("first_response", amount, unit), ("ongoing_update", amount, unit)}


@pytest.mark.parametrize("desk", ["stakater"], indirect=True)
def test_the_ongoing_clock_starts_again_at_each_update(desk: Tenant) -> None:
    at = berlin(2026, 11, 18, 8, 0)
    ticket = write("nils@kungsholm.example", "stakater", at).ticket
    lukas = member_for_person(desk, person_by_email("lukas@stakater.example"))
    confirm_priority(ticket, 2, by=lukas, at=berlin(2026, 11, 18, 9, 0), reason="Router")
    reply(ticket, Entry("On it.", follow_up=FollowUp("Restart it", berlin(2026, 11, 18, 11, 0))), by=lukas, at=berlin(2026, 11, 18, 9, 30))
    reply(ticket, Entry("Still on it.", follow_up=FollowUp("Look on", berlin(2026, 11, 18, 14, 0))), by=lukas, at=berlin(2026, 11, 18, 11, 0))
    clock = SlaClock.objects.get(ticket=ticket, metric="ongoing_update", cycle=2)
    assert clock.due_at == berlin(2026, 11, 18, 15, 0)


@pytest.mark.parametrize("desk", ["platformsh"], indirect=True)
def test_a_critical_at_three_on_a_sunday_is_answered_in_one_hour_and_solved_in_four(desk: Tenant) -> None:
    night = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    row = write("ada@okonjo.example", "platformsh", night, body="Priority: Critical\nDescribe the issue: All is down.\n")
    clocks = dict(SlaClock.objects.filter(ticket=row.ticket).values_list("metric", "due_at"))
    assert clocks == {"first_response": datetime(2026, 11, 22, 4, 0, tzinfo=UTC),
                      "resolution": datetime(2026, 11, 22, 7, 0, tzinfo=UTC)}


@pytest.mark.parametrize("desk", ["platformsh"], indirect=True)
@pytest.mark.parametrize(("rank", "goal", "limit"), [
    (2, None, datetime(2026, 11, 24, 11, 0, tzinfo=UTC)),
    (3, datetime(2026, 11, 24, 11, 0, tzinfo=UTC), datetime(2026, 11, 25, 11, 0, tzinfo=UTC)),
    (4, None, None)])
def test_below_critical_only_the_answer_has_a_deadline(desk: Tenant, rank: int, goal: datetime | None, limit: datetime | None) -> None:
    ticket = open_ticket(NewTicket(
        requester=person_by_email("ada@okonjo.example"), subject="x", body="y", channel=ChannelKind.PORTAL,
        project=Project.objects.get(name="loyalty-app"), requested_priority=rank),
        at=datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    found = list(SlaClock.objects.filter(ticket=ticket).values_list("metric", "goal_at", "due_at"))
    assert found == ([("first_response", goal, limit)] if limit else [])


@pytest.mark.parametrize("desk", ["platformsh"], indirect=True)
def test_no_active_project_no_ticket(desk: Tenant) -> None:
    row = write("iris@gardenclub.example", "platformsh", datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    assert (row.state, row.reason) == ("ignored", "answered: the sender has no active project")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("desk", ["tectonic"], indirect=True)
def test_a_mail_with_the_labelled_lines(desk: Tenant) -> None:
    at = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
    body = ("**Product**: Quay Enterprise\n**Version**: 2.9.2\n**Priority**: Urgent (P1)\n\n**Describe the Issue:**\n"
            "Pushes fail.\nSee https://logs.example/1\n")
    ticket = write("luis@bluefin.example", "tectonic", at, "Push", body).ticket
    assert (ticket.product.name, ticket.product_version, ticket.priority, ticket.project.name) == (
        "Quay Enterprise", "2.9.2", 1, "Image registry")
    assert ticket.comments.get().body.startswith("Pushes fail.")
    assert ticket.due_at == datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize("desk", ["tectonic"], indirect=True)
def test_each_customer_has_its_own_sla_and_rights(desk: Tenant) -> None:
    rights = {c.reference: entitlements_of(c) for c in Contract.objects.all()}
    assert rights["TEC-1001"] == {"phone", "callback", "priority_at_will"}
    assert rights["TEC-1002"] == frozenset()
    policies = {c.reference: c.coverages.get().policy.slug for c in Contract.objects.all()}
    assert policies["TEC-1001"] != policies["TEC-1002"]
    assert [str(p) for p in PriorityLevel.objects.all()] == ["P1 Urgent", "P2 High", "P3 Normal", "P4 Low"]


@pytest.mark.parametrize("desk", ["example"], indirect=True)
def test_a_free_plan_is_shown_the_forum(desk: Tenant, settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sent.outbox = []
    at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    row = write("finn@hobby.example", "example", at)
    send_due(now=at)
    assert (row.state, Ticket.objects.count()) == ("ignored", 0)
    assert "https://forum.example.com/" in sent.outbox[0].body


@pytest.mark.parametrize("desk", ["example"], indirect=True)
def test_channels_are_ranked_strictest_first(desk: Tenant) -> None:
    assert list(Channel.objects.order_by("rank").values_list("kind", flat=True)) == [
        "phone", "portal", "email", "chat", "api"]


@pytest.mark.django_db
def test_loading_twice_doubles_nothing() -> None:
    data = DATA / "stakater.toml"
    tenant = load_tenant(read_tenant_file(data), at=LOADED)
    with tenant_scope(tenant):
        before = (Contract.objects.count(), SlaTarget.objects.count(), Project.objects.count())
    load_tenant(read_tenant_file(data), at=LOADED)
    with tenant_scope(tenant):
        assert (Contract.objects.count(), SlaTarget.objects.count(), Project.objects.count()) == before


@pytest.mark.parametrize(("change", "said"), [
    ("[tenant]\nslug='x'\n", "needs"), ("[nonsense]\na=1\n", "unknown table"), ("= broken", "can’t be read"),
    ("[tenant]\nslug='x'\nname='X'\ndesk_name='X'\nhosts=['x']\nmail_from='a@b.example'\ntime_zone='Mars/Base'\n",
     "no time zone"),
    ("[tenant]\nslug='x'\nname='X'\ndesk_name='X'\nhosts=['x']\nmail_from='a@b.example'\ntime_zone='UTC'\ncolour='red'\n",
     "unknown key 'colour'"),
])
def test_a_bad_file_is_refused_in_words(tmp_path, change: str, said: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(change, encoding="utf-8")
    with pytest.raises(TenantFileError, match=said):
        read_tenant_file(path)
