"""Taking words out of rows, whatever holds them: text, lists, JSON."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from django.db import models

MARK = "█████"
_TAG = re.compile(r"<[^>]*>")


def struck(value: Any, words: str) -> Any:
    """A value without the words: text, or what lies at any depth of a list or an object (its names stay)."""
    if isinstance(value, str):
        return value.replace(words, MARK)
    if isinstance(value, list):
        return [struck(item, words) for item in value]
    if isinstance(value, dict):
        return {name: struck(item, words) for name, item in value.items()}
    return value


def struck_html(page: str, words: str) -> str:
    """A page without the words, also as HTML spells them; none at all where tags stand between their letters."""
    page = page.replace(html.escape(words), MARK).replace(html.escape(words, quote=False), MARK).replace(words, MARK)
    return "" if words in html.unescape(_TAG.sub("", page)) else page


def strike(row: models.Model, fields: Iterable[str], words: str) -> bool:
    """Take the words out of some fields of a row. Says if they stood there."""
    touched = []
    for name in fields:
        before = getattr(row, name)
        after = struck_html(before, words) if name == "html" else struck(before, words)
        if after != before:
            setattr(row, name, after)
            touched.append(name)
    if touched:
        row.save(update_fields=touched)
    return bool(touched)


def strike_all(rows: Iterable[models.Model], fields: Iterable[str], words: str) -> int:
    """Take the words out of some fields of several rows. Returns in how many they stood."""
    names = tuple(fields)
    return sum(strike(row, names, words) for row in rows)
