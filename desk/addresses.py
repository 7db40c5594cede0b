from __future__ import annotations

from django.http import HttpRequest


def ticket_address(request: HttpRequest, number: int) -> str:
    """A ticket's page, still in the view that the reader came from."""
    query = request.GET.urlencode()
    return f"/desk/t/{number}?{query}" if query else f"/desk/t/{number}"
