from __future__ import annotations

from datetime import datetime

from accounts.members import Member
from accounts.models import User
from accounts.services.audit import record_audit


def set_shortcuts(member: Member, *, on: bool, at: datetime) -> None:
    """Single-key shortcuts on or off (WCAG 2.1.4), for the member's login."""
    if User.objects.filter(pk=member.person.user_id or 0, shortcuts=not on).update(shortcuts=on):
        record_audit(by=member.person, action="shortcuts.changed", subject=member.person, at=at,
                     changes={"shortcuts": [not on, on]})
