from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tenants, people, what they signed and what they may do."""

    name = "accounts"
