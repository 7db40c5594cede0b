"""When a signed request is believed: made in the last five minutes. Knows neither Django nor whose key it is."""

from __future__ import annotations

from datetime import datetime

WINDOW_SECONDS = 300
MOST_BYTES = 256 * 1024


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Is this Unix time (whole seconds, as text) close enough to now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW_SECONDS
