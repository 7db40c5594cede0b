from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import TenantModel
from accounts.tenancy import TenantForeignKey
from sla.enums import Action, ClockState, Metric
from sla.models.calendar import Calendar
from sla.models.policy import Agreement, EscalationStep, SlaPolicyVersion, SlaTarget
from tickets.models import Ticket


class TicketPolicy(TenantModel):
    """The policy version a ticket runs under, from a moment on; the newest row at a moment counts."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="policies")
    version = TenantForeignKey(SlaPolicyVersion, related_name="+")
    calendar = TenantForeignKey(Calendar, null=True, blank=True, related_name="+")
    agreement = TenantForeignKey(Agreement, null=True, blank=True, related_name="+")
    from_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "ticket", "from_at"],
                                                         name="ticket_policy_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} under {self.version_id}"


class SlaClock(TenantModel):
    """One cycle of a metric: the stored projection of what the engine computes from the ticket's events."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    metric = models.CharField(max_length=16, choices=[(m.value, m.value) for m in Metric])
    cycle = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in ClockState])
    version = TenantForeignKey(SlaPolicyVersion, null=True, related_name="+")
    target = TenantForeignKey(SlaTarget, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    counted_from = models.DateTimeField(help_text="`elapsed_seconds` is true at this moment.")
    elapsed_seconds = models.PositiveBigIntegerField(default=0, help_text="Business time, on the target's calendar.")
    limit_seconds = models.PositiveBigIntegerField(null=True)
    warn_at = models.DateTimeField(null=True)
    goal_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "ticket", "metric", "cycle"], name="clock_cycle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.cycle} of {self.ticket_id}"


class SlaTimer(TenantModel):
    """The next action of a running clock, one row a clock; and one row for each escalation step of an open clock.

    `state` 0 waits, 1 has nothing more to do.
    """

    clock = TenantForeignKey(SlaClock, on_delete=models.CASCADE, related_name="timers")
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Action])
    due_at = models.DateTimeField()
    step = TenantForeignKey(EscalationStep, null=True, on_delete=models.CASCADE, related_name="+")
    generation = models.PositiveIntegerField(default=1)
    state = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "clock", "step"], nulls_distinct=False,
                                                         name="timer_once_per_clock_and_step")]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="timer_due", condition=models.Q(state=0))]

    def __str__(self) -> str:
        return f"{self.action} at {self.due_at}"


class SlaEvent(TenantModel):
    """A clock's warning, missed goal or breach: a fact that never un-happens. Append-only."""

    ticket = TenantForeignKey(Ticket, related_name="sla_events")
    clock = TenantForeignKey(SlaClock, related_name="events")
    metric = models.CharField(max_length=16)
    cycle = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Action])
    step = TenantForeignKey(EscalationStep, null=True, related_name="+")
    at = models.DateTimeField(help_text="The true moment, whenever it was noticed.")
    fired_at = models.DateTimeField(help_text="When a worker noticed.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "clock", "kind", "step"], nulls_distinct=False,
                                                         name="sla_event_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "ticket"], name="sla_events_of_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} {self.metric} of {self.ticket_id}"


class SlaNotice(TenantModel):
    """Somebody has yet to be told of an event: written with it, and deleted with the writing of what is told (ADR 0015).

    Its id is the event's.
    """

    id = models.BigIntegerField(primary_key=True)
    not_before = models.DateTimeField(null=True, help_text="It could not be told and is tried again from then on.")

    def __str__(self) -> str:
        return str(self.pk)
