"""The form of a setting: it knows what stands there in words, so that changes can be told and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.db.models import Model, URLField
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.tenancy import TenantForeignKey
from desk.forms import styled
from toolkit.fields import choices_of

HIDDEN = "••••"
_DASHES = BLANK_CHOICE_DASH[0][1]


def zone_choices(empty: Any) -> list[tuple[str, Any]]:
    """Every time zone, after one for none."""
    return [("", empty), *((zone, zone) for zone in sorted(available_timezones()))]


class Lines(forms.CharField):
    """Several short texts, one a line."""

    def __init__(self, *, each: int = 120, **kwargs: Any) -> None:
        self.each = each
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(required=kwargs.pop("required", False), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [line.strip() for line in str(value or "").splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        for line in found:
            if len(line) > self.each:
                raise forms.ValidationError(_("“%(start)s…” is longer than %(most)s characters.") % {
                    "start": line[:30], "most": self.each})
        return found

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")


def _form_field(db_field: Any, **kwargs: Any) -> Any:
    """A choice among a tenant's rows starts with none: when classes are made, no tenant is chosen yet.

    Only a form's own hints are shown: those of the models are for developers, in English.
    """
    kwargs.setdefault("help_text", "")
    if isinstance(db_field, TenantForeignKey):
        none = db_field.remote_field.model._default_manager.none()
        return forms.ModelChoiceField(none, required=not db_field.blank, **kwargs)
    if isinstance(db_field, URLField):
        kwargs["assume_scheme"] = "https"
    return db_field.formfield(**kwargs)


def _name_none(field: forms.Field) -> None:
    """No choice has words, and no dashes."""
    words = _("Choose") if field.required else _("None")
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = words if field.empty_label == _DASHES else field.empty_label
    elif isinstance(field, forms.ChoiceField) and not callable(field.choices):
        field.choices = [(value, words if said == _DASHES else said) for value, said in field.choices]


class SettingMeta:
    """The base of each Meta. An address typed without a scheme is https."""

    formfield_callback = staticmethod(_form_field)


class SettingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of a room, as it is typed. `once` names the fields of which the tenant has each value only once."""

    once: ClassVar[tuple[str, ...]] = ()
    secret: ClassVar[tuple[str, ...]] = ()  # fields that go in and never come out
    slug_from: ClassVar[str] = ""  # a new row's address is made from this field
    slug_field: ClassVar[str] = "slug"
    records_itself: ClassVar[bool] = False  # its service writes the audit of a new row
    told_once = ""  # what the page after saving says, and no later page

    def __init__(self, *args: Any, member: Member, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.at = member, at
        if self.is_stored:
            self.initial = {**self.initial, **self.kept()}
        self.prepare()
        for field in self.fields.values():
            _name_none(field)
        styled(self)

    @property
    def is_stored(self) -> bool:
        return self.instance.pk is not None

    def kept(self) -> dict[str, Any]:
        """What stands elsewhere than in the row, for the form's own fields."""
        return {}

    def prepare(self) -> None:
        """Choices that come from the tenant, and what a stored row no longer lets change."""

    def keep(self) -> None:
        """Store what stands elsewhere than in the row. Only of a valid form, after the row."""

    def may_delete(self) -> None:
        """Raises DomainError for a row that must stay although nothing in the database says so."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        names = [name for name in self.once if name in self.fields]
        if names and all(name in data for name in names):
            same = self._meta.model.objects.exclude(pk=self.instance.pk).filter(**{n: data[n] for n in names})
            if same.exists():
                self.add_error(names[-1], _("There is one already. Change that one, or choose something else here."))
        return data

    def store(self) -> Model:
        """Write the row and what belongs to it."""
        row = self.instance
        if not self.is_stored:
            if self.slug_from:
                setattr(row, self.slug_field, self._free_slug(str(self.cleaned_data[self.slug_from])))
            if hasattr(row, "created_at") and row.created_at is None:
                row.created_at = self.at
            row.save()
        elif named := [f.name for f in row._meta.concrete_fields if f.name in self.fields]:
            row.save(update_fields=named)  # what others change meanwhile stays
        self.keep()
        return row

    def _free_slug(self, text: str) -> str:
        most = self._meta.model._meta.get_field(self.slug_field).max_length or 40
        base = slugify(text)[: most - 3].strip("-") or self._meta.model._meta.model_name
        taken = set(self._meta.model.objects.filter(**{f"{self.slug_field}__startswith": base})
                    .values_list(self.slug_field, flat=True))
        return next(s for s in [base, *(f"{base}-{n}" for n in range(2, 99))] if s not in taken)

    def state(self) -> dict[str, str]:
        """What is stored, in words, by field. Of an unbound form."""
        return {name: in_words(field, self.get_initial_for_field(field, name)) for name, field in self.fields.items()
                if name not in self.secret}

    def typed(self) -> dict[str, str]:
        """What was typed, in words, by field. Of a form that was checked."""
        return {name: in_words(field, self.cleaned_data[name]) for name, field in self.fields.items()
                if name in self.cleaned_data and name not in self.secret}


def fingerprint(state: dict[str, str]) -> str:
    """Tells whether a row still is what somebody saw."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:24]


def in_words(field: forms.Field, value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in (None, "") or (isinstance(value, list | tuple) and not value):
        return ""
    if isinstance(value, Iterable) and not isinstance(value, str | Model):
        return ", ".join(_one(field, item) for item in value)
    return _one(field, value)


def _one(field: forms.Field, value: Any) -> str:
    if isinstance(value, Model):
        return str(value)
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        found = field.queryset.filter(pk=value).first()
        return field.label_from_instance(found) if found is not None else ""
    if isinstance(field, forms.ChoiceField):
        return str(choices_of(field).get(value, value))
    return str(value)
