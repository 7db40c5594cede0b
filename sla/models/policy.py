from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.models import Contract, Person, Team, TenantModel
from accounts.tenancy import TenantForeignKey
from sla.action_words import ACTION_WORDS
from sla.enums import Escalation, Metric, StepAfter, Unit
from sla.models.calendar import Calendar


class SlaPolicy(TenantModel):
    """A container of versions."""

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "slug"], name="policy_slug_once")]

    def __str__(self) -> str:
        return self.name


class SlaPolicyVersion(TenantModel):
    """One wording of a policy. Immutable once published; tickets keep the version they were opened under."""

    policy = TenantForeignKey(SlaPolicy, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = TenantForeignKey(Person, null=True, blank=True, related_name="+")
    effective_from = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    pauses = models.JSONField(default=dict, help_text="metric → statuses in which its clock stands still.")
    reopen_days = models.PositiveSmallIntegerField(default=14)
    warn_percent = models.PositiveSmallIntegerField(default=25, help_text="Due soon when this share is left …")
    warn_minutes = models.PositiveSmallIntegerField(default=60, help_text="… and never earlier than this.")
    promise_ranks = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(4)]), default=list,
        db_default=[], blank=True,
        help_text="Priorities at which a public reply must say the next steps and when the next update comes.")
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each edit of a draft.")
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = TenantForeignKey(Person, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "policy", "number"], name="policy_version_once"),
            models.UniqueConstraint(fields=["tenant", "policy"], condition=models.Q(published_at__isnull=True),
                                    name="one_draft_per_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} v{self.number}"


class Agreement(TenantModel):
    """Targets agreed with one customer ("or as agreed", S43): they win over those of the contract's policy.

    Append-only, as its targets are: other terms are another agreement, carried by another `Coverage`.
    """

    contract = TenantForeignKey(Contract, related_name="agreements")
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(Person, null=True, related_name="+")

    def __str__(self) -> str:
        return f"agreed for {self.contract_id} at {self.made_at}"


class SlaTarget(TenantModel):
    """Priority × metric (× environment): a goal that warns, a limit that breaches, or best effort (S21).

    It belongs to a policy version, or to what was agreed in a contract.
    """

    version = TenantForeignKey(SlaPolicyVersion, null=True, on_delete=models.CASCADE, related_name="targets")
    agreement = TenantForeignKey(Agreement, null=True, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(max_length=16, choices=[(m.value, m.value) for m in Metric])
    priority = models.PositiveSmallIntegerField()
    environment = models.CharField(max_length=14, blank=True, help_text="production, nonproduction, or empty for both.")
    best_effort = models.BooleanField(default=False)
    goal_amount = models.PositiveIntegerField(null=True, blank=True)
    limit_amount = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, choices=[(u.value, u.value) for u in Unit], blank=True)
    calendar = TenantForeignKey(Calendar, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["priority", "metric", "environment"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "version", "metric", "priority", "environment"],
                                    name="target_once"),
            models.UniqueConstraint(fields=["tenant", "agreement", "metric", "priority", "environment"],
                                    name="agreed_target_once"),
            models.CheckConstraint(condition=models.Q(version__isnull=True) ^ models.Q(agreement__isnull=True),
                                   name="target_of_a_version_or_an_agreement"),
            models.CheckConstraint(
                condition=models.Q(best_effort=True)
                | models.Q(limit_amount__gt=0, calendar__isnull=False) & ~models.Q(unit=""),
                name="target_has_a_limit_or_is_best_effort"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} P{self.priority}"


class EscalationStep(TenantModel):
    """What happens by itself while a clock isn't answered: once per clock and step, whatever else happens."""

    version = TenantForeignKey(SlaPolicyVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=16, blank=True, choices=[(m.value, m.value) for m in Metric],
                              help_text="Empty = each metric.")
    priority = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty = each priority.")
    after = models.CharField(max_length=6, choices=[(a.value, a.value) for a in StepAfter])
    amount = models.PositiveIntegerField(help_text="Percent of the limit, or minutes after the breach.")
    action = models.CharField(max_length=14, choices=[(e.value, e.value) for e in Escalation])
    team = TenantForeignKey(Team, null=True, blank=True, related_name="+", help_text="To whom, where it is reassigned.")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "version", "position"], name="step_position_once"),
            models.CheckConstraint(condition=models.Q(after="breach") | models.Q(amount__gte=1, amount__lt=100),
                                   name="step_share_is_a_percentage"),
            models.CheckConstraint(condition=~models.Q(action="reassign") | models.Q(team__isnull=False),
                                   name="step_reassigns_to_a_team"),
        ]

    def __str__(self) -> str:
        words = (gettext("%(action)s at %(amount)d %%") if self.after == StepAfter.SHARE
                 else gettext("%(action)s %(amount)d min after the breach"))
        return words % {"action": capfirst(ACTION_WORDS[self.action]), "amount": self.amount}


class Coverage(TenantModel):
    """The policy a contract carries, from a moment on (the accounts floor doesn't know policies)."""

    contract = TenantForeignKey(Contract, on_delete=models.CASCADE, related_name="coverages")
    policy = TenantForeignKey(SlaPolicy, related_name="coverages")
    calendar = TenantForeignKey(Calendar, null=True, blank=True, related_name="+",
                                help_text="The contract's own hours, in place of the business calendar of the targets.")
    agreement = TenantForeignKey(Agreement, null=True, blank=True, related_name="+",
                                 help_text="Targets of its own, in place of those of the policy.")
    effective_from = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "contract", "effective_from"], name="coverage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} → {self.policy_id}"
