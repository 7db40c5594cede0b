"""What a public reply says of the future: next steps, and when we write again (S48)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from toolkit.errors import DomainError
from toolkit.timefmt import full_moment

MOST_AHEAD = timedelta(days=366)
MOST_WORDS = 5_000


@dataclass(frozen=True)
class FollowUp:
    """`by` is a moment with its zone; either part may be missing where the ticket's policy doesn't ask for both."""

    next_steps: str = ""
    by: datetime | None = None


NO_FOLLOW_UP = FollowUp()


def check_follow_up(follow_up: FollowUp, *, at: datetime, zone: ZoneInfo) -> None:
    """Raises DomainError, in words with the writer's zone, when the promised moment isn't one that can be kept."""
    if len(follow_up.next_steps) > MOST_WORDS:
        raise DomainError(_("Say the next steps in fewer words."), field="next_steps", code="next_steps")
    if follow_up.by is None:
        return
    if follow_up.by <= at:
        raise DomainError(_("Promise the next update for a time that lies ahead: it is {full_moment} now.").format(
                              full_moment=full_moment(at, zone)),
                          field="next_update_by", code="next_update_by")
    if follow_up.by - at > MOST_AHEAD:
        raise DomainError(_("Promise the next update for a time within a year."), field="next_update_by",
                          code="next_update_by")
