"""What the composer shows: the draft, what may follow, and the effects of a macro that goes along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from desk.pressing import new_press
from tickets.enums import Status
from tickets.macros import effects_of
from tickets.models import Macro
from tickets.queries import macros_for
from tickets.rules import can_work
from tickets.services.attachments import waiting_files
from tickets.words import STATUS_WORDS
from tickets.workflow import next_statuses
from tickets.workspace import Workspace
from toolkit.wording import in_sentence

_THEN = {
    Status.OPEN: gettext_lazy(", then open it"),
    Status.PENDING: gettext_lazy(", then wait on customer"),
    Status.ON_HOLD: gettext_lazy(", then put on hold"),
    Status.SOLVED: gettext_lazy(", then resolve"),
    Status.CLOSED: gettext_lazy(", then close"),
}


def composer_context(member: Member, workspace: Workspace) -> dict[str, Any]:
    """The composer's part of the page; asks the database only for a draft that has files or a macro."""
    draft, status = workspace.draft, Status(workspace.ticket.status)
    following = next_statuses(status) if can_work(member) else []
    if not draft.revision and Status.PENDING in following:
        draft = replace(draft, then=Status.PENDING.value)
    if draft.then not in following:
        draft = replace(draft, then="")
    macro: Macro | None = macros_for(member).filter(pk=draft.macro_id).first() if draft.macro_id else None
    return {
        "press": new_press(), "writing": draft, "macro": macro, "effects": effects_of(macro) if macro else [],
        "kept": waiting_files(draft.uploads, by=member.person) if draft.uploads else [],
        "thens": [("", _("Keep it {status_words}").format(status_words=in_sentence(STATUS_WORDS[status])), ""),
                  *((s.value, STATUS_WORDS[s], _THEN[s]) for s in following)],
        "then_words": _THEN.get(Status(draft.then), "") if draft.then else ""}
