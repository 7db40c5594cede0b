"""Public holidays by country and region, from the `holidays` library. Loading it takes a while, so it is asked late."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from sla.errors import TermsError


def public_holidays(country: str, subdivision: str, years: Sequence[int]) -> dict[date, str]:
    """Dates and names. Raises TermsError, naming what is known, for a country or region that isn't."""
    import holidays  # slow import

    codes = holidays.list_supported_countries()
    if country not in codes:
        raise TermsError({"country": _("Choose a country from the list.")})
    if subdivision and subdivision not in codes[country]:
        regions = ", ".join(codes[country]) or "none"
        raise TermsError({"subdivision": _("“{subdivision}” is no region of {country} here. Known: {regions}.").format(
                                             subdivision=subdivision, country=country, regions=regions)})
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=list(years), language="en_US")
    return dict(found.items())


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Codes and names, by name."""
    from holidays.registry import COUNTRIES  # slow import

    named = ((codes[1], re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0])) for codes in COUNTRIES.values())
    return tuple(sorted(named, key=lambda pair: pair[1]))
