from __future__ import annotations

from datetime import datetime

from django.db import connection

from accounts.members import Member
from accounts.tenancy import current_tenant_id
from knowledge.enums import Place
from knowledge.models import Article, Deflection
from knowledge.words import asked_words

_MISS = """
INSERT INTO knowledge_searchmiss AS m (tenant_id, query, times, first_at, last_at)
VALUES (%(tenant)s, %(query)s, 1, %(at)s, %(at)s)
ON CONFLICT (tenant_id, query) DO UPDATE SET times = m.times + 1, last_at = greatest(m.last_at, excluded.last_at)
"""


def record_answered(member: Member, article: Article, *, query: str, place: Place, at: datetime) -> Deflection:
    """Somebody was answered by an article. Saying it twice on a day counts once."""
    row, _new = Deflection.objects.get_or_create(
        article=article, person=member.person, query=" ".join(query.replace("\x00", "").split())[:200], on=at.date(),
        defaults={"place": place, "at": at})
    return row


def note_miss(member: Member | None, query: str, *, at: datetime) -> None:
    """Nothing was found for these words. Only people of the desk and its customers count: visitors type anything."""
    words = " ".join(asked_words(query))[:120]
    if member is None or not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MISS, {"tenant": current_tenant_id(), "query": words, "at": at})
