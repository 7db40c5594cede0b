from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.keys import key_map
from desk.settings_index import entries_for
from tickets.reference import saved_views


def shell(request: MemberRequest, current: str = "", view: str = "") -> dict[str, Any]:
    """What the desk's frame shows: the saved views that the agent may use, and where they are."""
    views = saved_views(request.member.agent_id)
    own = [v for v in views if v.owner_id is not None]
    groups = [(_("Views"), [v for v in views if v.owner_id is None]), *([(_("My views"), own)] if own else [])]
    return {"nav": {"views": views, "view_groups": groups, "view": view, "current": current,
                    "is_admin": request.member.is_at_least(AgentRole.ADMIN),
                    "is_manager": request.member.is_at_least(AgentRole.MANAGER)},
            "keys": key_map(request.member)}


def settings_shell(request: MemberRequest, current: str) -> dict[str, Any]:
    """What the frame of the settings shows."""
    return {"nav": {"current": current, "is_admin": request.member.is_at_least(AgentRole.ADMIN),
                    "groups": entries_for(request.member)},
            "keys": key_map(request.member)}
