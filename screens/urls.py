"""The product's addresses and, beside them, its error pages; used for pictures only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from supportdesk.urls import handler400, handler403, handler404, handler429, handler500
from supportdesk.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def broken(request: HttpRequest, name: str) -> HttpResponse:
    """500 really breaks; the others are shown as their handlers show them."""
    if name == "500":
        raise RuntimeError("broken for a picture")
    return render(request, f"errors/{name}.html", status=int(name) if name.isdigit() else 403)


urlpatterns = [path("broken/<slug:name>", broken), *product]
