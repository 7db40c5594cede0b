from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from knowledge.enums import Place, choices
from knowledge.models.article import Article


class Deflection(TenantModel):
    """Somebody said that an article answered them: a ticket that wasn't needed (S1)."""

    article = TenantForeignKey(Article, on_delete=models.CASCADE, related_name="deflections")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=200, blank=True, help_text="What they had typed.")
    place = models.CharField(max_length=12, choices=choices(Place))
    at = models.DateTimeField()
    on = models.DateField(help_text="The same answer counts once a day.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person", "article", "query", "on"],
                                                         name="deflection_once_a_day")]
        indexes: ClassVar = [models.Index(fields=["tenant", "at"], name="deflections_by_time")]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.article_id}"


class SearchMiss(TenantModel):
    """Words that people looked for and that no article had: what to write next."""

    query = models.CharField(max_length=120)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "query"], name="search_miss_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "-times", "-id"], name="search_miss_most")]

    def __str__(self) -> str:
        return self.query
