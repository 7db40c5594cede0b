"""What a clock looks like: a kind, words and a glyph. Colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from toolkit.timefmt import span


@dataclass(frozen=True)
class Badge:
    """`kind` is over, soon, ok, paused, met or none; the words say the same."""

    kind: str
    words: str

    @property
    def glyph(self) -> str:
        """The icon's name in the sprite."""
        return {"paused": "g-pause"}.get(self.kind, f"g-{self.kind}")


def deadline_badge(*, due_at: datetime | None, warn_at: datetime | None, state: str, now: datetime) -> Badge:
    """The badge of a ticket's nearest clock, or of a clock. States: running, breached, paused, met, none …"""
    if state == "met":
        return Badge("met", _("Met"))
    if state == "paused":
        return Badge("paused", _("Paused"))
    if due_at is None:
        return Badge("over", _("Missed")) if state == "breached" else Badge("none", _("Best effort"))
    left = (due_at - now).total_seconds()
    if left < 0:
        return Badge("over", _("{span} over").format(span=span(left)))
    if warn_at is not None and warn_at <= now:
        return Badge("soon", _("{span} left").format(span=span(left)))
    return Badge("ok", span(left))
