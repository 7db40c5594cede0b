"""What the documentation spared and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from knowledge.models import Article, Deflection, DocSet, SearchMiss

_MOST = 20


@dataclass(frozen=True)
class Use:
    """`answered` pairs articles with how often they answered somebody, the most first."""

    answered_total: int
    answered: list[Article]
    misses: list[SearchMiss]


def use_since(since: datetime) -> Use:
    """Answers and fruitless searches from a moment on (3 queries)."""
    counted = Article.objects.select_related("doc_set").annotate(
        answers=Count("deflections", filter=Q(deflections__at__gte=since))).filter(answers__gt=0)
    return Use(
        Deflection.objects.filter(at__gte=since).count(), list(counted.order_by("-answers", "title", "id")[:_MOST]),
        list(SearchMiss.objects.filter(last_at__gte=since).order_by("-times", "-last_at", "-id")[:_MOST]))


def sets_to_keep() -> list[DocSet]:
    """All sets, also empty ones, with `published` and `drafts` counted."""
    published = Q(articles__is_published=True)
    counted = DocSet.objects.select_related("product", "version").annotate(
        published=Count("articles", filter=published), drafts=Count("articles") - F("published"))
    return list(counted.order_by("product__name", "version__position", "name", "id"))
