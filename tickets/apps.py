from __future__ import annotations

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The case itself: its conversation, workflow, history and search."""

    name = "tickets"
