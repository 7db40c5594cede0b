from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.text import slugify

from accounts.enums import AgentRole
from accounts.members import Member
from accounts.services.audit import record_audit
from tickets.models import SavedView
from toolkit.errors import DomainError, ForbiddenError


def save_view(member: Member, *, name: str, filters: Mapping[str, Sequence[str]], sort: str, shared: bool,
              at: datetime) -> SavedView:
    """Keep a query on the queue under a name: one's own, or (managers) everybody's.

    Raises DomainError without a name, ForbiddenError for who may not share.
    """
    if not name.strip():
        raise DomainError("Give the view a name.", field="name")
    if member.agent is None or (shared and not member.is_at_least(AgentRole.MANAGER)):
        raise ForbiddenError("Managers share views with everybody; yours can be kept for yourself.")
    last = SavedView.objects.aggregate(last=Max("position"))["last"] or 0
    view = SavedView.objects.create(
        slug=_free_slug(name), name=name.strip()[:80], owner=None if shared else member.agent,
        filters={k: list(v) for k, v in filters.items()}, sort=sort, position=min(last + 1, 32_000))
    record_audit(by=member.person, action="view.saved", subject=view, at=at,
                 changes={"filters": [None, view.filters], "sort": [None, sort]})
    return view


def delete_view(view: SavedView, *, by: Member, at: datetime) -> None:
    """Take a view away: one's own, or (managers) a shared one. Raises ForbiddenError otherwise."""
    own = view.owner_id is not None and by.agent is not None and view.owner_id == by.agent.pk
    if not own and not (view.owner_id is None and by.is_at_least(AgentRole.MANAGER)):
        raise ForbiddenError("Only managers take shared views away.")
    record_audit(by=by.person, action="view.deleted", subject=view, at=at,
                 changes={"filters": [view.filters, None], "sort": [view.sort, None]})
    view.delete()


def _free_slug(name: str) -> str:
    """An address for the view that no other has."""
    base = slugify(name)[:50] or "view"
    taken = set(SavedView.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | {"all", "save"}
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)
