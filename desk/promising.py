"""The composer's part on what happens next: fields in the agent's own time zone (S48)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from sla.promised import needs_follow_up
from sla.queries import ClockLine
from tickets.followup import FollowUp
from tickets.workspace import Workspace
from toolkit.errors import DomainError
from toolkit.timefmt import local_moment, zone_name


def read_follow_up(request: MemberRequest) -> FollowUp:
    """What the composer says of the future. Raises DomainError, naming the zone, for a time that doesn't exist."""
    text, zone = request.POST.get("next_update_by", "").strip(), request.member.zone
    until = None
    if text:
        try:
            until = local_moment(text, zone)
        except (ValueError, OverflowError) as error:
            raise DomainError(
                _("“{text}” is no time in {key}. Write the next update’s day and time like 2026-11-24T14:00.").format(
                    text=text[:40], key=zone.key
                ),
                field="next_update_by",
                code="next_update_by",
            ) from error
    return FollowUp(request.POST.get("next_steps", "").strip(), until)


def typed_follow_up(request: MemberRequest) -> FollowUp:
    """The same for a draft: half a time is kept as none."""
    try:
        return read_follow_up(request)
    except DomainError:
        return FollowUp(request.POST.get("next_steps", "").strip())


def follow_up_context(request: MemberRequest, workspace: Workspace, lines: Iterable[ClockLine],
                      now: datetime) -> dict[str, Any]:
    """For the template: is a follow-up needed, what was typed or kept, and the agent's present time and zone (no query
    of its own while the ticket's clocks are known)."""
    zone, draft = request.member.zone, workspace.draft
    local, kept = now.astimezone(zone), draft.next_update_by
    typed = request.POST if request.method == "POST" else {
        "next_steps": draft.next_steps, "next_update_by": _field(kept.astimezone(zone)) if kept else ""}
    return {"follow_up": {
        "needed": needs_follow_up(workspace.ticket, lines), "steps": typed.get("next_steps", ""),
        "by": typed.get("next_update_by", ""), "earliest": _field(local), "zone": zone_name(local)}}


def _field(local: datetime) -> str:
    return f"{local:%Y-%m-%dT%H:%M}"
