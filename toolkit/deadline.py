"""What a clock looks like: a kind, words and a glyph. Colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
        return Badge("met", "Met")
    if state == "paused":
        return Badge("paused", "Paused")
    if due_at is None:
        return Badge("over", "Missed") if state == "breached" else Badge("none", "Best effort")
    left = (due_at - now).total_seconds()
    if left < 0:
        return Badge("over", f"{span(left)} over")
    if warn_at is not None and warn_at <= now:
        return Badge("soon", f"{span(left)} left")
    return Badge("ok", span(left))
