from __future__ import annotations

from django.http import HttpRequest


def read_version(request: HttpRequest) -> int | None:
    """The version of the ticket that the person was looking at."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
