"""News for staff in a sentence, made when it is read: in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications.enums import NewsKind
from toolkit.templatetags.ui import metric_words


def news_words(kind: str, data: dict[str, Any]) -> str:
    """The sentence; the ticket stands beside it."""
    return _WORDS[NewsKind(kind)](data)


def _by(data: dict[str, Any]) -> str:
    return data.get("by") or _("Somebody")


def _with_reason(text: str, data: dict[str, Any]) -> str:
    return f"{text}: {data['reason']}" if data.get("reason") else text


def _priority(data: dict[str, Any]) -> str:
    match data.get("news"):
        case "set":
            text = _("%(who)s has set the priority")
        case "accepted":
            text = _("%(who)s accepts the priority")
        case "declined":
            text = _("%(who)s keeps their priority")
        case _other:
            text = _("%(who)s says that the workaround doesn’t help")
    return _with_reason(text % {"who": data.get("who") or _("The customer")}, data)


def _clock(text: str) -> Callable[[dict[str, Any]], str]:
    return lambda data: _(text) % {"metric": capfirst(metric_words(data.get("metric", "")))}


_WORDS: dict[NewsKind, Callable[[dict[str, Any]], str]] = {
    NewsKind.ASSIGNED: lambda data: _("%(who)s gave it to you") % {"who": _by(data)},
    NewsKind.MENTIONED: lambda data: _("%(who)s mentioned you in a note") % {"who": _by(data)},
    NewsKind.WROTE: lambda data: _("%(who)s wrote") % {"who": _by(data)},
    NewsKind.ATTENTION: lambda data: _with_reason(_("%(who)s asks for attention") % {"who": _by(data)}, data),
    NewsKind.PRIORITY: _priority,
    NewsKind.DUE_SOON: _clock(gettext_noop("%(metric)s is due soon")),
    NewsKind.LATE: _clock(gettext_noop("%(metric)s is overdue")),
    NewsKind.ESCALATED: _clock(gettext_noop("%(metric)s is still open: escalated to you")),
    NewsKind.FAILED: lambda data: _with_reason(_("Your reply could not leave"), data),
    NewsKind.BOUNCED: lambda data: _with_reason(_("Our mail to %(address)s came back") % {
        "address": data.get("address", "")}, data),
}
