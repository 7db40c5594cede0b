from __future__ import annotations

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Documentation sets, their articles, and what people looked for in them."""

    name = "knowledge"
