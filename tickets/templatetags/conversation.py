"""The conversation's entries, written by Python: a ticket is opened more often than anything else, and this is the
same markup in a tenth of a template's time. Everything from outside goes through `escape` or the prose renderer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString, mark_safe

from tickets.conversation import Entry
from tickets.enums import ChannelKind
from toolkit.prose import render_text
from toolkit.templatetags.ui import filesize_si, icon, initials, time_element
from toolkit.timefmt import zone_name

register = template.Library()

_ENTRY = """<article class="msg{note}" id="{kind}-{pk}">
<span class="avatar avatar--lg{me}" aria-hidden="true">{initials}</span>
<div{box}><header class="msg__h">{lock}<strong>{author}</strong>{by}{at}</header>
<div class="msg__b">{body}{follow_up}{quoted}{files}</div></div></article>
"""
_QUOTED = '<details class="quote"><summary>Show quoted text</summary><pre tabindex="0">{}</pre></details>'


@register.simple_tag(takes_context=True)
def conversation(context: template.Context, entries: Iterable[Entry], base: str) -> SafeString:
    """The entries as articles; files lie under `base`/files/. The page gives `now`."""
    member, desk = context["member"], context["tenant"].desk_name
    zone, now = member.zone, context["now"]
    return mark_safe("".join(  # noqa: S308 -- every value is escaped or cleaned
        _ENTRY.format(
            note=" msg--note" if e.is_note else "", kind="note" if e.is_note else "msg", pk=e.pk,
            me=" avatar--me" if e.author_id == member.person.pk else "", initials=escape(initials(e.author_name)),
            box=' class="msg__box"' if e.is_note else "",
            lock=f'<span class="lockline">{icon("lock", "i--sm")}Internal note</span>' if e.is_note else "",
            author=escape(e.author_name or "The desk"), by=_by(e, desk), at=time_element(e.created_at, zone, now),
            body=render_text(e.body), follow_up=_follow_up(e, zone, now),
            quoted=_QUOTED.format(escape(e.quoted)) if e.quoted else "",
            files=_files(e, base))
        for e in entries))


def _follow_up(entry: Entry, zone: ZoneInfo, now: datetime) -> str:
    """What happens next, and when we write again (S48)."""
    steps = f"<dt>Next steps</dt><dd>{render_text(entry.next_steps)}</dd>" if entry.next_steps else ""
    until = (f"<dt>Next update by</dt><dd>{time_element(entry.next_update_by, zone, now)} "
             f"{zone_name(entry.next_update_by.astimezone(zone))}</dd>" if entry.next_update_by else "")
    return f'<dl class="follow">{steps}{until}</dl>' if steps or until else ""


def _by(entry: Entry, desk: str) -> str:
    if entry.is_note:
        return ""
    side = f"{escape(desk)}, " if entry.author_kind == "staff" else ""
    return f"<span>{side}by {ChannelKind(entry.channel).value}</span>"


def _files(entry: Entry, base: str) -> str:
    if not entry.files:
        return ""
    links = "".join(
        f'<a class="file" href="{base}/files/{f["pk"]}">{icon("file", "i--sm")}{escape(str(f["name"]))} '
        f'<span>{filesize_si(int(str(f["size"])))}</span></a>' for f in entry.files)
    return f'<div class="flex">{links}</div>'
