from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Agent, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import ChannelKind, choices


class PriorityLevel(TenantModel):
    """The tenant's own words for a rank from 1 (worst) to 4 (S14, S22–S24)."""

    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    label = models.CharField(max_length=40)
    definition = models.TextField(help_text="Shown next to the choice.")
    definition_nonproduction = models.TextField(blank=True, help_text="Where it differs outside production.")

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "rank"], name="priority_rank_once"),
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=4), name="priority_rank_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}" if self.code != self.label else self.label


class Channel(TenantModel):
    """A way in and its rank: 1 is served first, as it carries the strictest SLA (S25)."""

    kind = models.CharField(max_length=8, choices=choices(ChannelKind))
    name = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField(default=5)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "kind"], name="channel_kind_once")]

    def __str__(self) -> str:
        return self.name


class SavedView(TenantModel):
    """A saved query on the queue: shared, or one agent's own. `filters` maps names to lists of values."""

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    owner = TenantForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="views")
    filters = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=20, default="due")
    position = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "slug"], name="view_slug_once")]

    def __str__(self) -> str:
        return self.name
