"""What counts as a word, the same for texts and for questions."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
MOST = 12


def words_of(text: str) -> list[str]:
    """The words of a text in lower case: letters and digits, everything else is a gap."""
    return _WORD.findall(text.lower())


def asked_words(query: str) -> list[str]:
    """The first dozen different words of a question; single letters and digits say nothing."""
    return list(dict.fromkeys(word[:40] for word in words_of(query[:300]) if len(word) > 1 or not word.isascii()))[:MOST]


def terms_of(words: list[str]) -> list[str]:
    """The different words that a mistyped one may have meant: of letters, and not too short."""
    return sorted({word for word in words if 3 <= len(word) <= 40 and not word.isdigit()})
