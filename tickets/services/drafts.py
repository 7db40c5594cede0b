from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import ComposerMode, Status
from tickets.errors import DraftChangedError
from tickets.followup import NO_FOLLOW_UP, FollowUp
from tickets.models import Draft, Macro, Ticket


@dataclass(frozen=True)
class Words:
    """What the composer holds: `then` is the status to follow, `uploads` are ids of files that wait with it,
    `follow_up` says what comes next (S48).
    """

    body: str
    mode: ComposerMode = ComposerMode.REPLY
    then: Status | None = None
    macro: Macro | None = None
    uploads: Sequence[int] = ()
    follow_up: FollowUp = NO_FOLLOW_UP

    @property
    def solves(self) -> bool:
        """The ticket is solved with these words, so nothing has to be promised."""
        return self.then in {Status.SOLVED, Status.CLOSED}


def save_draft(ticket: Ticket, words: Words, *, by: Member, at: datetime, revision: int | None = None) -> Draft:
    """Keep what somebody is writing. Drafts are the writer's own business: no event, no new version of the ticket.

    `revision` is the one that the writer's window knows (0: none yet). Raises DraftChangedError when the draft has
    been sent, thrown away or changed since; None overwrites whatever is there.
    """
    found = Draft.objects.select_for_update().filter(ticket=ticket, person=by.person).first()
    if revision is not None and revision != (found.revision if found else 0):
        raise DraftChangedError(_("This draft was sent, thrown away or changed in another window. What stands here isn’t "
                                  "saved: copy what you need, then load the page again."))
    draft = found or Draft(ticket=ticket, person=by.person, revision=0)
    draft.mode, draft.body, draft.then = words.mode, words.body.replace("\x00", ""), words.then or ""
    draft.macro, draft.uploads = words.macro, list(words.uploads)
    draft.next_steps, draft.next_update_by = words.follow_up.next_steps.replace("\x00", ""), words.follow_up.by
    draft.revision += 1
    draft.updated_at = at
    draft.save()
    return draft


def drop_draft(ticket: Ticket, *, by: Member) -> None:
    """Sent or thrown away."""
    Draft.objects.filter(ticket=ticket, person=by.person).delete()
