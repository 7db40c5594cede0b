from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEvent, HookToken, PersonAddress
from accounts.services.hooks import create_hook, revoke_hook
from tests.factories.desk import Desk, in_desk
from tickets.models import Call


def tell(desk: Desk, hook: HookToken, secret: str, event: str = "call.started", *, call_id: str = "c1",
         age: int = 0, signature: str = "", body: bytes | None = None, **call: Any) -> Any:
    """One request of a telephone system."""
    data = {"event": event, "call": {"id": call_id, "direction": "inbound", "from": "+49 30 555010", **call}}
    raw = json.dumps(data).encode() if body is None else body
    stamp = str(int(time.time()) - age)
    good = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    client = Client(headers={"host": desk.host}, enforce_csrf_checks=True)
    return client.post(f"/hooks/telephony/{hook.pk}", raw, content_type="application/json",
                       headers={"X-Timestamp": stamp, "X-Signature": signature or good})


@pytest.fixture
def line(acme: Desk, now: Any) -> tuple[HookToken, str]:
    """acme's telephone system."""
    return create_hook(name="Front desk", by=acme.member("alice").person, at=now)


def test_the_secret_is_not_kept_in_the_clear_and_its_making_is_on_record(line: tuple[HookToken, str]) -> None:
    hook, secret = line
    assert secret not in HookToken.objects.get(pk=hook.pk).sealed_secret
    assert AuditEvent.objects.filter(action="hook.created", object_id=hook.pk).exists()


def test_a_call_is_kept_once_through_its_three_events_in_any_order(acme: Desk, line: tuple[HookToken, str]) -> None:
    for event in ("call.ended", "call.started", "call.answered", "call.started", "call.ended"):
        answer = tell(acme, *line, event)
        assert answer.status_code == 200
    call = Call.objects.get()
    assert (call.number, call.state, answer.json()) == ("+4930555010", "ended", {"call": "c1", "state": "ended"})


def test_the_caller_is_known_by_a_number_that_is_one_person_s(acme: Desk, line: tuple[HookToken, str]) -> None:
    carol = acme.member("carol").person
    PersonAddress.objects.create(person=carol, kind="phone", value="+4930555010")
    tell(acme, *line)
    call = Call.objects.get()
    assert (call.person, call.organization.name) == (carol, "Customer")
    PersonAddress.objects.create(person=acme.member("sue").person, kind="phone", value="+4930555010")
    tell(acme, *line, call_id="c2")
    assert Call.objects.get(external_id="c2").person is None


def test_a_number_without_country_code_is_read_as_the_tenant_s(acme: Desk, line: tuple[HookToken, str]) -> None:
    type(acme.tenant).objects.filter(pk=acme.tenant.pk).update(phone="+49 30 1234567")
    tell(acme, *line, **{"from": "030 555010"})
    assert Call.objects.get().number == "+4930555010"


def test_the_agent_who_answers_is_noted(acme: Desk, line: tuple[HookToken, str]) -> None:
    tell(acme, *line, "call.answered", agent=acme.email("rita"))
    assert Call.objects.get().agent.person.name == "Rita"


@pytest.mark.parametrize(("how", "status"), [
    ({"signature": "0" * 64}, 401), ({"signature": "ü"}, 401), ({"age": 301}, 401), ({"age": -301}, 401),
    ({"body": b"nonsense"}, 422), ({"body": b"[]"}, 422), ({"body": b'{"event": "call.sung", "call": {}}'}, 422),
    ({"call_id": ""}, 422), ({"call_id": "x" * 200}, 422), ({"direction": "sideways"}, 422)])
def test_what_isn_t_right_is_refused_and_leaves_nothing(acme: Desk, line: tuple[HookToken, str], how: dict,
                                                        status: int) -> None:
    assert tell(acme, *line, **how).status_code == status
    assert not Call.objects.exists()


def test_the_same_name_for_another_number_is_a_conflict(acme: Desk, line: tuple[HookToken, str]) -> None:
    tell(acme, *line)
    assert tell(acme, *line, **{"from": "+49 30 999999"}).status_code == 409


def test_a_revoked_key_and_another_tenant_s_open_nothing(acme: Desk, globex: Desk, line: tuple[HookToken, str],
                                                         now: Any) -> None:
    hook, secret = line
    assert tell(globex, hook, secret).status_code == 404
    with in_desk(globex):
        assert not Call.objects.exists()
    revoke_hook(hook, by=None, at=now)
    assert tell(acme, hook, secret).status_code == 404
    assert not Call.objects.exists()


def test_the_command_makes_a_key_that_works_and_ends_it(acme: Desk) -> None:
    out = io.StringIO()
    call_command("telephony_token", "acme", name="Front desk", stdout=out)
    address, secret = (text.partition(": ")[2] for text in out.getvalue().splitlines())
    hook = HookToken.objects.get()
    assert address == f"/hooks/telephony/{hook.pk}"
    assert tell(acme, hook, secret).status_code == 200
    call_command("telephony_token", "acme", revoke=hook.pk, stdout=out)
    assert tell(acme, hook, secret).status_code == 404
