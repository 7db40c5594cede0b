"""Filters for pages that show clocks."""

from __future__ import annotations

from django import template

from sla import words

register = template.Library()
register.filter("target_words", words.target_words)
register.filter("interval_words", words.interval_words)


@register.filter
def clock_span(seconds: int) -> str:
    """Exact to the second where there are any: “8 h”, “2 h 05 min”, “1 h 00 min 30 s”."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if rest:
        return f"{hours} h {minutes:02d} min {rest:02d} s" if hours else f"{minutes} min {rest:02d} s"
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
