"""The product's addresses and the floors beside them; used by `manage.py bench` only."""

from __future__ import annotations

from django.urls import path

from bench import pages
from supportdesk.urls import handler400, handler403, handler404, handler500
from supportdesk.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("bench/queue", pages.floor_queue), path("bench/ticket", pages.floor_ticket), *product]
