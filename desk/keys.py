"""The keyboard map: what each key does, and what an agent made of it. The page's own script only presses things."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from accounts.members import Member
from toolkit.errors import DomainError


@dataclass(frozen=True)
class Action:
    """Something that a key does. `where` groups the help; keys of different places may be the same."""

    name: str
    key: str
    words: str
    where: str


ACTIONS = (
    Action("help", "?", "Show the keys", "Everywhere"),
    Action("search", "/", "Search", "Everywhere"),
    Action("go", "g", "Go to, with one more key:", "Everywhere"),
    Action("new", "c", "New ticket", "Everywhere"),
    Action("undo", "z", "Undo the last change", "Everywhere"),
    Action("go-queue", "q", "Queue", "After “go to”"),
    Action("go-mine", "m", "My tickets", "After “go to”"),
    Action("go-phone", "p", "Phone intake", "After “go to”"),
    Action("go-inbox", "i", "Inbox", "After “go to”"),
    Action("next", "j", "Next ticket", "Lists and tickets"),
    Action("previous", "k", "Previous ticket", "Lists and tickets"),
    Action("assign", "a", "Assign", "Lists and tickets"),
    Action("take", "i", "Assign to me", "Lists and tickets"),
    Action("status", "s", "Status", "Lists and tickets"),
    Action("priority", "p", "Priority", "Lists and tickets"),
    Action("tag", "t", "Tag", "Lists and tickets"),
    Action("macro", "m", "Macro", "Lists and tickets"),
    Action("select", "x", "Select the ticket", "Lists and tickets"),
    Action("filters", "f", "Filters", "Lists and tickets"),
    Action("pause", "u", "Pause live changes", "Lists and tickets"),
    Action("reply", "r", "Reply", "Lists and tickets"),
    Action("note", "n", "Internal note", "Lists and tickets"),
)
# Held with other keys, or never printed: these stay as they are.
FIXED = (("Ctrl K", "Search and commands"), ("Enter", "Open the ticket under the cursor"),
         ("Shift J, Shift K", "Select the next, the previous ticket too"), ("Ctrl Enter", "Send"),
         ("Esc", "Close what is open; from a ticket back to the list"))
_BY_NAME = {action.name: action for action in ACTIONS}
_SECOND = "After “go to”"


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
            raise DomainError(f"Choose one key for “{_BY_NAME[name].words}”.", field=name)
    seen: dict[tuple[bool, str], str] = {}
    for action in ACTIONS:
        place = (action.where == _SECOND, keys[action.name])
        other = seen.setdefault(place, action.name)
        if other != action.name:
            raise DomainError(f"“{keys[action.name]}” can’t mean both “{_BY_NAME[other].words}” and “{action.words}”.",
                              field=action.name)
    return {name: key for name, key in keys.items() if key != _BY_NAME[name].key}
