from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The world comes in: mail first, kept raw before anything is understood."""

    name = "intake"

    def ready(self) -> None:
        from intake import receivers, webhooks  # noqa: F401 -- app ready
