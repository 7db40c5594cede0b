"""Templates are compiled once for each language, so that words without variables cost nothing when a page is drawn."""

from __future__ import annotations

from typing import Any

from django.template import Origin
from django.template.loaders.cached import Loader
from django.utils.translation import get_language


class LanguageLoader(Loader):
    """Django's cached loader with a place for each language; see `toolkit.templatetags.fixed_words`."""

    def cache_key(self, template_name: Any, skip: list[Origin] | None = None) -> str:
        """The name under which a compiled template is kept."""
        return f"{get_language()}:{super().cache_key(template_name, skip)}"
