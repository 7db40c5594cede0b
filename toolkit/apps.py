from __future__ import annotations

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    """Ground floor: no models, no ticket words."""

    name = "toolkit"
