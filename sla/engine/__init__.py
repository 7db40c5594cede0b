"""The SLA engine: facts in, clocks out. Pure; see `compute`."""

from __future__ import annotations

from sla.engine.compute import compute
from sla.engine.ledger import Interval, explain, ledger
from sla.engine.types import Clock, Duration, Fact, FactKind, Policy, Step, Target

__all__ = ["Clock", "Duration", "Fact", "FactKind", "Interval", "Policy", "Step", "Target", "compute", "explain", "ledger"]
