from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.enums import AgentRole
from tickets.reference import saved_views


def shell(request: HttpRequest, current: str = "", view: str = "") -> dict[str, Any]:
    """What the desk's frame shows: the saved views that the agent may use, and where they are."""
    return {"nav": {"views": saved_views(request.member.agent.pk), "view": view, "current": current,
                    "is_admin": request.member.is_at_least(AgentRole.ADMIN),
                    "is_manager": request.member.is_at_least(AgentRole.MANAGER)}}
