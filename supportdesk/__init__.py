"""Wiring: settings, urls, the Celery app, the servers and the launcher. No product rules live here."""

from __future__ import annotations

import gc

# Loading makes a million objects that stay, and a page many that are gone by themselves: the collector would walk them
# for an eighth of each start, and once every few requests one waits for it.
gc.set_threshold(50_000, 20, 50)

from supportdesk.celery import app as celery_app  # noqa: E402 -- already with fewer walks

__all__ = ["celery_app"]
