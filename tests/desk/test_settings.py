from __future__ import annotations

import pytest
from django.contrib.admin.sites import AdminSite

from accounts.models import AuditEvent, HookToken, Organization, Plan
from sla.models import CalendarWindow, SlaTarget
from supportdesk.tenant_admin import site
from tests.factories.desk import Desk, in_desk


def _paths(admin: AdminSite) -> list[str]:
    return [f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin._registry]


@pytest.mark.parametrize("path", _paths(site))
def test_each_table_opens_for_the_tenant_s_admin_only(path: str, acme: Desk, globex: Desk) -> None:
    assert acme.client("alice").get(path).status_code == 200
    assert acme.client("mia").get(path).status_code == 404
    assert acme.client("carol").get(path).status_code == 404
    assert acme.client(None).get(path).status_code == 302


def test_lists_and_rows_are_the_tenant_s_own(acme: Desk, globex: Desk) -> None:
    with in_desk(globex):
        foreign = Organization.objects.create(name="Foreign canary", created_at=globex.tenant.created_at)
    alice = acme.client("alice")
    assert b"Foreign canary" not in alice.get("/admin/accounts/organization/").content
    assert alice.get(f"/admin/accounts/organization/{foreign.pk}/change/").status_code == 302
    assert b"Foreign canary" not in alice.get("/admin/accounts/project/add/").content


def test_a_change_is_on_record(acme: Desk) -> None:
    plan = Plan.objects.get(slug="gold")
    answer = acme.client("alice").post(f"/admin/accounts/plan/{plan.pk}/change/", {
        "name": "Golden", "slug": "gold", "description": "", "is_paid": "on"})
    assert answer.status_code == 302
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.changes["name"], event.actor.name) == ("setting.changed", ["Gold", "Golden"], "Alice")


def test_new_rows_land_in_the_tenant(acme: Desk) -> None:
    acme.client("alice").post("/admin/accounts/team/add/", {"name": "Night shift"})
    assert acme.member("alice").tenant.pk == type(Plan.objects.first()).objects.first().tenant_id
    assert b"Night shift" in acme.client("alice").get("/admin/accounts/team/").content


def test_a_published_policy_can_t_be_edited(acme: Desk) -> None:
    target = SlaTarget.objects.first()
    answer = acme.client("alice").post(f"/admin/sla/slatarget/{target.pk}/change/", {"limit_amount": 1})
    assert answer.status_code == 403


def test_hours_change_on_their_own_pages_only(acme: Desk) -> None:
    window = CalendarWindow.objects.filter(calendar__slug="office").first()
    answer = acme.client("alice").post(f"/admin/sla/calendarwindow/{window.pk}/change/", {"start_minute": 480})
    assert answer.status_code == 403


def test_a_telephone_system_s_key_is_shown_once(acme: Desk) -> None:
    alice = acme.client("alice")
    page = alice.post("/admin/accounts/hooktoken/add/", {"name": "Front desk"}, follow=True).content.decode()
    hook = HookToken.objects.get()
    assert f"/hooks/telephony/{hook.pk}" in page
    assert "sdh_" in page
    again = alice.get(f"/admin/accounts/hooktoken/{hook.pk}/change/").content.decode()
    assert "sdh_" not in again
    assert hook.sealed_secret not in again
