from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Entitlement
from accounts.enums import choices as entitlement_choices
from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import ProposalKind, ProposalState, choices
from tickets.models.ticket import Ticket

_SIDES = [("", _("Both")), ("production", _("Production")), ("nonproduction", _("Outside production"))]
_OPEN = models.Q(state__in=[ProposalState.WAITING.value, ProposalState.DISPUTED.value])


class PriorityProposal(TenantModel):
    """Another priority that somebody of the desk proposes, with the reason that the customer is told (S10, S41, S42)."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="priority_proposals")
    kind = models.CharField(max_length=10, choices=choices(ProposalKind))
    state = models.CharField(max_length=10, choices=choices(ProposalState))
    before = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=2000, help_text="The workaround itself, where there is one.")
    made_by = TenantForeignKey(Person, related_name="+")
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True, help_text="The customer's words: why not.")
    answered_by = TenantForeignKey(Person, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=2000, blank=True, help_text="The desk's last word on a dispute.")
    decided_by = TenantForeignKey(Person, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=4), name="proposal_rank_1_to_4"),
            models.UniqueConstraint(fields=["tenant", "ticket"], name="one_open_proposal_per_ticket", condition=_OPEN),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "ticket", "id"], name="proposals_of_ticket")]

    def __str__(self) -> str:
        return f"{self.before} → {self.rank} on {self.ticket_id}"


class PriorityQuestion(TenantModel):
    """A yes/no criterion of the priority advisor, in the tenant's own words (S14, S22–S24)."""

    key = models.SlugField(max_length=40)
    text = models.CharField(max_length=200)
    environment = models.CharField(max_length=14, blank=True, choices=_SIDES)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="priority_question_once")]

    def __str__(self) -> str:
        return self.text


def _keys(words: str) -> ArrayField[Any, Any]:
    return ArrayField(models.SlugField(max_length=40), default=list, blank=True, help_text=words)


class PriorityRule(TenantModel):
    """What the advisor recommends when its criteria hold. The first rule that fits wins; one without criteria always fits."""

    position = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    environment = models.CharField(max_length=14, blank=True, choices=_SIDES)
    any_of = _keys("Keys of questions; at least one is answered with yes.")
    all_of = _keys("Keys of questions; all are answered with yes.")
    none_of = _keys("Keys of questions; none is answered with yes.")
    right = models.CharField(max_length=20, blank=True, choices=entitlement_choices(Entitlement),
                             help_text="Only for contracts with this right.")
    reason = models.CharField(max_length=300, help_text="Shown with the recommendation.")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "position"], name="priority_rule_position_once"),
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=4), name="priority_rule_rank_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.reason}"

    def clean(self) -> None:
        """A key that no question has would make the rule silently useless."""
        known = set(PriorityQuestion.objects.values_list("key", flat=True))
        for name in ("any_of", "all_of", "none_of"):
            unknown = sorted(set(getattr(self, name) or []) - known)
            if unknown:
                raise ValidationError({name: f"There is no question with the key {', '.join(unknown)}."})
