"""Reads of the documentation. Each takes the member who asks; None is a visitor, who sees public sets only."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.members import Member
from knowledge.models import Article, DocSet
from knowledge.words import asked_words
from toolkit.errors import NotFoundError

_FROM, _TO = "\ue000", "\ue001"  # around a found word: of no script, and escaping leaves them alone
_MARKS = f"StartSel={_FROM}, StopSel={_TO}"
_FOUND = """
SELECT f.article_id, ts_headline(s.config::regconfig, a.title, f.wanted, %(in_title)s),
    ts_headline(s.config::regconfig, left(s.plain, 20000), f.wanted, %(in_text)s)
FROM search_articles(%(words)s, %(unfinished)s, %(public)s, %(product)s, %(most)s) f
JOIN knowledge_articlesearch s ON s.article_id = f.article_id JOIN knowledge_article a ON a.id = f.article_id
ORDER BY f.score DESC, f.article_id
"""


@dataclass(frozen=True)
class Hit:
    """A found article with its title and an excerpt, the found words marked."""

    article: Article
    title: SafeString
    excerpt: SafeString


def visible_sets(member: Member | None) -> QuerySet[DocSet]:
    """The sets that somebody may read: people of the desk and its customers all, visitors the public ones."""
    sets = DocSet.objects.select_related("product", "version")
    return sets if member is not None else sets.filter(is_public=True)


def sets_with_counts(member: Member | None) -> list[DocSet]:
    """The sets to read, by product and version (newest first), each with `count` of its published articles."""
    counted = visible_sets(member).annotate(count=Count("articles", filter=Q(articles__is_published=True)))
    return list(counted.filter(count__gt=0).order_by("product__name", "version__position", "name", "id"))


def set_for(member: Member | None, slug: str) -> DocSet:
    """The door to a set. Raises NotFoundError for absent, foreign and (to visitors) private alike."""
    found = visible_sets(member).filter(slug=slug).first()
    if found is None:
        raise NotFoundError(_("There is no such documentation."))
    return found


def readable_articles(member: Member | None) -> QuerySet[Article]:
    """The published articles that somebody may read."""
    rows = Article.objects.select_related("doc_set__product", "doc_set__version").filter(is_published=True)
    return rows if member is not None else rows.filter(doc_set__is_public=True)


def article_for(member: Member | None, set_slug: str, slug: str) -> Article:
    """The door to a published article by its address."""
    found = readable_articles(member).filter(doc_set__slug=set_slug, slug=slug).first()
    if found is None:
        raise NotFoundError(_("There is no such article."))
    return found


def readable_article(member: Member | None, article_id: int) -> Article:
    """The door to a published article by its id."""
    found = readable_articles(member).filter(pk=article_id).first()
    if found is None:
        raise NotFoundError(_("There is no such article."))
    return found


def article_to_edit(member: Member, article_id: int) -> Article:
    """The desk's door to an article, published or not; nobody but staff gets any."""
    found = Article.objects.select_related("doc_set__product", "doc_set__version", "updated_by").filter(
        pk=article_id).first() if member.is_staff else None
    if found is None:
        raise NotFoundError(_("There is no such article."))
    return found


def search_articles(member: Member | None, query: str, *, product_id: int | None = None, most: int = 20,
                    unfinished: bool = False) -> list[Hit]:
    """The articles that fit best, at most `most` (2 queries). Mistyped words are forgiven; those about the product
    come before equals. `unfinished`: the query is still being typed.
    """
    words = asked_words(query)
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, {
            "words": words, "unfinished": unfinished, "public": member is None, "product": product_id, "most": most,
            "in_title": f"HighlightAll=true, {_MARKS}", "in_text": f"MaxWords=32, MinWords=16, {_MARKS}"})
        rows = cursor.fetchall()
    articles = readable_articles(member).in_bulk([row[0] for row in rows])
    return [Hit(articles[pk], _marked(title), _marked(_trailing_off(excerpt)))
            for pk, title, excerpt in rows if pk in articles]


def _trailing_off(excerpt: str) -> str:
    """An excerpt with dots where it begins or ends within a sentence."""
    bare = excerpt.strip().lstrip(_FROM)
    before = "… " if bare[:1].islower() else ""
    return f"{before}{excerpt.strip()}{'' if bare.rstrip(_TO)[-1:] in '.!?:' else ' …'}" if bare else ""


def _marked(text: str) -> SafeString:
    """Found words between <mark>; everything else is text."""
    html = escape(" ".join(text.split())).replace(_FROM, "<mark>").replace(_TO, "</mark>")
    return mark_safe(html)  # noqa: S308 -- escaped in the line above
