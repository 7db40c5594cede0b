from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.enums import MembershipRole
from accounts.errors import LinkError
from accounts.models import AuditEvent, Invitation, Membership, OrganizationDomain, Person, PersonAddress, User
from accounts.services.invitations import accept, begin_sign_up, invite
from notifications.mailstore import mail_path
from notifications.models import OutboxMessage
from notifications.rendering import render_mail, render_words
from tests.factories.desk import Desk, in_desk
from tickets.models import TicketCc

STRONG = "a long sentence about pumps"


@pytest.fixture(autouse=True)
def _manager(acme: Desk) -> None:
    cache.clear()
    Membership.objects.filter(person__name="Carol").update(role=MembershipRole.MANAGER)
    OrganizationDomain.objects.filter(domain="customer.acme.example").update(is_verified=True)


def _mail(desk: Desk, to: str) -> str:
    row = OutboxMessage.objects.filter(template="account", to_address=to).latest("id")
    return render_words(row, desk.tenant, now=datetime.now(UTC))[1]


def _path(text: str) -> str:
    found = re.search(r"(/join/\S+)", text)
    assert found, text
    return found[1]


def _invite(desk: Desk, email: str, **extra: str) -> str:
    answer = desk.client("carol").post("/people", {
        "email": email, "role": "member", "organization": Membership.objects.get(person__name="Carol").organization_id,
        **extra})
    assert answer.status_code == 303, answer.content.decode()
    return _path(_mail(desk, email.lower()))


def test_an_invited_colleague_comes_in_with_name_and_password(acme: Desk) -> None:
    path = _invite(acme, "Kim@customer.acme.example", role="viewer")
    visitor = acme.client(None)
    assert "kim@customer.acme.example" in visitor.get(path).content.decode()
    done = visitor.post(path, {"name": "Kim Doe", "password": STRONG})
    assert (done.status_code, done["location"]) == (303, "/")
    assert "Kim Doe" in visitor.get("/").content.decode()
    kim = Person.objects.get(name="Kim Doe")
    assert Membership.objects.get(person=kim).role == "viewer"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"person.invited", "person.came_in"} <= actions
    assert acme.client(None).post(path, {"name": "Eve", "password": STRONG}).status_code == 410
    fresh = acme.client(None)
    fresh.post("/account/login/", {"login": "kim@customer.acme.example", "password": STRONG})
    assert "Kim Doe" in fresh.get("/").content.decode()


@pytest.mark.parametrize(("password", "words"), [
    ("short", "too short"), ("password1234", "too common"), ("kim@customer.acme.example", "too similar"), ("", "Choose a password")])
def test_a_weak_password_is_refused_and_the_link_stays_good(acme: Desk, password: str, words: str) -> None:
    path = _invite(acme, "kim@customer.acme.example")
    answer = acme.client(None).post(path, {"name": "Kim Doe", "password": password})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="Kim Doe"' in answer.content.decode()
    assert acme.client(None).get(path).status_code == 200


def test_the_secret_is_stored_as_a_hash_and_the_mail_sealed(acme: Desk) -> None:
    secret = _invite(acme, "kim@customer.acme.example").removeprefix("/join/")
    assert not Invitation.objects.filter(digest=secret).exists()
    row = OutboxMessage.objects.get(template="account")
    assert secret not in str(row.context)
    assert row.person_id is None


def test_an_admin_reads_no_account_mail_outside_of_a_trial(acme: Desk) -> None:
    path = _invite(acme, "kim@customer.acme.example")
    row = OutboxMessage.objects.get(template="account")
    mail = render_mail(row, acme.tenant, now=datetime.now(UTC))
    where = mail_path(acme.tenant.slug, row.message_id)
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_bytes(mail.message().as_bytes())
    with override_settings(LOCAL=False):
        page = acme.client("alice").get(f"/desk/mail/{row.pk}", secure=True).content.decode()
    assert "for its reader alone" in page
    assert path not in page


def test_a_link_has_an_end_and_a_newer_one_replaces_it(acme: Desk, now: datetime) -> None:
    carol, place = acme.member("carol"), Membership.objects.get(person__name="Vic").organization
    _row, old = invite(place, email="kim@x.example", role=MembershipRole.MEMBER, by=carol, at=now)
    _row, new = invite(place, email="kim@x.example", role=MembershipRole.MEMBER, by=carol, at=now)
    with pytest.raises(LinkError):
        accept(old, name="Kim", password=STRONG, at=now)
    with pytest.raises(LinkError):
        accept(new, name="Kim", password=STRONG, at=now + timedelta(days=7))
    accept(new, name="Kim", password=STRONG, at=now + timedelta(days=6))


def test_a_withdrawn_link_opens_nothing(acme: Desk) -> None:
    path = _invite(acme, "kim@x.example")
    acme.client("carol").post(f"/people/invitations/{Invitation.objects.get().pk}/withdraw")
    assert acme.client(None).get(path).status_code == 410


def test_a_link_opens_nothing_at_another_tenant(acme: Desk, globex: Desk) -> None:
    path = _invite(acme, "kim@x.example")
    assert globex.client(None).get(path).status_code == 410
    assert globex.client(None).post(path, {"name": "Eve", "password": STRONG}).status_code == 410


def test_who_signs_in_here_already_just_joins(acme: Desk) -> None:
    before = User.objects.get(email=acme.email("sue")).password
    path = _invite(acme, acme.email("sue"))
    visitor = acme.client(None)
    assert "Join with it?" in visitor.get(path).content.decode()
    visitor.post(path)
    assert Membership.objects.filter(person__name="Sue").count() == 2
    assert User.objects.get(email=acme.email("sue")).password == before
    assert "_auth_user_id" not in visitor.session  # a link is no key to a login that has a password


@pytest.mark.parametrize(("email", "words"), [
    ("vic@customer.acme.example", "belongs to the organization already"), ("bob@desk.acme.example", "own staff"),
    ("nonsense", "whole address"), ("", "Write the address")])
def test_an_invitation_that_makes_no_sense_is_refused(acme: Desk, email: str, words: str) -> None:
    place = Membership.objects.get(person__name="Vic").organization_id
    answer = acme.client("carol").post("/people", {"email": email, "role": "member", "organization": place})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OutboxMessage.objects.exists()


def test_a_manager_invites_only_to_their_own_organization(acme: Desk) -> None:
    other = Membership.objects.get(person__name="Sue").organization_id
    answer = acme.client("carol").post("/people", {"email": "kim@x.example", "role": "member", "organization": other})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_only_managers_have_the_page(acme: Desk) -> None:
    assert acme.client("carol").get("/people").status_code == 200
    for who in ("vic", "sue", "finn"):
        assert acme.client(who).get("/people").status_code == 404
        assert b'href="/people"' not in acme.client(who).get("/").content


def test_a_manager_changes_roles_and_deactivates(acme: Desk) -> None:
    carol, place = acme.client("carol"), Membership.objects.get(person__name="Vic")
    carol.post(f"/people/{place.pk}/role", {"role": "member"})
    assert Membership.objects.get(pk=place.pk).role == "member"
    assert b"Remove Vic?" in carol.get(f"/people/{place.pk}/end").content
    vic = acme.client("vic")
    assert vic.get("/").status_code == 200
    carol.post(f"/people/{place.pk}/end")
    assert vic.get("/").status_code == 302  # at once, in the session that was open
    assert b"Sign in to" in vic.get("/", follow=True).content
    events = {e.action: e.changes for e in AuditEvent.objects.filter(object_label="Vic")}
    assert events["membership.role_changed"]["role"] == ["viewer", "member"]
    assert events["membership.ended"]["is_active"] == [True, False]


def test_whom_a_manager_removed_they_invite_again(acme: Desk) -> None:
    carol, place = acme.client("carol"), Membership.objects.get(person__name="Vic")
    carol.post(f"/people/{place.pk}/end")
    path = _invite(acme, acme.email("vic"))
    assert acme.client(None).get(path).status_code == 200
    carol.post(f"/people/invitations/{Invitation.objects.latest('id').pk}/withdraw")
    assert acme.client(None).get(path).status_code == 410


def test_whom_the_desk_let_go_only_the_desk_invites_again(acme: Desk) -> None:
    place, mia = Membership.objects.get(person__name="Vic"), acme.client("mia")
    customer = place.organization_id
    mia.post(f"/desk/settings/members/{place.pk}/end")
    wanted = {"email": acme.email("vic"), "role": "member", "organization": customer}
    refused = acme.client("carol").post("/people", wanted)
    assert (refused.status_code, "The desk ended this person’s access" in refused.content.decode()) == (422, True)
    assert not Invitation.objects.exists()
    assert mia.post(f"/desk/settings/customers/{customer}/people", wanted).status_code == 303
    assert acme.client(None).get(_path(_mail(acme, acme.email("vic")))).status_code == 200
    assert acme.client("carol").post("/people", wanted).status_code == 303


def test_a_link_that_waits_opens_nothing_once_its_owner_is_removed(acme: Desk) -> None:
    place = Membership.objects.get(person__name="Vic")
    Membership.objects.filter(pk=place.pk).delete()
    path = _invite(acme, acme.email("vic"))
    Membership.objects.create(person=place.person, organization=place.organization, role="member")
    place = Membership.objects.get(person__name="Vic")
    acme.client("mia").post(f"/desk/settings/members/{place.pk}/end")
    assert acme.client(None).get(path).status_code == 410


def test_who_belongs_elsewhere_too_keeps_their_login(acme: Desk) -> None:
    vic, sue = Membership.objects.get(person__name="Vic"), Membership.objects.get(person__name="Sue")
    Membership.objects.create(person=vic.person, organization=sue.organization)
    ticket = acme.ticket(at=datetime.now(UTC))
    TicketCc.objects.create(ticket=ticket, person=vic.person)
    acme.client("carol").post(f"/people/{vic.pk}/end")
    assert Person.objects.get(name="Vic").is_active
    assert [m.organization_id for m in Membership.objects.filter(person=vic.person)] == [sue.organization_id]
    assert acme.client("vic").get("/").status_code == 200
    assert acme.client("vic").get(f"/tickets/{ticket.number}").status_code == 404
    assert ticket.events.get(kind="ticket.cc_changed").data == {"removed": vic.person_id}


@pytest.mark.parametrize("deed", ["role", "end"])
def test_a_manager_can_t_change_their_own_place_nor_one_elsewhere(acme: Desk, globex: Desk, deed: str) -> None:
    own, sue = Membership.objects.get(person__name="Carol"), Membership.objects.get(person__name="Sue")
    carol = acme.client("carol")
    answer = carol.post(f"/people/{own.pk}/{deed}", {"role": "viewer"}, follow=True)
    assert "Another manager has to change your own place" in answer.content.decode()
    assert Membership.objects.get(pk=own.pk).role == "manager"
    assert carol.post(f"/people/{sue.pk}/{deed}", {"role": "viewer"}).status_code == 404
    with in_desk(globex):
        Membership.objects.filter(person__name="Carol").update(role=MembershipRole.MANAGER)
    assert globex.client("carol").post(f"/people/{sue.pk}/{deed}", {"role": "viewer"}).status_code == 404


def test_the_list_of_people_costs_the_same_however_long_it_is(acme: Desk, now: datetime) -> None:
    client, place = acme.client("carol"), Membership.objects.get(person__name="Vic").organization

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/people").status_code == 200
        return len(seen)

    queries()
    few = queries()
    for number in range(6):
        person = Person.objects.create(name=f"Person {number}", created_at=now)
        PersonAddress.objects.create(person=person, kind="email", value=f"p{number}@x.example")
        Membership.objects.create(person=person, organization=place)
    assert queries() == few
    assert few <= 14


def _ask(desk: Desk, email: str) -> str:
    answer = desk.client(None).post("/account/signup/", {"email": email}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def test_the_notice_says_the_same_to_everybody(acme: Desk) -> None:
    PersonAddress.objects.filter(person__name="Vic").update(value="vic@elsewhere.example")
    addresses = ["new@customer.acme.example", "eve@nowhere.example", acme.email("carol"), acme.email("bob"), "vic@elsewhere.example"]
    assert len({_ask(acme, address) for address in addresses}) == 1
    assert OutboxMessage.objects.filter(template="account").count() == len(addresses)
    assert Invitation.objects.count() == 1
    assert "don’t know the address" in _mail(acme, "eve@nowhere.example")


def test_signing_up_with_the_official_address(acme: Desk) -> None:
    _ask(acme, "New@Customer.acme.example")
    path = _path(_mail(acme, "new@customer.acme.example"))
    visitor = acme.client(None)
    visitor.post(path, {"name": "Newly Come", "password": STRONG})
    assert visitor.get("/tickets/new").status_code == 200
    place = Membership.objects.get(person__name="Newly Come")
    assert (place.organization.name, place.role) == ("Customer", "member")
    assert acme.client(None).get(path).status_code == 410


def test_a_domain_that_nobody_verified_lets_nobody_in(acme: Desk, now: datetime) -> None:
    OrganizationDomain.objects.update(is_verified=False)
    assert begin_sign_up("new@customer.acme.example", at=now) is None


def test_who_was_let_go_gets_no_new_login(acme: Desk, now: datetime) -> None:
    Person.objects.filter(name="Vic").update(user=None, is_active=False)
    assert begin_sign_up(acme.email("vic"), at=now) is None


def test_who_wrote_by_mail_before_keeps_their_tickets(acme: Desk, now: datetime) -> None:
    Person.objects.filter(name="Vic").update(user=None)
    User.objects.filter(email=acme.email("vic")).delete()
    secret = begin_sign_up(acme.email("vic"), at=now)
    assert secret
    person = accept(secret, name="Victor", password=STRONG, at=now)
    assert person.pk == acme.member("vic").person.pk
    assert Membership.objects.get(person=person).role == "viewer"  # signing up changes no role


@override_settings(ACCOUNT_RATE_LIMITS={"signup": "6/m/ip,2/10m/key"})
def test_sign_up_is_limited_by_address_and_by_place(acme: Desk) -> None:
    client = acme.client(None)

    def ask(email: str) -> int:
        return int(client.post("/account/signup/", {"email": email}).status_code)

    assert [ask("new@customer.acme.example") for _ in range(3)] == [303, 303, 429]
    assert [ask("eve@nowhere.example") for _ in range(3)] == [303, 303, 429]  # the same for one whom we don't know
    assert ask("adam@nowhere.example") == 429


def test_a_password_reset_goes_through_the_outbox(acme: Desk) -> None:
    acme.client(None).post("/account/password/reset/", {"email": acme.email("carol")})
    text = _mail(acme, acme.email("carol"))
    assert "/account/password/reset/key/" in text
    assert "Acme Support" in text
    acme.client(None).post("/account/password/reset/", {"email": "eve@nowhere.example"})
    assert "There is no login" in _mail(acme, "eve@nowhere.example")


def test_no_password_is_reset_for_whom_nobody_knows_here(acme: Desk, globex: Desk) -> None:
    """A login of another tenant gets the same mail as no login at all: who reads the outbox's subjects learns nothing."""
    with in_desk(globex):
        theirs = globex.email("carol")
    for email in (theirs, "eve@nowhere.example"):
        acme.client(None).post("/account/password/reset/", {"email": email})
        assert "There is no login" in _mail(acme, email)
    assert OutboxMessage.objects.filter(template="account").values("context__subject").distinct().count() == 1


def test_the_link_of_a_reset_is_at_the_tenant_s_own_address_and_works_once(acme: Desk) -> None:
    acme.client(None).post("/account/password/reset/", {"email": acme.email("carol")}, headers={"host": f"{acme.host}:4444"})
    text = _mail(acme, acme.email("carol"))
    assert "4444" not in text
    path = re.search(r"/account/password/reset/key/\S+", text)
    assert path
    visitor = acme.client(None)
    form = visitor.get(path[0], follow=True)
    done = visitor.post(form.request["PATH_INFO"], {"password1": STRONG, "password2": STRONG})
    assert done.status_code == 302
    assert User.objects.get(email=acme.email("carol")).check_password(STRONG)
    assert "was used already" in acme.client(None).get(path[0]).content.decode()


def test_a_link_asked_for_before_somebody_was_let_go_lets_nobody_in(acme: Desk, now: datetime) -> None:
    Person.objects.filter(name="Vic").update(user=None)
    secret = begin_sign_up(acme.email("vic"), at=now)
    Person.objects.filter(name="Vic").update(is_active=False)
    with pytest.raises(LinkError):
        accept(secret or "", name="Vic", password=STRONG, at=now)
