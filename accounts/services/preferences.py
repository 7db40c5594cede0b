from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Agent
from accounts.services.audit import record_audit
from toolkit.errors import ForbiddenError


def set_preferences(member: Member, changes: dict[str, Any], *, at: datetime) -> None:
    """Keep how the desk looks to an agent; None takes a choice back. What is kept is plain JSON."""
    if member.agent is None:
        raise ForbiddenError(_("Only staff have a desk."))
    agent = Agent.objects.select_for_update().get(pk=member.agent.pk)
    before = dict(agent.preferences)
    agent.preferences = {k: v for k, v in (before | changes).items() if v is not None}
    if agent.preferences == before:
        return
    agent.save(update_fields=["preferences"])
    record_audit(by=member.person, action="preferences.changed", subject=agent, at=at,
                 changes={k: [before.get(k), v] for k, v in changes.items() if before.get(k) != v})
