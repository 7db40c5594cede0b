from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Who is told of what, and how."""

    name = "notifications"

    def ready(self) -> None:
        from notifications import receivers  # noqa: F401 -- app ready
