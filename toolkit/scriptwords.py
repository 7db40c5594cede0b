"""What the scripts say. A page in another language than theirs carries the translation (static/js/words.js)."""

from __future__ import annotations

import json
from functools import lru_cache

from django.utils.translation import gettext, ngettext, override

SAID = (
    "{minutes}m {seconds}s",
    "{minutes}m",
    "{hours}h {minutes}m",
    "{hours}h",
    "{days}d {hours}h",
    "{days}d",
    "{span} over",
    "{span} left",
    "{name} is overdue",
    "{name} is due soon",
    "Not saved yet: no connection. Your words are kept in this window.",
    "No connection to the desk. Type on to try again.",
    "These words were not sent yet.",
    "You are signed out. Your words are kept in this window: send them, sign in, and they are here again.",
    "It is sent as soon as the files are there.",
    "A file is missing. Attach it again, or send without it.",
    "No connection. Load the page again, then attach the files.",
    "Review, then send",
    "{name} is being uploaded",
    "Stop",
    "{name} was not taken. Attach it again.",
    "{name} was not sent: no connection. Attach it again.",
    "“{name}” is larger than {most} MB. Shorten or compress it, or send a link.",
    "It leaves in {seconds} s.",
    "It is leaving.",
    "Insert link",
    "Insert link to {title}",
    "Sending…",
    "Larger than {most} MB, choose another",
    "{size} MB, ready",
    "Paused",
    "Live, updated just now",
    "Live, updated {seconds} s ago",
    "Live",
    "{changes} waiting",
    "Resume updates",
    "Pause updates",
    "{n} selected",
)
COUNTED = (
    ("{n} change", "{n} changes"),
)


@lru_cache(maxsize=50)
def script_words(language: str) -> str:
    """The translations of a language as JSON; empty for the language of the scripts."""
    if language.startswith("en"):
        return ""
    with override(language):
        words: dict[str, object] = {text: gettext(text) for text in SAID}
        words |= {one: [ngettext(one, many, 1), ngettext(one, many, 2)] for one, many in COUNTED}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))
