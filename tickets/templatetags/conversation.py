"""The conversation's entries, written by Python: a ticket is opened more often than anything else, and this is the
same markup in a tenth of a template's time. Everything from outside goes through `escape` or the prose renderer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.conversation import Entry
from tickets.enums import ChannelKind
from tickets.history import event_words
from tickets.words import BY_CHANNEL
from toolkit.prose import render_text
from toolkit.templatetags.ui import filesize_si, icon, initials, time_element
from toolkit.timefmt import zone_name
from toolkit.wording import in_sentence

register = template.Library()

_ENTRY = """<article class="msg{note}{held}" id="{kind}-{pk}"{other}>
<span class="avatar avatar--lg{me}" aria-hidden="true">{initials}</span>
<div{box}><header class="msg__h">{lock}<strong>{author}</strong>{by}{at}</header>
{undo}<div class="msg__b">{body}{follow_up}{quoted}{bounced}{files}</div></div></article>
"""
_QUOTED = '<details class="quote"><summary>{}</summary><pre tabindex="0">{}</pre></details>'

_BOUNCED = '<p class="banner banner--error">{}<span>{}</span></p>'


@register.simple_tag(takes_context=True)
def conversation(context: template.Context, entries: Iterable[Entry], base: str) -> SafeString:
    """The entries as articles; files lie under `base`/files/. The page gives `now`; the desk's also `bounced`: the mails
    that came back, by comment.
    """
    member, desk = context["member"], context["tenant"].desk_name
    zone, now, undo = member.zone, context["now"], _undo_form(context, base)
    bounced = context.get("bounced") or {}
    parts = []
    for is_change, group in groupby(entries, key=lambda e: e.event is not None):
        if is_change:
            parts.append(_changes(list(group), zone, now))
        else:
            parts += [_entry(e, member.person.pk, desk, zone, now, base, undo, bounced.get(e.pk, ())) for e in group]
    return mark_safe("".join(parts))  # noqa: S308 -- every value is escaped or cleaned


def _entry(e: Entry, own: int, desk: str, zone: ZoneInfo, now: datetime, base: str, undo: str,
           bounced: Iterable[Any]) -> str:
    return _ENTRY.format(
        note=" msg--note" if e.is_note else "", kind=_kind(e), pk=e.pk,
        held=" msg--held" if e.leaves_at else "", other="" if e.author_id == own else " data-other",
        undo=_held(e, undo if e.author_id == own else "") if e.leaves_at else "",
        me=" avatar--me" if e.author_id == own else "", initials=escape(initials(e.author_name)),
        box=' class="msg__box"' if e.is_note else "",
        lock=f'<span class="lockline">{icon("lock", "i--sm")}{escape(_("Internal note"))}</span>' if e.is_note else "",
        author=escape(e.author_name or _("The desk")), by=_by(e, desk), at=time_element(e.created_at, zone, now),
        body=render_text(e.body), follow_up=_follow_up(e, zone, now),
        quoted=_QUOTED.format(escape(_("Show quoted text")), escape(e.quoted)) if e.quoted else "", files=_files(e, base),
        bounced="" if e.is_note or e.leaves_at else "".join(_BOUNCED.format(
            icon("warn", "i--sm"), escape(_("The mail to {address} could not be delivered: {reason}").format(
                address=m.to_address, reason=m.bounce_reason))) for m in bounced))


def _changes(changes: list[Entry], zone: ZoneInfo, now: datetime) -> str:
    """What changed between two messages: one line, several folded under it."""
    told = [(e, escape(event_words(e.channel, e.event or {}))) for e in changes]
    if len(told) == 1:
        change, words = told[0]
        return f'<div class="event">{icon("hist", "i--sm")}<span>{words}{_who(change)}</span>{_at(change, zone, now)}</div>\n'
    many = ngettext("Show {count} change", "Show {count} changes", len(told)).format(count=len(told))
    heads = list(dict.fromkeys(words for _e, words in told))[:3]  # what happened twice is said once
    first = ", ".join([heads[0], *(_small(words) for words in heads[1:])])
    lines = "".join(f"<li>{_at(e, zone, now)} {words}{_who(e)}</li>" for e, words in told)
    return (f'<details class="event event--many"><summary>{icon("hist", "i--sm")}<span>{first}</span>'
            f"<u>{escape(many)}</u></summary><ol>{lines}</ol></details>\n")


def _small(words: str) -> str:
    return f"{in_sentence(words[:1])}{words[1:]}"


def _who(change: Entry) -> str:
    return f", {escape(change.author_name)}" if change.author_name else ""


def _at(change: Entry, zone: ZoneInfo, now: datetime) -> str:
    return f'<span class="small">{time_element(change.created_at, zone, now)}</span>'


def _kind(entry: Entry) -> str:
    return "held" if entry.leaves_at else "note" if entry.is_note else "msg"


def _held(entry: Entry, undo: str) -> str:
    """A reply that hasn't left: until when it can be taken back, and (for its author) the button."""
    if entry.problem:
        words = escape(_("It could not leave: {problem}").format(problem=entry.problem))
    else:
        leaves = entry.leaves_at.isoformat() if entry.leaves_at else ""
        words = f'{escape(_("Not sent yet."))} <span data-leaves="{leaves}"></span>'
    return f'<div class="held small"><span>{words}</span>{undo.format(pk=entry.pk)}</div>'


def _undo_form(context: template.Context, base: str) -> str:
    """The button that takes a held reply back; `{pk}` is the reply's."""
    token = escape(str(context.get("csrf_token", "")))
    return (f'<form method="post" action="{base}/held/{{pk}}/undo"><input type="hidden" name="csrfmiddlewaretoken" '
            f'value="{token}"><button class="linkbtn" type="submit" data-undo>{escape(_("Undo"))}</button></form>')


def _follow_up(entry: Entry, zone: ZoneInfo, now: datetime) -> str:
    """What happens next, and when we write again (S48)."""
    steps = f"<dt>{escape(_('Next steps'))}</dt><dd>{render_text(entry.next_steps)}</dd>" if entry.next_steps else ""
    until = (f"<dt>{escape(_('Next update by'))}</dt><dd>{time_element(entry.next_update_by, zone, now)} "
             f"{zone_name(entry.next_update_by.astimezone(zone))}</dd>" if entry.next_update_by else "")
    return f'<dl class="follow">{steps}{until}</dl>' if steps or until else ""


def _by(entry: Entry, desk: str) -> str:
    if entry.is_note:
        return ""
    side = f"{escape(desk)}, " if entry.author_kind == "staff" else ""
    return f"<span>{side}{escape(str(BY_CHANNEL[ChannelKind(entry.channel)]))}</span>"


@register.filter
def by_channel(channel: str) -> str:
    """“in the portal”."""
    return str(BY_CHANNEL[ChannelKind(channel)])


def _files(entry: Entry, base: str) -> str:
    if not entry.files:
        return ""
    links = "".join(
        f'<a class="file" href="{base}/files/{f["pk"]}">{icon("file", "i--sm")}{escape(str(f["name"]))} '
        f'<span>{filesize_si(int(str(f["size"])))}</span></a>' for f in entry.files)
    return f'<div class="flex">{links}</div>'
