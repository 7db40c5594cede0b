from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from sla.promised import needs_follow_up
from tickets.enums import ChannelKind
from tickets.flags import FOLLOW_UP_FLAG, with_flag
from tickets.models import Ticket
from tickets.services import Entry
from tickets.services.locking import save
from toolkit.errors import DomainError

_SAID_OUTSIDE = frozenset({ChannelKind.EMAIL, ChannelKind.CHAT, ChannelKind.PHONE})


def keep_follow_up(ticket: Ticket, entry: Entry, *, at: datetime) -> None:
    """Refuse words of the desk that owe the customer next steps and a next follow-up time (S48).

    What was said outside (a mail, a chat, a call) has been said when we hear of it: it is kept, and triage is told what
    is missing.
    """
    follow_up = entry.follow_up
    if entry.solves or (follow_up.next_steps.strip() and follow_up.by) or not needs_follow_up(ticket):
        return
    if entry.channel in _SAID_OUTSIDE:
        ticket.triage_flags = with_flag(ticket.triage_flags, FOLLOW_UP_FLAG)
        save(ticket, ["triage_flags"], at=at)
        return
    if not follow_up.next_steps.strip():
        raise DomainError(_("At this priority a reply says what happens next. Write the next steps."), field="next_steps",
                          code="next_steps_needed")
    raise DomainError(_("At this priority a reply says when the next one comes. Choose the time of the next update."),
                      field="next_update_by", code="next_update_needed")
