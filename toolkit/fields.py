"""A form's fields by name, as what they are: Django gives each as a plain Field."""

from __future__ import annotations

from typing import Any, cast

from django import forms


def choice(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """A field with `choices`."""
    return cast(forms.ChoiceField, form.fields[name])


def choices_of(field: forms.ChoiceField) -> dict[Any, Any]:
    """Value → words of a field whose choices are in no groups."""
    return dict(cast("list[tuple[Any, Any]]", field.choices))


def model_choice(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    """A field with a `queryset`."""
    return cast("forms.ModelChoiceField[Any]", form.fields[name])
