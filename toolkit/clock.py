"""The one place that reads the time.

Faces, tasks and commands call `now()` at the edge and pass the moment down as `at=`; nothing deeper reads a clock.
"""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)
