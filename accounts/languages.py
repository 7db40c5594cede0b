"""Whose language is spoken."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from accounts.models import Person, Tenant


def language_for(person: Person | None, tenant: Tenant) -> str:
    """The person's language, else the tenant's, else English; never one that the product doesn't speak."""
    return _spoken(person.language if person else "") or _spoken(tenant.language) or str(settings.LANGUAGE_CODE)


@cache
def _spoken(wanted: str) -> str:
    """The language or its family as the product speaks it; empty when it doesn't."""
    codes = [code for code, _name in settings.LANGUAGES]
    return next((code for code in (wanted.lower(), wanted.lower().partition("-")[0]) if code in codes), "")
