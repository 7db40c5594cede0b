"""Work on many tickets, done by workers in batches: each batch commits with its progress, so a killed one goes on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Contract, Organization, Person, TenantModel
from accounts.tenancy import TenantForeignKey
from sla.enums import Change, JobState
from sla.models.calendar import Calendar
from sla.models.policy import SlaPolicyVersion
from tickets.models import Ticket


class Job(TenantModel):
    """`cursor` is the last ticket that is done. Who works on it holds the row's lock."""

    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in JobState], default=JobState.WAITING)
    due_at = models.DateTimeField(help_text="Not begun earlier.")
    requested_by = TenantForeignKey(Person, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Waiting or under way."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


class WhatIfRun(Job):
    """Tickets of the last days, replayed under a draft as it stood at `revision`."""

    version = TenantForeignKey(SlaPolicyVersion, on_delete=models.CASCADE, related_name="whatif_runs")
    revision = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField(default=90)
    result = models.JSONField(default=dict, help_text="Counts before and after: by metric, priority, organization.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="whatif_open", condition=models.Q(state__in=["waiting", "running"])),
            models.Index(fields=["tenant", "version", "-id"], name="whatif_of_version"),
        ]

    def __str__(self) -> str:
        return f"what-if of {self.version_id} r{self.revision}"


class WhatIfChange(TenantModel):
    """A ticket that would have gone otherwise under the draft."""

    run = TenantForeignKey(WhatIfRun, on_delete=models.CASCADE, related_name="changes")
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    organization = TenantForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="+")
    priority = models.PositiveSmallIntegerField()
    change = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Change])
    clocks = models.JSONField(help_text="[metric, cycle, limit before, limit after, late before, late after], …")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "run", "ticket"], name="whatif_ticket_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "run", "change", "ticket"], name="whatif_changes")]

    def __str__(self) -> str:
        return f"{self.change} {self.ticket_id}"


class Recalculation(Job):
    """Open tickets whose clocks must follow a changed calendar, or move to a version or to a contract's new coverage."""

    reason = models.CharField(max_length=200)
    calendar = TenantForeignKey(Calendar, null=True, on_delete=models.CASCADE, related_name="+")
    version = TenantForeignKey(SlaPolicyVersion, null=True, on_delete=models.CASCADE, related_name="+")
    contract = TenantForeignKey(Contract, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="recalculation_open",
                         condition=models.Q(state__in=["waiting", "running"])),
            models.Index(fields=["tenant", "-id"], name="recalculations_newest"),
        ]

    def __str__(self) -> str:
        return self.reason
