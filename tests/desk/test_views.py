from __future__ import annotations

from datetime import datetime

from accounts.models import ApiToken, AuditEvent
from tests.factories.desk import Desk
from tickets.models import SavedView


def test_an_agent_keeps_the_queue_s_filters_under_a_name(acme: Desk, now: datetime) -> None:
    bob = acme.client("bob")
    answer = bob.post("/desk/views/save", {"name": "My urgent", "query": "priority=1&assignee=me&sort=updated&x=1"})
    assert answer["location"] == "/desk/views/my-urgent"
    view = SavedView.objects.get(slug="my-urgent")
    assert (view.filters, view.sort) == ({"priority": ["1"], "assignee": ["me"]}, "updated")
    assert AuditEvent.objects.filter(action="view.saved", object_id=view.pk).exists()
    assert b"My urgent" in bob.get("/desk/views/queue").content
    assert b"My urgent" not in acme.client("mia").get("/desk/views/queue").content
    assert acme.client("mia").get("/desk/views/my-urgent").status_code == 404
    bob.post("/desk/views/my-urgent/delete")
    assert bob.get("/desk/views/my-urgent").status_code == 404


def test_two_views_of_one_name_have_two_addresses(acme: Desk) -> None:
    for _ in range(2):
        acme.client("mia").post("/desk/views/save", {"name": "Night", "query": "", "shared": "yes"})
    assert set(SavedView.objects.values_list("slug", flat=True)) >= {"night", "night-2"}


def test_only_managers_share_and_take_shared_views_away(acme: Desk) -> None:
    bob = acme.client("bob")
    bob.post("/desk/views/save", {"name": "For all", "query": "", "shared": "yes"})
    bob.post("/desk/views/queue/delete")
    assert set(SavedView.objects.values_list("slug", flat=True)) == {"queue"}
    assert b"Only managers" in bob.get("/desk/views/queue").content
    acme.client("mia").post("/desk/views/queue/delete")
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_refused_in_words(acme: Desk) -> None:
    bob = acme.client("bob")
    bob.post("/desk/views/save", {"name": " ", "query": ""})
    assert b"Give the view a name" in bob.get("/desk/views/queue").content


def test_a_token_is_shown_once_and_works_until_it_is_ended(acme: Desk) -> None:
    bob = acme.client("bob")
    answer = bob.post("/desk/tokens", {"name": "Deploy script", "scopes": ["tickets:read"], "days": "30"})
    token = ApiToken.objects.get()
    secret = answer.content.decode().split('secret">')[1].split("<")[0]
    assert token.expires_at is not None
    assert secret not in bob.get("/desk/tokens").content.decode()
    api = acme.client(None)
    header = {"authorization": f"Bearer {secret}", "host": acme.host}
    assert api.get("/api/v1/tickets", headers=header).status_code == 200
    assert b"Deploy script" not in acme.client("mia").get("/desk/tokens").content
    assert b"Deploy script" in acme.client("alice").get("/desk/tokens").content
    assert acme.client("mia").post(f"/desk/tokens/{token.pk}/revoke").status_code == 404
    bob.post(f"/desk/tokens/{token.pk}/revoke")
    assert api.get("/api/v1/tickets", headers=header).status_code == 401


def test_a_token_form_without_scopes_says_so_and_keeps_its_words(acme: Desk) -> None:
    answer = acme.client("bob").post("/desk/tokens", {"name": "Deploy script", "days": "30"})
    assert answer.status_code == 422
    assert b"Choose at least one" in answer.content
    assert b'value="Deploy script"' in answer.content
