"""What every page may know of its reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from toolkit.clock import now


def member(request: HttpRequest) -> dict[str, Any]:
    """`tenant`, `member` and the server's time, for templates."""
    return {
        "tenant": getattr(request, "tenant", None),
        "member": getattr(request, "member", None),
        "now": now(),
    }
