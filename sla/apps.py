from __future__ import annotations

from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Policies, calendars, clocks and the timers that act on the second."""

    name = "sla"

    def ready(self) -> None:
        from sla import receivers, tasks  # noqa: F401 -- app ready
