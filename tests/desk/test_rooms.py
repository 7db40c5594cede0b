from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEvent, HookToken, Plan, Product
from desk.rooms import ROOMS
from intake.models import ImapAccount, Mailbox
from sla.models import SlaClock, SlaPolicy, SlaTarget
from sla.services.policies import start_draft
from tests.factories.desk import Desk, in_desk
from tickets.history import event_words
from tickets.models import CustomField, PriorityLevel, PriorityQuestion, PriorityRule, TicketEvent
from tickets.services import confirm_priority
from toolkit.sealing import unseal


def seen(page: bytes) -> str:
    found = re.search(rb'name="seen" value="(\w*)"', page)
    assert found
    return found[1].decode()


def typed(client: Client, path: str) -> dict[str, Any]:
    """What the form at an address holds, as a browser would send it."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    form = answer.context["form"]
    found: dict[str, Any] = {"seen": seen(answer.content)}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if value is True:
            found[name] = "on"
        elif value not in (None, False):
            found[name] = value
    return found


def save(client: Client, path: str, **changes: Any) -> Any:
    return client.post(path, {**typed(client, path), **changes})


@pytest.mark.parametrize("slug", sorted(ROOMS))
def test_each_room_opens_for_whom_it_is_meant(slug: str, acme: Desk, globex: Desk) -> None:
    room = ROOMS[slug]
    assert acme.client("alice").get(room.address).status_code == 200
    assert acme.client("mia").get(room.address).status_code == (200 if room.look == "manager" else 404)
    for who in ("bob", "rita", "carol"):
        assert acme.client(who).get(room.address).status_code == 404
    assert acme.client(None).get(room.address).status_code == 302
    form = acme.client("alice").get(f"{room.address}/new")
    assert form.status_code == (200 if room.new else 404)


def test_a_setting_s_page_reads_its_row_once(acme: Desk) -> None:
    alice, plan = acme.client("alice"), Plan.objects.get(slug="gold")
    with CaptureQueriesContext(connection) as asked:
        assert alice.get(f"/desk/settings/plans/{plan.pk}").status_code == 200
    read = [q["sql"] for q in asked if 'FROM "accounts_plan"' in q["sql"] and f'"accounts_plan"."id" = {plan.pk}' in q["sql"]]
    assert len(read) == 1, read


@pytest.mark.parametrize("slug", sorted(ROOMS))
def test_another_tenant_s_rows_are_nowhere(slug: str, acme: Desk, globex: Desk) -> None:
    room = ROOMS[slug]
    with in_desk(globex):
        foreign = room.rows().first()
        pk = foreign.pk if foreign else 2**40
    alice = acme.client("alice")
    for path in (f"{room.address}/{pk}", f"{room.address}/{pk}/delete"):
        assert alice.get(path).status_code == 404
        assert alice.post(path, {"name": "x"}).status_code == 404


@pytest.mark.parametrize("slug", sorted(ROOMS))
def test_a_list_costs_the_same_however_long_it_is(slug: str, acme: Desk,
                                                  django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    alice = acme.client("alice")
    alice.get(ROOMS[slug].address)
    with django_assert_max_num_queries(12):
        alice.get(ROOMS[slug].address)


def test_the_first_page_names_every_room_to_an_admin_and_some_to_a_manager(acme: Desk) -> None:
    page = acme.client("alice").get("/desk/settings/").content.decode()
    assert all(room.address in page for room in ROOMS.values())
    less = acme.client("mia").get("/desk/settings/").content.decode()
    assert ROOMS["products"].address in less
    assert ROOMS["priorities"].address not in less
    assert acme.client("bob").get("/desk/settings/").status_code == 404


def test_a_change_is_on_record_with_before_and_after(acme: Desk) -> None:
    plan = Plan.objects.get(slug="gold")
    answer = save(acme.client("alice"), f"/desk/settings/plans/{plan.pk}", name="Golden", rights=["phone", "callback"])
    assert answer.status_code == 303
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.actor.name) == ("setting.changed", "Alice")
    assert event.changes == {"name": ["Gold", "Golden"],
                             "rights": ["Phone support", "Callbacks on request, Phone support"]}


def test_saving_without_a_change_is_no_news(acme: Desk) -> None:
    count = AuditEvent.objects.count()
    assert save(acme.client("alice"), f"/desk/settings/plans/{Plan.objects.get(slug='gold').pk}").status_code == 303
    assert AuditEvent.objects.count() == count


def test_two_admins_lose_nothing_to_each_other(acme: Desk) -> None:
    alice, path = acme.client("alice"), f"/desk/settings/plans/{Plan.objects.get(slug='gold').pk}"
    mine = typed(alice, path)
    assert save(alice, path, description="Theirs").status_code == 303
    answer = alice.post(path, {**mine, "description": "Mine"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Saved meanwhile:" in page
    assert "<b>Theirs</b>" in page
    assert ">\nMine</textarea>" in page
    assert Plan.objects.get(slug="gold").description == "Theirs"
    assert alice.post(path, {**mine, "description": "Mine", "seen": seen(answer.content)}).status_code == 303
    assert Plan.objects.get(slug="gold").description == "Mine"


def test_errors_stand_beside_their_field_and_on_top(acme: Desk) -> None:
    answer = acme.client("alice").post("/desk/settings/plans/new", {"name": "Gold"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_name">' in page
    assert 'id="id_name-err"' in page
    assert "Error:" in page.partition("</title>")[0]
    assert Plan.objects.filter(name="Gold").count() == 1


def test_a_priority_s_new_words_leave_policies_and_deadlines_alone(acme: Desk, now: Any) -> None:
    ticket = acme.ticket(at=now, requested_priority=2)
    before = list(SlaClock.objects.filter(ticket=ticket).values_list("metric", "due_at"))
    targets = list(SlaTarget.objects.values_list("id", "limit_amount"))
    row = PriorityLevel.objects.get(rank=2)
    assert save(acme.client("alice"), f"/desk/settings/priorities/{row.pk}", label="Severe").status_code == 303
    assert str(PriorityLevel.objects.get(rank=2)) == "P2 Severe"
    assert list(SlaClock.objects.filter(ticket=ticket).values_list("metric", "due_at")) == before
    assert list(SlaTarget.objects.values_list("id", "limit_amount")) == targets
    assert b"Severe" in acme.client("bob").get(f"/desk/t/{ticket.number}").content


def test_people_read_the_tenant_s_own_words_for_a_priority_everywhere(acme: Desk, now: Any) -> None:
    PriorityLevel.objects.filter(rank=2).update(code="Severe", label="Severe")
    ticket = acme.ticket(at=now, requested_priority=3)
    confirm_priority(ticket, 2, by=acme.member("bob"), at=now, reason="It is worse")
    bob, alice = acme.client("bob"), acme.client("alice")
    told = [event_words(e.kind, e.data) for e in TicketEvent.objects.filter(ticket=ticket, kind__startswith="ticket.priority")]
    assert any("P3 Normal → Severe" in words for words in told), told
    for page in (bob.get(f"/desk/t/{ticket.number}"), alice.get("/desk/settings/sla/policies/gold/versions/1"),
                 alice.get("/desk/settings/advice"), acme.client("carol").get("/sla")):
        assert not re.search(r"\bP2\b", page.content.decode()), page.request["PATH_INFO"]
    rows = b"".join(bob.get("/desk/views/all/export").streaming_content).decode()
    assert ",Severe," in rows


def test_a_product_keeps_its_versions_in_order(acme: Desk) -> None:
    alice = acme.client("alice")
    answer = alice.post("/desk/settings/products/new", {"name": "Gear box", "versions": "2.0\n1.0", "is_active": "on"})
    made = Product.objects.get(name="Gear box")
    assert answer["location"] == f"/desk/settings/products/{made.pk}"
    assert made.slug == "gear-box"
    save(alice, answer["location"], versions="3.0\n2.0")
    assert list(made.versions.order_by("position").values_list("name", flat=True)) == ["3.0", "2.0"]
    assert save(alice, answer["location"], versions="x" * 61).status_code == 422


def test_a_criterion_that_a_rule_asks_for_stays(acme: Desk) -> None:
    alice = acme.client("alice")
    alice.post("/desk/settings/criteria/new", {"text": "Everything is down", "position": "0"})
    question = PriorityQuestion.objects.get()
    alice.post("/desk/settings/advice/new", {"position": "1", "rank": "1", "any_of": [question.key], "reason": "Down"})
    rule = PriorityRule.objects.get()
    assert rule.any_of == [question.key] == ["everything-is-down"]
    path = f"/desk/settings/criteria/{question.pk}"
    assert b"asks for it" in alice.post(f"{path}/delete", follow=True).content
    assert alice.post(f"/desk/settings/advice/{rule.pk}/delete").status_code == 303
    assert alice.post(f"{path}/delete").status_code == 303
    assert not PriorityQuestion.objects.exists()
    assert AuditEvent.objects.filter(action="setting.deleted").count() == 2


def test_a_manager_looks_at_plans_but_can_t_change_them(acme: Desk) -> None:
    path = f"/desk/settings/plans/{Plan.objects.get(slug='gold').pk}"
    mia = acme.client("mia")
    assert b"disabled" in mia.get(path).content
    assert mia.post(path, {"name": "Mine"}).status_code == 404
    assert mia.get("/desk/settings/plans/new").status_code == 404


def test_a_telephone_system_s_key_is_shown_once(acme: Desk) -> None:
    alice = acme.client("alice")
    page = alice.post("/desk/settings/telephone-systems/new", {"name": "Front desk"}).content.decode()
    hook = HookToken.objects.get()
    assert f"/hooks/telephony/{hook.pk}" in page
    assert "sdh_" in page
    path = f"/desk/settings/telephone-systems/{hook.pk}"
    again = alice.get(path).content.decode()
    assert "sdh_" not in again
    assert hook.sealed_secret not in again
    save(alice, path, ended="on")
    assert HookToken.objects.get().revoked_at is not None
    assert list(AuditEvent.objects.filter(object_type="accounts.hooktoken").order_by("id").values_list("action", flat=True)) \
        == ["hook.created", "hook.revoked"]


def test_a_mailbox_address_of_another_tenant_is_refused_without_telling_whose(acme: Desk, globex: Desk) -> None:
    alice = acme.client("alice")
    answer = alice.post("/desk/settings/mailboxes/new", {"address": "support@globex.localhost", "kind": "support"})
    assert answer.status_code == 422
    assert "globex desk" not in answer.content.decode().lower()
    answer = alice.post("/desk/settings/mailboxes/new", {"address": "Help@acme.localhost", "kind": "support"})
    assert (answer.status_code, Mailbox.objects.get(address="help@acme.localhost").state) == (303, "disarmed")


def test_a_custom_field_keeps_its_kind(acme: Desk) -> None:
    alice = acme.client("alice")
    assert alice.post("/desk/settings/fields/new", {"label": "Region", "kind": "choice", "position": 1}).status_code == 422
    alice.post("/desk/settings/fields/new", {"label": "Region", "kind": "choice", "options": "North\nSouth",
                                             "position": 1, "is_active": "on"})
    field = CustomField.objects.get()
    save(alice, f"/desk/settings/fields/{field.pk}", kind="date", options="North")
    field.refresh_from_db()
    assert (field.key, field.kind, field.options) == ("region", "choice", ["North"])


def test_the_desk_s_own_name_shows_at_once_and_leaves_remembered_settings_true(acme: Desk) -> None:
    alice = acme.client("alice")
    assert alice.get("/desk/settings/look").content.count(b"/desk/settings/look/") == 1
    save(alice, f"/desk/settings/look/{acme.tenant.pk}", desk_name="Acme Helpers", time_zone="Europe/Berlin")
    assert b"Acme Helpers" in acme.client("carol").get("/").content
    event = AuditEvent.objects.latest("id")
    assert event.changes == {"desk_name": ["Acme Support", "Acme Helpers"], "time_zone": ["UTC", "Europe/Berlin"]}


def test_quiet_hours_are_set_once(acme: Desk) -> None:
    alice = acme.client("alice")
    assert alice.post("/desk/settings/quiet-hours/new", {"starts": "20:00", "ends": "07:00"}).status_code == 303
    assert alice.post("/desk/settings/quiet-hours/new", {"starts": "21:00", "ends": "07:00"}).status_code == 422


def test_steps_of_escalation_belong_to_drafts(acme: Desk, now: Any) -> None:
    policy = SlaPolicy.objects.get(slug="gold")
    draft, alice = start_draft(policy, by=acme.member("alice"), at=now), acme.client("alice")
    data = {"version": draft.pk, "position": 1, "amount": 50, "after": "share", "action": "tell_managers"}
    assert alice.post("/desk/settings/escalation/new", {**data, "amount": 120}).status_code == 422
    assert alice.post("/desk/settings/escalation/new", {**data, "version": policy.versions.get(number=1).pk}).status_code == 422
    assert alice.post("/desk/settings/escalation/new", data).status_code == 303
    assert draft.steps.get().action == "tell_managers"
    assert str(draft.steps.get()) == "Tell the managers at 50 %"


def test_an_imap_password_is_sealed_for_its_account(acme: Desk) -> None:
    alice, box = acme.client("alice"), Mailbox.objects.get(address="support@acme.localhost")
    data = {"mailbox": box.pk, "host": "imap.acme.example", "port": 993, "security": "tls", "username": "support",
            "folder": "INBOX", "is_active": "on"}
    assert alice.post("/desk/settings/imap/new", data).status_code == 422
    made = alice.post("/desk/settings/imap/new", {**data, "password": " hush "})
    account = ImapAccount.objects.get()
    assert unseal(account.secret, owner=account.seal_owner) == " hush "
    assert b"hush" not in alice.get(made["location"]).content
    assert save(alice, made["location"], port=143).status_code == 303
    assert save(alice, made["location"], host="other.acme.example").status_code == 422
    save(alice, made["location"], host="other.acme.example", password="new")
    account.refresh_from_db()
    assert unseal(account.secret, owner=account.seal_owner) == "new"
    assert not AuditEvent.objects.filter(changes__icontains="hush").exists()


@pytest.mark.parametrize("domain", ["globex.localhost", "mail.globex.localhost", "operate.localhost",
                                    "localhost", "www.localhost", "nobody-yet.localhost"])
def test_nobody_takes_or_sends_mail_at_another_tenant_s_host(domain: str, acme: Desk, globex: Desk) -> None:
    alice = acme.client("alice")
    answer = alice.post("/desk/settings/mailboxes/new", {"address": f"Postmaster@{domain}", "kind": "support"})
    assert (answer.status_code, b"Another tenant" in answer.content) == (422, True)
    answer = save(alice, f"/desk/settings/look/{acme.tenant.pk}", mail_from=f"billing@{domain}")
    assert (answer.status_code, b"Another tenant" in answer.content) == (422, True)


def test_own_hosts_and_own_domains_are_free_for_mail(acme: Desk, globex: Desk) -> None:
    alice, look = acme.client("alice"), f"/desk/settings/look/{acme.tenant.pk}"
    for address in ("billing@acme.localhost", "help@acme.example"):
        assert alice.post("/desk/settings/mailboxes/new", {"address": address, "kind": "support"}).status_code == 303
        assert save(alice, look, mail_from=address).status_code == 303
    type(globex.tenant).objects.filter(pk=globex.tenant.pk).update(mail_from="care@globex.example")
    assert save(alice, look, mail_from="care@globex.example").status_code == 422
