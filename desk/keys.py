"""The keyboard map: what each key does, and what an agent made of it. The page's own script only presses things."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from toolkit.errors import DomainError
from toolkit.lazy import Words


@dataclass(frozen=True)
class Action:
    """Something that a key does. `where` groups the help; keys of different places may be the same."""

    name: str
    key: str
    words: Words
    where: Words


ACTIONS = (
    Action("help", "?", gettext_lazy("Show the keys"), gettext_lazy("Everywhere")),
    Action("search", "/", gettext_lazy("Search"), gettext_lazy("Everywhere")),
    Action("go", "g", gettext_lazy("Go to, with one more key:"), gettext_lazy("Everywhere")),
    Action("new", "c", gettext_lazy("New ticket"), gettext_lazy("Everywhere")),
    Action("undo", "z", gettext_lazy("Undo the last change"), gettext_lazy("Everywhere")),
    Action("go-queue", "q", gettext_lazy("Queue"), gettext_lazy("After “go to”")),
    Action("go-mine", "m", gettext_lazy("My tickets"), gettext_lazy("After “go to”")),
    Action("go-phone", "p", gettext_lazy("Phone intake"), gettext_lazy("After “go to”")),
    Action("go-inbox", "i", gettext_lazy("Inbox"), gettext_lazy("After “go to”")),
    Action("next", "j", gettext_lazy("Next ticket"), gettext_lazy("Lists and tickets")),
    Action("previous", "k", gettext_lazy("Previous ticket"), gettext_lazy("Lists and tickets")),
    Action("assign", "a", gettext_lazy("Assign"), gettext_lazy("Lists and tickets")),
    Action("take", "i", gettext_lazy("Assign to me"), gettext_lazy("Lists and tickets")),
    Action("status", "s", gettext_lazy("Status"), gettext_lazy("Lists and tickets")),
    Action("priority", "p", gettext_lazy("Priority"), gettext_lazy("Lists and tickets")),
    Action("tag", "t", gettext_lazy("Tag"), gettext_lazy("Lists and tickets")),
    Action("macro", "m", gettext_lazy("Macro"), gettext_lazy("Lists and tickets")),
    Action("select", "x", gettext_lazy("Select the ticket"), gettext_lazy("Lists and tickets")),
    Action("filters", "f", gettext_lazy("Filters"), gettext_lazy("Lists and tickets")),
    Action("pause", "u", gettext_lazy("Pause live changes"), gettext_lazy("Lists and tickets")),
    Action("reply", "r", gettext_lazy("Reply"), gettext_lazy("Lists and tickets")),
    Action("note", "n", gettext_lazy("Internal note"), gettext_lazy("Lists and tickets")),
)
# Held with other keys, or never printed: these stay as they are.
FIXED = (
    (gettext_lazy("Ctrl K"), gettext_lazy("Search and commands")),
    (gettext_lazy("Enter"), gettext_lazy("Open the ticket under the cursor")),
    (gettext_lazy("Shift J, Shift K"), gettext_lazy("Select the next, the previous ticket too")),
    (gettext_lazy("Ctrl Enter"), gettext_lazy("Send")),
    (gettext_lazy("Esc"), gettext_lazy("Close what is open; from a ticket back to the list")),
)
_BY_NAME = {action.name: action for action in ACTIONS}
_SECOND = gettext_lazy("After “go to”")


def keys_of(member: Member) -> dict[str, str]:
    """The key of each action for this member."""
    own = member.agent.preferences.get("keys", {}) if member.agent else {}
    return {a.name: own.get(a.name, a.key) for a in ACTIONS}


def key_map(member: Member) -> str:
    """What the page's script needs, as JSON: actions by key, and by the key after “go to”."""
    own = member.agent.preferences.get("keys", {}) if member.agent else {}
    return _as_json(tuple(sorted(own.items())))


@lru_cache(maxsize=500)
def _as_json(own: tuple[tuple[str, str], ...]) -> str:
    chosen = dict(own)
    first = {chosen.get(a.name, a.key): a.name for a in ACTIONS if a.where != _SECOND}
    second = {chosen.get(a.name, a.key): a.name for a in ACTIONS if a.where == _SECOND}
    return json.dumps([first, second], separators=(",", ":"))


def checked_keys(wanted: Mapping[str, str]) -> dict[str, str]:
    """The keys that differ from the usual ones. Raises DomainError when a key is no single sign or means two things."""
    keys = {a.name: wanted.get(a.name, a.key) for a in ACTIONS}
    for name, key in keys.items():
        if len(key) != 1 or not key.isprintable() or key.isspace():
            raise DomainError(_("Choose one key for “{words}”.").format(words=_BY_NAME[name].words), field=name)
    seen: dict[tuple[bool, str], str] = {}
    for action in ACTIONS:
        place = (action.where == _SECOND, keys[action.name])
        other = seen.setdefault(place, action.name)
        if other != action.name:
            raise DomainError(_("“{keys}” can’t mean both “{words}” and “{words2}”.").format(
                                  keys=keys[action.name], words=_BY_NAME[other].words, words2=action.words),
                              field=action.name)
    return {name: key for name, key in keys.items() if key != _BY_NAME[name].key}
