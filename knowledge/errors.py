"""What the knowledge floor refuses."""

from __future__ import annotations

from toolkit.errors import ConflictError, DomainError


class ArticleChangedError(ConflictError):
    """Somebody saved the article after the page was read."""

    code = "article_changed"


class SourceError(DomainError):
    """A file of the folder that can't become an article."""

    code = "source"
