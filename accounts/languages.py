"""Whose language is spoken."""

from __future__ import annotations

from django.conf import settings

from accounts.models import Person, Tenant


def language_for(person: Person | None, tenant: Tenant) -> str:
    """The person's language, else the tenant's, else English; never one that the product doesn't speak."""
    spoken = dict(settings.LANGUAGES)
    for wanted in (person.language if person else "", tenant.language):
        for code in (wanted.lower(), wanted.lower().partition("-")[0]):
            if code in spoken:
                return code
    return str(settings.LANGUAGE_CODE)
