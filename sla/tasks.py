"""Nothing of the SLA floor runs as a task of its own: workers tick (supportdesk.ticker)."""

from __future__ import annotations
