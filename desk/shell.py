from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from accounts.enums import AgentRole
from tickets.models import PriorityLevel, SavedView


def shell(request: HttpRequest, current: str = "", view: str = "") -> dict[str, Any]:
    """What the desk's frame shows: the saved views that the agent may use, and where they are."""
    views = list(SavedView.objects.filter(Q(owner__isnull=True) | Q(owner=request.member.agent)))
    return {"nav": {"views": views, "view": view, "current": current,
                    "is_admin": request.member.is_at_least(AgentRole.ADMIN)}}


def levels() -> dict[int, PriorityLevel]:
    """The tenant's priorities by rank."""
    return {level.rank: level for level in PriorityLevel.objects.all()}
