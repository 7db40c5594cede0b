"""Every address of the product as a page and as a part of one; and none is forgotten among the pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import get_resolver, resolve, reverse

from screens.listing import SCREENS
from tests.architecture.test_tenancy import CASES, _names, _world
from tests.factories.desk import Desk

# What answers a GET with HTML and is no screen of its own: the page that it is a part of is on the list.
FILES = {"portal:logo"}  # a picture by the name of its content
PARTS = {"desk:ticket-presence": "a line of the workspace", "desk:inbox-bell": "a mark in the frame"}
_PLACES = {"portal:join": {"secret": "used-up"}, "desk:view": {"slug": "queue"},
           "desk:setting-list": {"room": "teams"}, "desk:setting-new": {"room": "teams"},
           **{f"desk:mail-template{part}": {"kind": "ticket_received", "language": "en"} for part in ("", "-preview", "-reset")},
           "account_reset_password_from_key": {"uidb36": "1", "key": "bad"}}

_PLACES |= {f"desk:setting-{part}": {"room": "plans"} for part in ("list", "new")}
_PLACES |= {f"desk:mail-template{part}": {"kind": "ticket_received", "language": "en"} for part in ("", "-preview", "-reset")}

_QUERIES = {"desk:bulk": "?do=tag&view=all&sel=1"}


@dataclass
class Walked:
    """An address and what it answers to who may see it."""

    name: str
    path: str
    client: Client
    answer: Any

    @property
    def is_page(self) -> bool:
        """HTML, and neither refused (a write) nor sent elsewhere."""
        return self.answer.status_code in {200, 410} and self.answer["Content-Type"].startswith("text/html")

    @property
    def parts(self) -> list[str]:
        """The inline partials of its template: what htmx may ask it for."""
        return re.findall(r"{% partialdef ([\w-]+)", Path(self.answer.templates[0].origin.name).read_text(encoding="utf-8"))

    def get(self, **headers: str) -> Any:
        """It again, with these headers."""
        return self.client.get(self.path, headers=headers)


def _who(name: str) -> str:
    if name in CASES:
        return CASES[name].who
    return "carol" if name.startswith("portal:") else "alice"


def walk(desk: Desk, now: datetime) -> Iterator[Walked]:
    """Each address of desk, portal and account that answers a GET."""
    ids, clients = _world(desk, now), {}
    for name in sorted(_names(get_resolver())):
        if not name.startswith(("desk:", "portal:", "account_")) or name in FILES:
            continue
        path = CASES[name].path(ids) if name in CASES else reverse(name, kwargs=_PLACES.get(name)) + _QUERIES.get(name, "")
        who = "" if name.startswith("account_") or name == "portal:join" else _who(name)
        client = clients.setdefault(who, desk.client(who or None))
        answer = client.get(path)
        assert answer.status_code in {200, 302, 303, 405, 410}, (name, answer.status_code)
        yield Walked(name, path, client, answer)


def _is_whole(answer: Any) -> bool:
    assert "HX-Request" in answer["Vary"]
    assert answer["Cache-Control"] == "no-store"
    return b"<!doctype html>" in answer.content.lower()


def _check(one: Walked) -> int:
    """A page is whole, but for a part that htmx asks for by its name. Returns how many parts it gives alone."""
    assert _is_whole(one.answer), one.name
    assert _is_whole(one.get(**{"hx-request": "true", "hx-target": "no-such"})), one.name
    alone = [part for part in one.parts if not _is_whole(one.get(**{"hx-request": "true", "hx-target": part}))]
    for part in alone:
        asked = {"hx-request": "true", "hx-target": part, "hx-history-restore-request": "true"}
        assert _is_whole(one.get(**asked)), (one.name, part)
    return len(alone)


def _shown() -> set[str]:
    """The pages that are on the list of pictures."""
    found = set()
    for screen in SCREENS:
        path = re.sub(r"{(doc_set|article|empty_set|view|policy|bare_policy|calendar|bare_calendar|invitation)}", "x", screen.path)
        path = re.sub(r"{\w+}", "1", path).partition("?")[0]
        if screen.host != "operate" and not path.startswith(("/broken/", "/nothing/")):
            found.add(resolve(path).view_name)
    return found


def test_every_page_is_whole_on_reload_has_pictures_and_no_part_of_one_is_shown_alone(acme: Desk, now: datetime) -> None:
    pages = {one.name: one for one in walk(acme, now) if one.is_page and one.name not in PARTS}
    missing = sorted(set(pages) - _shown())
    assert not missing, f"add a line to screens/listing.py for each of {missing}"
    assert sum(_check(one) for one in pages.values() if not one.name.startswith("account_")) > 10


def test_screens_have_names_of_their_own() -> None:
    names = [screen.name for screen in SCREENS]
    assert len(names) == len(set(names))
