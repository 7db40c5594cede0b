from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Person

_GAP = timedelta(minutes=30)
_NOTE_EVERY = timedelta(minutes=1)


def note_visit(person: Person, *, at: datetime) -> datetime | None:
    """Note that a person looks at the start page; returns when their visit before this one ended, None on the first.

    Who comes back within half an hour is still on the same visit, so that a reload hides no news.
    """
    seen = person.visited_at
    if seen is None or at - seen > _GAP:
        person.news_since = seen
    elif at - seen < _NOTE_EVERY:
        return person.news_since
    person.visited_at = at
    person.save(update_fields=["visited_at", "news_since"])
    return person.news_since
