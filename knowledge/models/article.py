from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, Product, ProductVersion, TenantModel
from accounts.tenancy import TenantForeignKey
from knowledge.enums import BodyFormat, choices


class DocSet(TenantModel):
    """The documentation of a product, of one of its versions, or of neither (S1)."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=100)
    product = TenantForeignKey(Product, null=True, blank=True, related_name="doc_sets")
    version = TenantForeignKey(ProductVersion, null=True, blank=True, related_name="doc_sets")
    language = models.CharField(max_length=12, default="en", help_text="Of articles that name no other, such as en or de.")
    is_public = models.BooleanField(default=False, help_text="Visitors may read it without signing in.")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "slug"], name="doc_set_slug_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """Product and version in words; empty for a set about neither."""
        return " ".join(str(part) for part in (self.product, self.version) if part)


class Article(TenantModel):
    """A page of documentation. Only a published one is found or read outside of the desk."""

    doc_set = TenantForeignKey(DocSet, related_name="articles")
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=120)
    body = models.TextField(help_text="As it was written; sanitised each time it is shown.")
    body_format = models.CharField(max_length=8, choices=choices(BodyFormat), default=BodyFormat.MARKDOWN)
    language = models.CharField(max_length=12, default="en")
    source_path = models.CharField(max_length=300, blank=True, help_text="Inside the imported folder; empty when "
                                                                         "written at the desk.")
    source_digest = models.CharField(max_length=64, blank=True, help_text="Of what the last import took from the file.")
    is_missing = models.BooleanField(default=False, help_text="Its file vanished from the folder.")
    is_published = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = TenantForeignKey(Person, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, help_text="Grows with each change; guards against lost updates.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "doc_set", "slug"], name="article_slug_once_per_set"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "doc_set", "title", "id"], name="articles_of_set"),
                             models.Index(fields=["tenant", "-updated_at", "-id"], name="article_recent")]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        """Where it is read. Needs its set."""
        return f"/docs/{self.doc_set.slug}/{self.slug}"
