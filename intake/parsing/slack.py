"""What Slack's Events API tells, as plain values. Any JSON gives a result: what isn't understood is `other`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

_MESSAGE_KINDS = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class SlackFile:
    """A file of a message: `link` is its page for people, `url` its bytes for the app."""

    name: str
    link: str
    url: str
    content_type: str


@dataclass(frozen=True)
class SlackNews:
    """`kind` is message, edited, deleted, reaction or other; `why` says in words why it is other.

    `ts` names the message that it is about, `thread_ts` the first of its thread (the message itself outside of one).
    """

    kind: str
    why: str = ""
    channel: str = ""
    user: str = ""
    ts: str = ""
    thread_ts: str = ""
    text: str = ""
    reaction: str = ""
    files: tuple[SlackFile, ...] = ()


def read_event(payload: Any) -> SlackNews:
    """The news in an event's envelope."""
    event = payload.get("event") if isinstance(payload, dict) else None
    if not isinstance(event, dict):
        return SlackNews("other", "it holds no event")
    kind = _text(event, "type")
    if kind == "reaction_added":
        return _reaction(event)
    if kind != "message":
        return SlackNews("other", f"nothing is done about “{kind[:40]}”", channel=_text(event, "channel"))
    subtype = _text(event, "subtype")
    if subtype == "message_changed":
        return _changed(event)
    if subtype == "message_deleted":
        return SlackNews("deleted", channel=_text(event, "channel"), ts=_text(event, "deleted_ts"),
                         user=_text(_inner(event, "previous_message"), "user"))
    if event.get("bot_id") or subtype == "bot_message":
        return SlackNews("other", "a program wrote it", channel=_text(event, "channel"))
    if subtype not in _MESSAGE_KINDS:
        return SlackNews("other", f"it is no message of a person ({subtype[:40]})", channel=_text(event, "channel"))
    return read_message(event, channel=_text(event, "channel"))


def read_message(message: dict[str, Any], *, channel: str) -> SlackNews:
    """A message of a person, from an event or fetched."""
    ts, user = _text(message, "ts"), _text(message, "user")
    if not (ts and user and channel):
        return SlackNews("other", "it names no message, channel or author", channel=channel)
    return SlackNews("message", channel=channel, user=user, ts=ts, thread_ts=_text(message, "thread_ts") or ts,
                     text=_text(message, "text", 200_000), files=_files(message))


def _reaction(event: dict[str, Any]) -> SlackNews:
    item = _inner(event, "item")
    channel, ts = _text(item, "channel"), _text(item, "ts")
    if _text(item, "type") != "message" or not (channel and ts):
        return SlackNews("other", "the mark is on no message", channel=channel)
    return SlackNews("reaction", channel=channel, ts=ts, thread_ts=ts, user=_text(event, "user"),
                     reaction=_text(event, "reaction").partition("::")[0])


def _changed(event: dict[str, Any]) -> SlackNews:
    new, old = _inner(event, "message"), _inner(event, "previous_message")
    channel, text = _text(event, "channel"), _text(new, "text", 200_000)
    if _text(new, "subtype") == "tombstone":
        return SlackNews("deleted", channel=channel, ts=_text(new, "ts"), user=_text(old, "user"))
    if new.get("bot_id") or text == _text(old, "text", 200_000):
        return SlackNews("other", "its words are the same", channel=channel)
    ts = _text(new, "ts")
    return SlackNews("edited", channel=channel, ts=ts, thread_ts=_text(new, "thread_ts") or ts, text=text,
                     user=_text(new, "user"))


def mentioned(text: str) -> list[str]:
    """The users whom a message names, each once."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def plain_text(text: str, names: dict[str, str]) -> str:
    """Slack's markup as light markdown; `names` maps user ids to names."""
    def one(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if target.startswith("@"):
            return "@" + names.get(target[1:], label or target[1:])
        if target.startswith(("#", "!")):
            return (target[0] if target[0] == "#" else "@") + (label or target[1:].partition("^")[0]).lstrip("@#")
        return f"{label} ({target})" if label and label not in target else target
    return html.unescape(_TOKEN.sub(one, text)).replace("\x00", "").strip()


def has_trigger(text: str, trigger: str) -> bool:
    """Does the word stand in the text by itself, whatever its case."""
    return bool(trigger) and re.search(rf"(?<!\S){re.escape(trigger)}(?!\S)", text, re.IGNORECASE) is not None


def without_trigger(text: str, trigger: str) -> str:
    """The text with its first trigger taken out."""
    return re.sub(rf"(?<!\S){re.escape(trigger)}(?!\S)[ \t]*", "", text, count=1, flags=re.IGNORECASE).strip()


def subject_of(text: str) -> str:
    """The first line that says something, at most 120 characters."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    return line if len(line) <= 120 else f"{line[:119].rstrip()}…"


def _files(message: dict[str, Any]) -> tuple[SlackFile, ...]:
    files = message.get("files")
    return tuple(
        SlackFile(_text(f, "name", 255) or "file", _text(f, "permalink", 1000),
                  _text(f, "url_private_download", 1000) or _text(f, "url_private", 1000), _text(f, "mimetype"))
        for f in (files if isinstance(files, list) else [])[:20] if isinstance(f, dict))


def _inner(event: dict[str, Any], name: str) -> dict[str, Any]:
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def _text(event: dict[str, Any], name: str, most: int = 100) -> str:
    found = event.get(name)
    return found[:most] if isinstance(found, str) else ""
