from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services.audit import record_audit
from knowledge.enums import BodyFormat
from knowledge.errors import ArticleChangedError
from knowledge.models import Article, DocSet
from knowledge.services.indexing import index_article
from toolkit.errors import DomainError

_MOST_DIFF = 4000


@dataclass(frozen=True)
class Draft:
    """What somebody wrote. An empty slug is made from the title; an empty language is the set's."""

    title: str
    body: str
    slug: str = ""
    body_format: BodyFormat = BodyFormat.MARKDOWN
    language: str = ""


def create_article(doc_set: DocSet, draft: Draft, *, by: Person | None, at: datetime, publish: bool = False,
                   **source: Any) -> Article:
    """A new article of a set, published at once if asked. Raises DomainError when the set has that address already."""
    slug = draft.slug or slugify(draft.title)[:120].strip("-")
    if not slug:
        raise DomainError(_("Give it an address of letters and digits."), field="slug", code="slug")
    _require_free(doc_set, slug)
    article = Article.objects.create(
        doc_set=doc_set, title=draft.title, slug=slug, body=draft.body, body_format=draft.body_format,
        language=draft.language or doc_set.language, is_published=publish, published_at=at if publish else None,
        created_at=at, updated_at=at, updated_by=by, **source)
    index_article(article)
    record_audit(by=by, action="article.created", subject=article, at=at,
                 changes={"title": [None, article.title], "published": [None, publish]})
    return article


def save_article(article: Article, draft: Draft, *, by: Person | None, at: datetime,
                 expected_version: int | None = None, **source: Any) -> bool:
    """Store another text; returns whether anything differed.

    Raises ArticleChangedError when it isn't the version that the person was looking at.
    """
    _lock(article, expected_version)
    values = {"title": draft.title, "body": draft.body, "slug": draft.slug or article.slug,
              "body_format": str(draft.body_format), "language": draft.language or article.doc_set.language, **source}
    changed = {name: [getattr(article, name), value] for name, value in values.items()
               if getattr(article, name) != value}
    if not changed:
        return False
    if "slug" in changed:
        _require_free(article.doc_set, values["slug"])
    _write(article, {name: pair[1] for name, pair in changed.items()}, by=by, at=at)
    if "body" in changed:
        changed["body"] = _difference(*changed["body"])
    record_audit(by=by, action="article.changed", subject=article, at=at, changes=changed)
    return True


def set_published(article: Article, published: bool, *, by: Person | None, at: datetime,
                  expected_version: int | None = None, **source: Any) -> None:
    """From now on it is found and read, or it isn't any more."""
    _lock(article, expected_version)
    if article.is_published == published and not source:
        return
    values: dict[str, Any] = {"is_published": published, **source}
    if published:
        values["published_at"] = at
    _write(article, values, by=by, at=at)
    record_audit(by=by, action="article.published" if published else "article.unpublished", subject=article, at=at)


def _lock(article: Article, expected_version: int | None) -> None:
    """Hold the row until commit and bring the caller's object up to date."""
    current = Article.objects.select_for_update().get(pk=article.pk)
    if expected_version is not None and current.version != expected_version:
        raise ArticleChangedError(_("Somebody saved this article while you worked on it. Both texts stand below: bring them "
                                    "together, then save again."))
    for field in Article._meta.concrete_fields:
        if field.attname not in ("id", "tenant_id"):
            setattr(article, field.attname, getattr(current, field.attname))


def _write(article: Article, values: dict[str, Any], *, by: Person | None, at: datetime) -> None:
    for name, value in values.items():
        setattr(article, name, value)
    article.version += 1
    article.updated_at, article.updated_by = at, by
    article.save(update_fields=[*values, "version", "updated_at", "updated_by"])
    index_article(article)


def _require_free(doc_set: DocSet, slug: str) -> None:
    DocSet.objects.select_for_update().get(pk=doc_set.pk)  # two at once: the second sees the first
    if Article.objects.filter(doc_set=doc_set, slug=slug).exists():
        raise DomainError(_("“{doc_set}” has an article at the address “{slug}” already.").format(
                              doc_set=doc_set, slug=slug), field="slug", code="slug")


def _difference(before: str, after: str) -> list[str]:
    """The changed lines, for the audit trail: [taken out, put in]."""
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    return ["\n".join(line[1:] for line in lines if line.startswith(sign))[:_MOST_DIFF] for sign in "-+"]
