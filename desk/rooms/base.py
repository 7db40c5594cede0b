"""What a room is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from accounts.enums import AgentRole
from accounts.members import Member
from desk.rooms.form import SettingForm
from toolkit.errors import NotFoundError


@dataclass(frozen=True)
class Column:
    """A column of a room's list: its heading, and what it shows of a row (a name, or a function)."""

    heading: Any
    shows: str | Callable[[Any], Any]

    def of(self, row: Model) -> Any:
        """What stands in the cell."""
        return self.shows(row) if callable(self.shows) else getattr(row, self.shows)


@dataclass(frozen=True)
class Room:
    """A kind of setting: who may look and change, what a list and a form of it show, and how it is spoken of."""

    slug: str
    group: str
    title: Any
    about: Any  # one sentence on the settings' first page
    form: type[SettingForm]
    columns: tuple[Column, ...]
    new: Any  # the button that makes one; empty where none are made by hand
    empty: Any  # why a list may be empty
    order: tuple[str, ...] = ("name", "id")
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()  # keys by which a list is narrowed and a new row filled in: ?organization=3
    look: AgentRole = AgentRole.ADMIN
    change: AgentRole = AgentRole.ADMIN
    deletable: bool = False
    note: Any = ""
    rows_of: Callable[[], QuerySet[Any]] | None = None
    beside: str = ""  # a template below the form of a stored row …
    beside_of: Callable[[Any, Member], dict[str, Any]] | None = field(default=None)  # … and what it shows

    @property
    def address(self) -> str:
        return f"/desk/settings/{self.slug}"

    @property
    def model(self) -> type[Model]:
        model: type[Model] = self.form._meta.model
        return model

    def rows(self) -> QuerySet[Any]:
        """All rows of the tenant."""
        rows = self.rows_of() if self.rows_of else self.model.objects.all()  # type: ignore[attr-defined]
        return rows.select_related(*self.related) if self.related else rows

    def listed(self, query: QueryDict) -> QuerySet[Any]:
        """The rows that a list's address asks for."""
        rows = self.rows().prefetch_related(*self.prefetch)
        words = query.get("q", "").replace("\x00", "").strip()[:100]
        if words and self.search:
            rows = rows.filter(reduce(lambda a, b: a | b, (Q(**{f"{name}__icontains": words}) for name in self.search)))
        for name, value in self.chosen(query).items():
            rows = rows.filter(**{f"{name}_id": value})
        return rows.distinct() if words and any("__" in name for name in self.search) else rows

    def chosen(self, query: QueryDict) -> dict[str, int]:
        """By what a list is narrowed."""
        return {name: int(said) for name in self.narrow if (said := query.get(name, "")).isdecimal() and len(said) < 18}

    def row(self, pk: int) -> Any:
        """The door to one row. Raises NotFoundError for absent and foreign alike."""
        found = self.rows().filter(pk=pk).first()
        if found is None:
            raise NotFoundError
        return found

    def may_look(self, member: Member) -> bool:
        return member.is_at_least(self.look)

    def may_change(self, member: Member) -> bool:
        return member.is_at_least(self.change)
