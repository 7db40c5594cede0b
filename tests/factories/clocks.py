from __future__ import annotations

from sla.services import record_due, tell_recorded


def fire_due(*, most: int = 500) -> int:
    """As a worker's tick does: record a batch of what is due, and tell of it. Returns how many actions were recorded."""
    recorded = record_due(most=most)
    tell_recorded(most=most)
    return recorded
