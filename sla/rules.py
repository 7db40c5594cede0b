"""Who may change the terms; managers read them."""

from __future__ import annotations

from accounts.enums import AgentRole
from accounts.members import Member


def can_edit_policies(member: Member) -> bool:
    """Admins answer for what customers are promised."""
    return member.is_at_least(AgentRole.ADMIN)
