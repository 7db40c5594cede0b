"""Tags and filters for pages and mails. They know shapes and times, and no rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from html import escape
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from toolkit import wording
from toolkit.clock import now as clock_now
from toolkit.deadline import Badge, deadline_badge, warned_from
from toolkit.phones import spoken as spoken_number
from toolkit.prose import render_text
from toolkit.scriptwords import script_words as translations_for_scripts
from toolkit.timefmt import NEAR_SECONDS, ago, day_in, full_moment, near_day_moment, said_age, short_moment, since
from toolkit.timefmt import long_day as long_day_words
from toolkit.timefmt import plain_day as plain_day_words
from toolkit.timefmt import short_day as short_day_words
from toolkit.timefmt import span as span_words

register = template.Library()

# A desk looks at the same moments again and again: what is said of one is kept, by all that it depends on.
_times: dict[tuple[object, ...], SafeString] = {}
_MOST_TIMES = 50_000
_AGES = frozenset({"ago", "since"})
METRIC_WORDS = {
    "first_response": _("first reply"),
    "next_response": _("next reply"),
    "ongoing_update": _("next update"),
    "resolution": _("resolution"),
    "promise": _("promised update"),
}


def _zone(zone: object) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone or "UTC"))


def _moment(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; decorative, so words must stand beside it."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>', extra,
                       static("img/icons.svg"), name)


@register.simple_tag(takes_context=True)
def when(context: template.Context, value: datetime | None, style: str = "short") -> SafeString:
    """A moment in the reader's zone as <time>: `short`, `full`, `ago` or (in a sentence) `since`; titled in full."""
    if value is None:
        return format_html("")
    member = context.get("member")
    zone = _zone(member.zone if member else getattr(context.get("tenant"), "time_zone", "UTC"))
    return time_element(value, zone, context.get("now") or clock_now(), style)


def time_element(value: datetime, zone: ZoneInfo, now: datetime, style: str = "short",
                 language: str | None = None) -> SafeString:
    """A moment as <time>, machine-readable with its offset, the full form as its title. `language`: the active one, from
    those who know it: asking takes as long as the rest."""
    age = (now - value).total_seconds()
    distance = said_age(age) if style in _AGES else abs(age) <= NEAR_SECONDS
    key = (value, zone, style, language or get_language(), day_in(now, zone), distance)
    found = _times.get(key)
    if found is None:
        if len(_times) > _MOST_TIMES:
            _times.clear()
        text = (short_moment(value, zone, now) if style == "short" else ago(value, now, zone) if style == "ago"
                else since(value, now, zone) if style == "since" else full_moment(value, zone))
        stamp = value.astimezone(zone).isoformat(timespec="seconds")
        found = _times[key] = mark_safe(  # noqa: S308 -- digits and names of days
            f'<time datetime="{stamp}" title="{full_moment(value, zone)}">{text}</time>')
    return found


@register.simple_tag(takes_context=True)
def deadline(context: template.Context, due_at: datetime | None, warn_at: datetime | None, state: str,
             name: str = "") -> SafeString:
    """A clock's badge: colour, glyph and words together. `name` is announced when it crosses into due soon or overdue."""
    return deadline_element(due_at, warn_at, state, str(name), context.get("now") or clock_now())


def deadline_element(due_at: datetime | None, warn_at: datetime | None, state: str, name: str, now: datetime,
                     language: str | None = None) -> SafeString:
    """A clock's badge as HTML; `language` as for `time_element`."""
    warn_at = warned_from(due_at, warn_at)
    badge = deadline_badge(due_at=due_at, warn_at=warn_at, state=state, now=now, language=language)
    return _badge_element(badge, due_at, warn_at, name)


@lru_cache(maxsize=20_000)
def _badge_element(badge: Badge, due_at: datetime | None, warn_at: datetime | None, name: str) -> SafeString:
    ticking = ""
    if due_at is not None and badge.kind in {"ok", "soon", "over"}:
        warn = _utc(warn_at) if warn_at else ""
        told = f' data-name="{escape(name)}"' if name else ""
        ticking = f' data-due="{_utc(due_at)}" data-warn="{warn}" data-kind="{badge.kind}"{told}'
    return mark_safe(f'<span class="sla sla--{badge.kind}"{ticking}>{icon(badge.glyph, "g")}'  # noqa: S308 -- escaped
                     f"<span data-words>{badge.words}</span></span>")


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@register.filter
def moment(value: object, zone: object) -> str:
    """A moment in full, in a zone: for mails."""
    return full_moment(_moment(value), _zone(zone))


@register.filter
def metric_words(metric: str) -> str:
    """A metric in words."""
    return str(METRIC_WORDS.get(metric, metric))


@register.filter
def span(seconds: float) -> str:
    """Seconds as “3h 38m”."""
    return span_words(seconds)


@register.filter
def initials(name: str) -> str:
    """“Priya Nair” → “PN”."""
    words = [w for w in str(name).split() if w]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


@register.filter
def filesize_si(size: int) -> str:
    """Bytes as “184 KB”."""
    if size < 1000:
        return f"{size} B"
    if size < 999_500:  # what would round to 1000 KB is said in MB
        return f"{size / 1000:.0f} KB"
    return f"{localize(round(size / 1_000_000, 1))} MB"


@register.filter
def prose(text: str) -> SafeString:
    """Light markdown as safe HTML."""
    return render_text(text)


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, to loop over."""
    return text.split()


_SHEETS = ("tokens", "base", "components", "layout", "pages", "product")


@register.simple_tag
@cache
def style_sheets() -> SafeString:
    """The product's style sheets, in the order of their layers."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"css/{n}.css"),) for n in _SHEETS))


@register.simple_tag
def script_words() -> SafeString:
    """What the scripts say, for a page that isn't in English."""
    found = translations_for_scripts(get_language() or "en")
    return format_html('<meta name="words" content="{}">\n', found) if found else mark_safe("")


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The page's own query with some values changed (None takes one out): filters survive paging and sorting."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def get(mapping: dict[object, object], key: object) -> object:
    """The value under a key, None without one."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def spoken(number: str) -> str:
    """“+4930555010” → “+49 30 555010”."""
    return spoken_number(number)


@register.filter
def path(base: str, part: object) -> str:
    """An address with one more part."""
    return f"{base}{part}"


@register.filter
def spaced(name: str) -> str:
    """“ticket_received” → “Ticket received”."""
    return wording.spaced(name)


@register.filter
def said(text: str) -> str:
    """Words that a machine wrote down in English, translated where they are known."""
    return wording.said(text)


@register.filter
def in_sentence(words: object) -> str:
    """Words as they stand within a sentence."""
    return wording.in_sentence(words)


@register.filter
def unit_words(unit: str, amount: int) -> str:
    """A target's unit in words: “2 business hours”, “60 minutes”."""
    match str(unit):
        case "business_hours":
            return ngettext("business hour", "business hours", amount)
        case "business_days":
            return ngettext("business day", "business days", amount)
        case _unit:
            return ngettext("minute", "minutes", amount)


@register.simple_tag
def day_moment(value: datetime, zone: object) -> str:
    """“Mon 23 Nov, 10:30” in a zone: for pages that speak of days to come."""
    return near_day_moment(_moment(value), _zone(zone))


@register.filter
def long_day(day: date) -> str:
    """“2 December 2026”."""
    return long_day_words(day)


@register.filter
def plain_day(day: date) -> str:
    """“2 Dec 2026”."""
    return plain_day_words(day)


@register.filter
def short_day(day: date) -> str:
    """“Wed 2 Dec 2026”."""
    return short_day_words(day)
