"""What a queue's address says: the view, what narrows it, the order, and which lines are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.filtering import FILTER_WORDS, chosen_words
from tickets.listing import FILTER_NAMES, Day, Listing, list_tickets
from tickets.models import SavedView
from tickets.reference import saved_views
from toolkit.wording import in_sentence

MOST_CHOSEN = 400  # what an address can carry; more is chosen as “all in this view”
_ALWAYS_SHOWN = ("status", "team", "assignee", "priority", "customer")


@dataclass(frozen=True)
class Chip:
    """A filter as the bar shows it, and what its parts are called; `without` is the query that removes it."""

    name: str
    words: str
    choose: str
    remove: str
    values: str
    raw: list[str]
    without: str


@dataclass(frozen=True)
class QueueState:
    """A view and what the address adds to it. `own` are the filters that the address names, `selected` ticket numbers."""

    slug: str
    view: SavedView | None
    own: Mapping[str, list[str]]
    sort: str
    own_sort: str
    words: str
    selected: tuple[int, ...]
    filters: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The queue at this state, without the selection."""
        query = self.query()
        return f"/desk/views/{self.slug}?{query}" if query else f"/desk/views/{self.slug}"

    def query(self, **changes: list[str]) -> str:
        """The state as an address's query, with some filters changed; an empty list takes the filter away."""
        own = dict(self.own) | changes
        base = self.view.filters if self.view else {}
        pairs = [(name, values if values or not base.get(name) else [""]) for name, values in own.items()]
        extra = [("q", [self.words] if self.words else []), ("sort", [self.own_sort] if self.own_sort else [])]
        return urlencode([(name, v) for name, values in [*pairs, *extra] for v in values])

    def listing(self, member: Member, now: datetime) -> Listing:
        """The rows."""
        return list_tickets(member, self.filters, sort=self.sort, words=self.words, day=day_of(member, now))

    def chips(self) -> tuple[list[Chip], int]:
        """The filter bar, and how many filters are set."""
        words = chosen_words(self.filters)
        shown = [n for n in FILTER_WORDS if n in _ALWAYS_SHOWN or n in words]
        language = get_language()
        return [Chip(n, *_chip_words(n, language), ", ".join(words.get(n, [])), [v for v in self.filters.get(n, []) if v],
                     self.query(**{n: []})) for n in shown], len(words)


@cache
def _chip_words(name: str, _language: str | None) -> tuple[str, str, str]:
    words = str(FILTER_WORDS[name])
    return (words, _("Choose %(words)s") % {"words": in_sentence(words)},
            _("Remove filter: %(words)s") % {"words": words})


def queue_state(member: Member, slug: str, params: QueryDict, views: list[SavedView] | None = None) -> QueueState:
    """The state that an address's query says; Http404 for a view that is not there. `views`: when they are read."""
    known = saved_views(member.agent_id) if views is None else views
    view = next((v for v in known if v.slug == slug), None)
    if slug != "all" and view is None:
        raise Http404
    own = {n: [v.replace("\x00", "")[:60] for v in params.getlist(n)] for n in FILTER_NAMES if n in params}
    own_sort = params.get("sort", "")[:20]
    return QueueState(slug, view, own, own_sort or (view.sort if view else "due"), own_sort,
                      params.get("q", "").replace("\x00", "").strip()[:200], _numbers(params),
                      (dict(view.filters) if view else {}) | own)


def _numbers(params: QueryDict) -> tuple[int, ...]:
    """The chosen tickets: `sel` is given many times, or once with commas."""
    if "sel" not in params:
        return ()
    said = (part for value in params.getlist("sel") for part in value.split(","))
    found = dict.fromkeys(int(n) for n in said if n.isascii() and n.isdigit() and len(n) < 10)
    return tuple(found)[:MOST_CHOSEN]


def day_of(member: Member, now: datetime) -> Day:
    """The moment, and the end of the reader's day."""
    local = now.astimezone(member.zone)
    return Day(now, (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0))
