"""Writes of the SLA floor."""

from __future__ import annotations

from sla.events import Fired
from sla.services.clocks import apply_contract, recompute
from sla.services.timers import fire_due

__all__ = ["Fired", "apply_contract", "fire_due", "recompute"]
