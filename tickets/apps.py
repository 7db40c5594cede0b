from __future__ import annotations

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The case itself: its conversation, workflow, history and search."""

    name = "tickets"

    def ready(self) -> None:
        from tickets import tasks  # noqa: F401 -- app ready
