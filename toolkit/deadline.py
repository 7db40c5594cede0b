"""What a clock looks like: a kind, words and a glyph. Colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from toolkit.timefmt import span

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Badge:
    """`kind` is over, soon, ok, paused, met or none; the words say the same."""

    kind: str
    words: str

    @property
    def glyph(self) -> str:
        """The icon's name in the sprite."""
        return {"paused": "g-pause"}.get(self.kind, f"g-{self.kind}")


def warned_from(due_at: datetime | None, warn_at: datetime | None) -> datetime | None:
    """From when a deadline is due soon: as its policy says, and an hour before a promise, which has no policy."""
    return warn_at or (due_at - _HOUR if due_at else None)


def deadline_badge(*, due_at: datetime | None, warn_at: datetime | None, state: str, now: datetime,
                   language: str | None = None) -> Badge:
    """The badge of a ticket's nearest clock, or of a clock. States: running, breached, paused, met, none, ended …
    `language`: the active one, if known."""
    language = language or get_language()
    if state in {"met", "paused", "ended"}:
        return _badge(state, None, language)
    if due_at is None:
        return _badge("over" if state == "breached" else "none", None, language)
    left = (due_at - now).total_seconds()
    warn_at = warned_from(due_at, warn_at)
    kind = "over" if left < 0 else "soon" if warn_at is not None and warn_at <= now else "ok"
    return _badge(kind, int(abs(left)) // 60, language)


@lru_cache(maxsize=20_000)  # a desk looks at the same hundred deadlines again and again
def _badge(kind: str, minutes: int | None, _language: str | None) -> Badge:
    if minutes is None:
        said = {"met": _("Met"), "paused": _("Paused"), "over": _("Missed"), "none": _("Best effort"), "ended": _("No clock")}
        return Badge("none" if kind == "ended" else kind, said[kind])
    words = span(minutes * 60)
    return Badge(kind, {"over": _("{span} over"), "soon": _("{span} left"), "ok": "{span}"}[kind].format(span=words))
