"""Closed sets of the knowledge floor. Values are stored; keep them."""

from __future__ import annotations

from enum import StrEnum


class BodyFormat(StrEnum):
    """How an article is written."""

    MARKDOWN = "markdown"
    HTML = "html"


class Place(StrEnum):
    """Where somebody said that an article answered them."""

    TICKET_FORM = "ticket_form"
    DOCS = "docs"


# The first part of a language tag → Postgres's text search configuration; any other language is matched word by word.
CONFIGS: dict[str, str] = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}


def config_of(language: str) -> str:
    """The text search configuration of a language tag such as `en` or `de-AT`."""
    return CONFIGS.get(language.replace("_", "-").partition("-")[0].lower(), "simple")


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """Pairs for a Django field."""
    return [(v.value, v.value.replace("_", " ").capitalize()) for v in values]
