"""Words that stand in a sentence or come from a code."""

from __future__ import annotations

from django.utils.translation import get_language, gettext


def in_sentence(words: object) -> str:
    """Words as they stand within a sentence: English writes them small, German keeps what is a noun."""
    text = str(words)
    return text.lower() if (get_language() or "en").startswith("en") else text


def spaced(code: object) -> str:
    """“ticket_received” → “Ticket received”, translated where the code is known (supportdesk.codewords)."""
    return gettext(str(code).replace("_", " ").replace(":", " ").strip().capitalize()) if code else ""


def said(text: str) -> str:
    """Words that a machine wrote down in English, translated where they are known (supportdesk.codewords)."""
    return gettext(text) if text else ""
