"""Wiring: settings, urls, the Celery app, the servers and the launcher. No product rules live here."""

from __future__ import annotations

from supportdesk.celery import app as celery_app

__all__ = ["celery_app"]
