from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.members import Member
from accounts.services.audit import record_audit
from tickets.models import SavedView
from toolkit.errors import DomainError, ForbiddenError

# Addresses under /desk/views/ that are no view's.
_TAKEN = {"all", "save"}


def save_view(member: Member, *, name: str, filters: Mapping[str, Sequence[str]], sort: str, shared: bool,
              at: datetime) -> SavedView:
    """Keep a query on the queue under a name: one's own, or (managers) everybody's.

    Raises DomainError without a name, ForbiddenError for who may not share.
    """
    if not name.strip():
        raise DomainError(_("Give the view a name."), field="name")
    if member.agent is None or (shared and not member.is_at_least(AgentRole.MANAGER)):
        raise ForbiddenError(_("Managers share views with everybody; yours can be kept for yourself."))
    last = SavedView.objects.aggregate(last=Max("position"))["last"] or 0
    view = SavedView.objects.create(
        slug=_free_slug(name), name=name.strip()[:80], owner=None if shared else member.agent,
        filters=_set_ones(filters), sort=sort, position=min(last + 1, 32_000))
    record_audit(by=member.person, action="view.saved", subject=view, at=at,
                 changes={"filters": [None, view.filters], "sort": [None, sort]})
    return view


def may_change_view(view: SavedView, by: Member) -> bool:
    """One's own, or (managers) a shared one."""
    if view.owner_id is None:
        return by.is_at_least(AgentRole.MANAGER)
    return view.owner_id == by.agent_id


def change_view(view: SavedView, *, by: Member, at: datetime, name: str, shared: bool, is_default: bool = False,
                query: tuple[Mapping[str, Sequence[str]], str] | None = None) -> SavedView:
    """Give a view another name, other readers or, with `query`, other filters and another order.

    Its address stays. A shared view may become the one that the desk opens with. Raises ForbiddenError, DomainError.
    """
    _require_change(view, by)
    if not name.strip():
        raise DomainError(_("Give the view a name."), field="name")
    if shared != (view.owner_id is None) and not by.is_at_least(AgentRole.MANAGER):
        raise ForbiddenError(_("Managers share views with everybody; yours can be kept for yourself."))
    before = _facts(view)
    view.name, view.owner = name.strip()[:80], None if shared else view.owner or by.agent
    view.is_default = is_default and shared
    if query is not None:
        view.filters, view.sort = _set_ones(query[0]), query[1]
    if view.is_default:
        SavedView.objects.filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
    view.save()
    after = _facts(view)
    record_audit(by=by.person, action="view.changed", subject=view, at=at,
                 changes={k: [before[k], after[k]] for k in after if before[k] != after[k]})
    return view


def move_view(view: SavedView, *, up: bool, by: Member, at: datetime) -> None:
    """One place up or down among its kind: the shared ones, or one's own. At the end nothing moves."""
    _require_change(view, by)
    row = list(SavedView.objects.filter(owner_id=view.owner_id).select_for_update())
    here = next(n for n, other in enumerate(row) if other.pk == view.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(row):
        return
    row[here], row[there] = row[there], row[here]
    for position, other in enumerate(row, 1):
        if other.position != position:
            SavedView.objects.filter(pk=other.pk).update(position=position)
    record_audit(by=by.person, action="view.moved", subject=view, at=at, changes={"place": [here + 1, there + 1]})


def delete_view(view: SavedView, *, by: Member, at: datetime) -> None:
    """Take a view away: one's own, or (managers) a shared one. Raises ForbiddenError otherwise."""
    _require_change(view, by)
    record_audit(by=by.person, action="view.deleted", subject=view, at=at,
                 changes={"filters": [view.filters, None], "sort": [view.sort, None]})
    view.delete()


def _require_change(view: SavedView, by: Member) -> None:
    if not may_change_view(view, by):
        raise ForbiddenError(_("Only managers change shared views or take them away."))


def _set_ones(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Without the empty values by which an address says that a filter is off."""
    return {k: [v for v in values if v] for k, values in filters.items() if any(values)}


def _facts(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "shared": view.owner_id is None, "default": view.is_default, "filters": view.filters,
            "sort": view.sort}


def _free_slug(name: str) -> str:
    """An address for the view that no other has."""
    base = slugify(name)[:50] or "view"
    taken = set(SavedView.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | _TAKEN
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)
