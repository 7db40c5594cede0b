"""Filters for what goes into a chat."""

from __future__ import annotations

import re

from django import template

register = template.Library()

_LINK = re.compile(r"\[([^\]\n]{1,300})\]\((https?://[^\s()<>|]{1,1000})\)")


@register.filter
def mrkdwn(text: str) -> str:
    """Light markdown as Slack writes it. `<`, `>` and `&` are escaped, so that nothing in it mentions or links."""
    safe = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _LINK.sub(r"<\2|\1>", safe)
    return re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"*\1*", safe)
