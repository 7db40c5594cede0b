from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from redis import Redis

from accounts.models import AuditEvent, User
from desk.colleagues import colleagues_at, presence_key
from desk.keys import ACTIONS, checked_keys
from knowledge.models import DocSet
from tests.factories.desk import Desk
from tests.factories.docs import make_article
from toolkit.errors import DomainError


def _map(desk: Desk, who: str = "bob") -> list[dict[str, str]]:
    page = desk.client(who).get("/desk/views/all").content.decode()
    found = re.search(r'data-keymap="([^"]*)"', page)
    assert found
    return json.loads(html.unescape(found[1]))  # type: ignore[no-any-return]


def test_the_whole_map_is_told_to_the_page_and_on_the_help(acme: Desk) -> None:
    first, second = _map(acme)
    assert {"?", "/", "j", "k", "x", "a", "i", "s", "p", "t", "m", "r", "n", "c", "f", "u", "z", "e", "E", "g"} <= set(first)
    assert set(second) == {"q", "m", "o", "p", "r"}
    part = acme.client("bob").get("/desk/me/keys", headers={"HX-Request": "true", "HX-Target": "keys-help"}).content
    assert b"<html" not in part
    for action in ACTIONS:
        assert str(action.words) in html.unescape(part.decode())


def test_keys_are_changed_kept_and_taken_back(acme: Desk) -> None:
    bob = acme.client("bob")
    usual = {a.name: a.key for a in ACTIONS}
    bob.post("/desk/me/keys", usual | {"next": "n", "note": "j", "shortcuts": "yes"})
    assert _map(acme)[0]["n"] == "next"
    assert _map(acme)[0]["j"] == "note"
    assert _map(acme, "mia")[0]["j"] == "next"
    assert AuditEvent.objects.filter(action="preferences.changed").exists()
    bob.post("/desk/me/keys", usual | {"usual": "yes", "shortcuts": "yes"})
    assert _map(acme)[0]["j"] == "next"


def test_single_keys_are_turned_off(acme: Desk) -> None:
    bob = acme.client("bob")
    bob.post("/desk/me/keys", {a.name: a.key for a in ACTIONS})
    assert not User.objects.get(email=acme.email("bob")).shortcuts
    assert b'data-shortcuts="off"' in bob.get("/desk/views/all").content
    assert b'data-shortcuts="off"' not in acme.client("mia").get("/desk/views/all").content


def test_a_key_can_t_mean_two_things_in_one_place(acme: Desk) -> None:
    with pytest.raises(DomainError, match="can’t mean both"):
        checked_keys({"next": "k"})
    with pytest.raises(DomainError, match="Choose one key"):
        checked_keys({"next": ""})
    assert checked_keys({"next": "w"}) == {"next": "w"}
    answer = acme.client("bob").post("/desk/me/keys", {"next": "k"})
    assert answer.status_code == 422
    assert b"can\xe2\x80\x99t mean both" in answer.content
    assert b'id="k-next" name="next" value="k"' in answer.content


def test_the_palette_finds_numbers_words_customers_views_and_commands(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, subject="The pump stops")
    bob = acme.client("bob")
    assert f'href="/desk/t/{ticket.number}"' in bob.get(f"/desk/palette?q=%23{ticket.number}").content.decode()
    found = bob.get("/desk/palette?q=pump").content.decode()
    assert "The pump stops" in found
    assert "Search all tickets for “pump”" in html.unescape(found)
    assert "Customer: Other" in bob.get("/desk/palette?q=oth").content.decode()
    assert "View: Queue" in bob.get("/desk/palette?q=view+qu").content.decode()
    assert "Go to my tickets" in bob.get("/desk/palette?q=my").content.decode()
    assert "Settings" not in bob.get("/desk/palette?q=sett").content.decode().split("palette-q")[0].split("<main")[1]
    assert bob.get("/desk/palette?q=%00%27").status_code == 200
    docs = DocSet.objects.create(name="Guide", slug="guide", created_at=now)
    make_article(docs, "Priming the valve", "Turn it.", at=now)
    assert "Docs: Priming the valve" in bob.get("/desk/palette?q=priming").content.decode()
    part = bob.get("/desk/palette?q=assign&chosen=2", headers={"HX-Request": "true", "HX-Target": "palette-list"}).content
    assert part.strip().startswith(b'<div id="palette-list" role="listbox"')
    assert b"Assign 2 tickets to me" in part
    assert b'data-press="take"' in part


def test_the_palette_shows_a_receptionist_and_a_stranger_only_theirs(acme: Desk, globex: Desk, now: datetime) -> None:
    acme.ticket(at=now, subject="canary pump")
    assert b"canary pump" in acme.client("bob").get("/desk/palette?q=canary").content
    assert b"canary pump" not in globex.client("bob").get("/desk/palette?q=canary").content
    assert acme.client("carol").get("/desk/palette?q=pump").status_code == 404
    assert b"/desk/bulk/last" not in acme.client("rita").get("/desk/palette").content


def test_colleagues_at_tickets_are_named_in_the_rows(acme: Desk, now: datetime) -> None:
    redis, at = Redis.from_url(settings.REDIS_URL), datetime.now(UTC)
    ticket, mia, bob = acme.ticket(at=now), acme.member("mia"), acme.member("bob")
    key = presence_key(acme.tenant.pk, ticket.number)
    redis.hset(key, str(mia.person.pk), json.dumps(["Mia Lind", "writing", at.timestamp(), at.timestamp()]))
    redis.hset(key, str(bob.person.pk), json.dumps(["Bob", "viewing", at.timestamp(), at.timestamp()]))
    redis.hset(key, "999", json.dumps(["Old", "viewing", 0, (at - timedelta(minutes=2)).timestamp()]))
    redis.hset(key, "998", b"nonsense")
    try:
        assert colleagues_at(bob, [ticket.number, 77], at)[ticket.number].words == "Mia is replying"
        part = acme.client("bob").get(f"/desk/presence?numbers={ticket.number},77,x", headers={
            "HX-Request": "true", "HX-Target": "presence"}).content.decode()
        assert f'<span id="p-{ticket.number}" hx-swap-oob="true" class="seen">' in part
        assert "Mia is replying" in part
        assert '<span id="p-77" hx-swap-oob="true"></span>' in part
        assert b"Mia is replying" in acme.client("alice").get("/desk/presence").content
    finally:
        redis.delete(key)


def test_without_redis_nobody_is_anywhere_and_the_page_stands(acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Redis:
        return Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.1)

    monkeypatch.setattr("toolkit.queue._redis", away)
    assert colleagues_at(acme.member("bob"), [1], now) == {}
    assert acme.client("bob").get("/desk/presence?numbers=1").status_code == 200
