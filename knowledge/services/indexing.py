from __future__ import annotations

from collections import Counter

from django.db import connection

from accounts.tenancy import current_tenant_id
from knowledge.enums import config_of
from knowledge.markup import plain_text
from knowledge.models import Article, ArticleSearch
from knowledge.words import terms_of, words_of

_MOST_WORDS = 60_000  # a tsvector holds at most 1 MB

_STORE = """
INSERT INTO knowledge_articlesearch (tenant_id, article_id, doc_set_id, config, plain, words, terms)
VALUES (%(tenant)s, %(article)s, %(set)s, %(config)s, %(plain)s,
    setweight(to_tsvector(%(config)s::regconfig, %(title)s), 'A') || setweight(to_tsvector('simple', %(title)s), 'B')
    || to_tsvector(%(config)s::regconfig, %(body)s) || to_tsvector('simple', %(body)s), %(terms)s)
ON CONFLICT (tenant_id, article_id) DO UPDATE SET config = excluded.config, plain = excluded.plain,
    words = excluded.words, terms = excluded.terms
"""
_COUNT = """
INSERT INTO knowledge_docterm AS t (tenant_id, config, word, articles)
SELECT %(tenant)s, %(config)s, n.word, n.step FROM unnest(%(words)s::text[], %(steps)s::integer[]) AS n (word, step)
ON CONFLICT (tenant_id, config, word) DO UPDATE SET articles = t.articles + excluded.articles
"""


def index_article(article: Article) -> None:
    """Make a published article findable as it now stands, and an unpublished one not at all."""
    with connection.cursor() as cursor:  # one at a time, so that the counts of words stay exact
        cursor.execute("SELECT pg_advisory_xact_lock(7330602, %s)", [current_tenant_id() % 2**31])
    before = ArticleSearch.objects.filter(article=article).values_list("config", "terms").first()
    if before:
        _count(before[0], dict.fromkeys(before[1], -1))
    if article.is_published:
        _store(article)
    else:
        ArticleSearch.objects.filter(article=article).delete()


def _store(article: Article) -> None:
    config, plain = config_of(article.language), plain_text(article.body, article.body_format)
    title, body = words_of(article.title), words_of(plain)[:_MOST_WORDS]
    terms = terms_of(title + body)
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {
            "tenant": current_tenant_id(), "article": article.pk, "set": article.doc_set_id, "config": config,
            "plain": plain, "title": " ".join(title), "body": " ".join(body), "terms": terms})
    _count(config, Counter(terms))


def _count(config: str, steps: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"tenant": current_tenant_id(), "config": config, "words": list(steps),
                                "steps": list(steps.values())})
        cursor.execute("DELETE FROM knowledge_docterm WHERE tenant_id = %s AND config = %s AND articles <= 0 "
                       "AND word = ANY(%s)", [current_tenant_id(), config, list(steps)])
