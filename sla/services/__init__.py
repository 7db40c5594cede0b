"""Writes of the SLA floor."""

from __future__ import annotations

from sla.services.clocks import apply_contract, recompute
from sla.services.notices import tell_recorded
from sla.services.timers import record_due

__all__ = ["apply_contract", "recompute", "record_due", "tell_recorded"]
