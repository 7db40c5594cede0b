from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import TenantModel
from accounts.tenancy import TenantForeignKey
from knowledge.models.article import Article, DocSet


class ArticleSearch(TenantModel):
    """The words of a published article; an unpublished one has no row."""

    article = TenantForeignKey(Article, on_delete=models.CASCADE, related_name="search_rows")
    doc_set = TenantForeignKey(DocSet, on_delete=models.CASCADE, related_name="+")
    config = models.CharField(max_length=20)
    plain = models.TextField(help_text="The text without markup, from which excerpts are cut.")
    words = SearchVectorField(null=True)
    terms = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "article"], name="article_search_once")]

    def __str__(self) -> str:
        return str(self.article_id)


class DocTerm(TenantModel):
    """A word of the tenant's published articles and in how many it stands: what a mistyped word may have meant."""

    config = models.CharField(max_length=20)
    word = models.CharField(max_length=40)
    articles = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "config", "word"], name="doc_term_once")]

    def __str__(self) -> str:
        return self.word
