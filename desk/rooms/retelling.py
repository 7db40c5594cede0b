"""What a setting's change says, in the reader's language: on record stand the words of whoever made it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from desk.rooms.register import ROOMS
from toolkit.fields import choices_of


def field_of(object_type: str, name: str) -> forms.Field | None:
    """The field of this name in a form of such rows, where there is one."""
    return next((fields[name] for fields in _fields_by_type().get(object_type, ()) if name in fields), None)


def retold(field: forms.Field | None, words: Any) -> Any:
    """A yes, a no or a choice as the reader's language has it. Names and texts stay as they were typed."""
    if field is None or not isinstance(words, str):
        return words
    known = _known(field, get_language() or "en")
    return known.get(words) or ", ".join(known.get(one, one) for one in words.split(", ")) if known else words


@cache
def _fields_by_type() -> dict[str, list[dict[str, forms.Field]]]:
    found: dict[str, list[dict[str, forms.Field]]] = {}
    for room in ROOMS.values():
        found.setdefault(room.model._meta.label_lower, []).append(room.form.base_fields)
    return found


@cache
def _known(field: forms.Field, reads: str) -> dict[str, str]:
    """The field's words in each language → in the reader's."""
    told = _words(field, reads)
    return {word: ours for language, _called in settings.LANGUAGES
            for word, ours in zip(_words(field, language), told, strict=True)}


def _words(field: forms.Field, language: str) -> list[str]:
    with override(language):
        if isinstance(field, forms.BooleanField):
            return [_("yes"), _("no")]
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return [str(words) for value, words in choices_of(field).items() if value and not isinstance(words, list | tuple)]
        return []
