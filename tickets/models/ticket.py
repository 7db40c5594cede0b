from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import Agent, Contract, Organization, Person, Product, Project, Team, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import ACTIVE_STATUSES, ChannelKind, DueState, Environment, Snooze, Status, choices

ACTIVE = models.Q(status__in=[s.value for s in ACTIVE_STATUSES])


class Ticket(TenantModel):
    """A case. Its words are its comments; its history is its events.

    The due_* columns are the projection of its nearest clock, written by the sla floor in the transaction of the
    event that moved it, so that a queue page is one index scan.
    """

    number = models.PositiveIntegerField(help_text="Counts per tenant; what people say aloud.")
    subject = models.CharField(max_length=300)
    requester = TenantForeignKey(Person, related_name="requested_tickets")
    organization = TenantForeignKey(Organization, null=True, blank=True, related_name="tickets")
    project = TenantForeignKey(Project, null=True, blank=True, related_name="tickets")
    contract = TenantForeignKey(Contract, null=True, blank=True, related_name="tickets")
    channel = models.CharField(max_length=8, choices=choices(ChannelKind))
    channel_rank = models.PositiveSmallIntegerField(default=5)
    status = models.CharField(max_length=8, choices=choices(Status), default=Status.NEW)
    status_reason = models.CharField(max_length=200, blank=True)
    requested_priority = models.PositiveSmallIntegerField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=3)
    priority_confirmed_at = models.DateTimeField(null=True, blank=True)
    environment = models.CharField(max_length=12, choices=choices(Environment), default=Environment.PRODUCTION)
    product = TenantForeignKey(Product, null=True, blank=True, related_name="+")
    product_version = models.CharField(max_length=60, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    callback_number = models.CharField(max_length=40, blank=True)
    assignee = TenantForeignKey(Agent, null=True, blank=True, related_name="assigned_tickets")
    team = TenantForeignKey(Team, null=True, blank=True, related_name="tickets")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    triage_flags = ArrayField(models.CharField(max_length=200), default=list, blank=True,
                              help_text="What triage has to put right, in words.")
    merged_into = TenantForeignKey("self", null=True, blank=True, related_name="merged")
    snooze = models.CharField(max_length=8, choices=choices(Snooze), default=Snooze.NONE, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True, help_text="Values of the tenant’s own fields, by their keys.")
    follows = TenantForeignKey("self", null=True, blank=True, related_name="followed_by")
    version = models.PositiveIntegerField(default=1, help_text="Grows with each change; guards against lost updates.")

    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    due_metric = models.CharField(max_length=16, blank=True)
    due_state = models.CharField(max_length=8, choices=choices(DueState), default=DueState.NONE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="ticket_number_once"),
            models.CheckConstraint(condition=models.Q(priority__gte=1, priority__lte=4), name="ticket_priority_1_to_4"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "follows"], name="ticket_follow_ups",
                         condition=models.Q(follows__isnull=False)),
            models.Index(fields=["tenant", "due_at", "id"], include=["due_state", "status", "snooze"],
                         name="ticket_queue_due", condition=ACTIVE),
            models.Index(fields=["tenant", "channel_rank", "due_at", "id"], include=["due_state", "status", "snooze"],
                         name="ticket_queue_channel", condition=ACTIVE),
            models.Index(fields=["tenant", "assignee", "due_at", "id"], name="ticket_queue_mine", condition=ACTIVE),
            models.Index(fields=["tenant", "-updated_at", "-id"], name="ticket_recent"),
            models.Index(fields=["tenant", "organization", "-updated_at", "-id"], name="ticket_of_organization"),
            models.Index(fields=["tenant", "requester", "-updated_at", "-id"], name="ticket_of_requester"),
            models.Index(fields=["snoozed_until"], name="ticket_snooze_over", condition=models.Q(snooze="time")),
            models.Index(fields=["tenant", "merged_into"], name="ticket_merged_into",
                         condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    @property
    def is_active(self) -> bool:
        """Neither solved nor closed."""
        return self.status in ACTIVE_STATUSES


class TicketCounter(TenantModel):
    """The last ticket number given out in a tenant."""

    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="one_counter_per_tenant")]

    def __str__(self) -> str:
        return str(self.last_number)


class TicketCc(TenantModel):
    """A person who reads along and may answer."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="ccs")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "ticket", "person"], name="cc_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "person"], name="cc_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.ticket_id}"


class TicketSearch(TenantModel):
    """The words of a ticket: what its customer may find, and what staff may find besides."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="search_rows")
    public_words = SearchVectorField(null=True)
    staff_words = SearchVectorField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "ticket"], name="search_row_once")]

    def __str__(self) -> str:
        return str(self.ticket_id)
