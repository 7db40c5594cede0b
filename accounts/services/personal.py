"""What people set for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Person, User
from accounts.services.audit import record_audit


@dataclass(frozen=True)
class Personal:
    """A person's own settings. Empty language and zone follow the desk, an empty theme the system."""

    language: str
    time_zone: str
    theme: str
    shortcuts: bool
    mails_off: Sequence[str]


def personal_of(person: Person) -> Personal:
    """As they are now."""
    user = person.user
    return Personal(person.language, person.time_zone, user.theme if user else "", user.shortcuts if user else True,
                    tuple(person.mails_off))


def save_personal(person: Person, wanted: Personal, *, at: datetime) -> None:
    """Keep a person's own settings; looks belong to the login and hold at each tenant, the rest at this one."""
    before = personal_of(person)
    changes: dict[str, Any] = {
        name: [getattr(before, name), getattr(wanted, name)] for name in Personal.__dataclass_fields__
        if getattr(before, name) != getattr(wanted, name)}
    if not changes:
        return
    Person.objects.filter(pk=person.pk).update(language=wanted.language, time_zone=wanted.time_zone,
                                               mails_off=list(wanted.mails_off))
    User.objects.filter(pk=person.user_id or 0).update(theme=wanted.theme, shortcuts=wanted.shortcuts)
    record_audit(by=person, action="person.settings_changed", subject=person, at=at, changes=changes)


def set_mails_off(person: Person, kinds: Mapping[str, bool], *, at: datetime) -> None:
    """Switch kinds of mails off (True) or on; other kinds stay as they are."""
    before = list(person.mails_off)
    after = sorted({*before} - {*kinds} | {kind for kind, off in kinds.items() if off})
    if after == sorted(before):
        return
    Person.objects.filter(pk=person.pk).update(mails_off=after)
    record_audit(by=person, action="person.settings_changed", subject=person, at=at, changes={"mails_off": [before, after]})
