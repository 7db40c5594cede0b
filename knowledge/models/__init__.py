from __future__ import annotations

from knowledge.models.article import Article, DocSet
from knowledge.models.search import ArticleSearch, DocTerm
from knowledge.models.use import Deflection, SearchMiss

__all__ = ["Article", "ArticleSearch", "Deflection", "DocSet", "DocTerm", "SearchMiss"]
