"""Writing a setting: against what its editor saw, with what changed on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from desk.rooms.base import Room
from desk.rooms.form import HIDDEN, SettingForm, fingerprint
from toolkit.errors import DomainError


@dataclass
class Saved:
    """What became of a form: the row when it was written, else why not."""

    form: SettingForm
    row: Model | None = None
    seen: str = ""
    theirs: dict[str, str] = field(default_factory=dict)  # field → what somebody else stored meanwhile

    @property
    def is_conflict(self) -> bool:
        return self.row is None and bool(self.theirs)


def state_of(room: Room, row: Model, member: Member, at: datetime) -> dict[str, str]:
    """What is stored of a row, in words."""
    return room.form(instance=row, member=member, at=at).state()


def save_setting(room: Room, pk: int | None, data: Mapping[str, Any], files: Mapping[str, Any], *, by: Member,
                 at: datetime) -> Saved:
    """Check and write a form. A row that somebody changed since its editor saw it stays as it is, both texts kept."""
    try:
        with transaction.atomic():
            return _save(room, pk, data, files, by=by, at=at)
    except (IntegrityError, DomainError) as error:
        form = room.form(data, files, instance=room.row(pk) if pk else None, member=by, at=at)
        form.is_valid()
        if isinstance(error, DomainError):
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            form.add_error(None, _("This can’t be kept beside what is there already. Choose another name or address."))
        return Saved(form, seen=str(data.get("seen", "")))


def _save(room: Room, pk: int | None, data: Mapping[str, Any], files: Mapping[str, Any], *, by: Member,
          at: datetime) -> Saved:
    row = room.row(pk) if pk else None
    if row:
        row = room.model.objects.select_for_update().get(pk=pk)  # type: ignore[attr-defined]
    before = state_of(room, row, by, at) if row else {}
    form = room.form(data, files, instance=row, member=by, at=at)
    if not form.is_valid():
        return Saved(form, seen=str(data.get("seen", "")))
    seen = fingerprint(before)
    if row and data.get("seen") != seen:
        typed = form.typed()
        theirs = {name: words for name, words in before.items() if name in typed and typed[name] != words}
        if theirs:
            return Saved(form, seen=seen, theirs=theirs)
    stored = form.store()
    after = state_of(room, room.row(stored.pk), by, at)
    changes = {name: [before.get(name) or None, words or None] for name, words in after.items()
               if before.get(name, "") != words}
    changes |= {name: [HIDDEN, HIDDEN] for name in form.secret if form.cleaned_data.get(name)}
    if changes if pk else not form.records_itself:
        record_audit(by=by.person, action="setting.changed" if pk else "setting.created", subject=stored, at=at,
                     changes=changes)
    return Saved(form, row=stored)


def delete_setting(room: Room, row: Model, *, by: Member, at: datetime) -> None:
    """Take a row away. Raises DomainError when something hangs on it."""
    before = state_of(room, row, by, at)
    try:
        with transaction.atomic():
            room.form(instance=row, member=by, at=at).may_delete()
            record_audit(by=by.person, action="setting.deleted", subject=row, at=at,
                         changes={name: [words, None] for name, words in before.items() if words})
            row.delete()
    except (ProtectedError, IntegrityError) as error:
        raise DomainError(_("“%(name)s” is in use, so it stays.") % {"name": str(row)}) from error
