from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Agent, Person, Team, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import ComposerMode, Status, choices
from tickets.models.ticket import Ticket


class Macro(TenantModel):
    """Words and changes that an agent uses again and again: everybody's, or one agent's own.

    The body may hold placeholders (tickets.macros); empty effects change nothing.
    """

    name = models.CharField(max_length=80)
    owner = TenantForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="macros")
    body = models.TextField(blank=True)
    is_note = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=choices(Status), blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    add_tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    remove_tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    assign_to_me = models.BooleanField(default=False)
    assignee = TenantForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    team = TenantForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "owner", "name"], name="macro_name_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_effects(self) -> bool:
        """Does it change more than the words."""
        return bool(self.status or self.priority or self.add_tags or self.remove_tags or self.assign_to_me
                    or self.assignee_id or self.team_id)


class Draft(TenantModel):
    """What somebody is writing on a ticket: one per person, kept until it is sent or thrown away."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=8, choices=choices(ComposerMode), default=ComposerMode.REPLY)
    body = models.TextField(blank=True)
    then = models.CharField(max_length=8, choices=choices(Status), blank=True)
    macro = TenantForeignKey(Macro, null=True, on_delete=models.SET_NULL, related_name="+")
    uploads = ArrayField(models.BigIntegerField(), default=list, help_text="Attachments that wait with it.")
    next_steps = models.TextField(blank=True, default="", db_default="")
    next_update_by = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each save; guards two windows of one person.")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "ticket", "person"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.person_id} on {self.ticket_id}"


class HeldReply(TenantModel):
    """A reply between the press of Send and its leaving: staff see it, and its author can take it back.

    Nothing public exists of it yet. Its clocks count from the press (adr 0006).
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="held_replies")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    then = models.CharField(max_length=8, choices=choices(Status), blank=True)
    macro = TenantForeignKey(Macro, null=True, on_delete=models.SET_NULL, related_name="+")
    uploads = ArrayField(models.BigIntegerField(), default=list)
    next_steps = models.TextField(blank=True, default="", db_default="")
    next_update_by = models.DateTimeField(null=True)
    pressed_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True, help_text="Why it couldn’t leave; it waits for its author.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["leaves_at"], name="held_reply_due", condition=models.Q(problem="")),
            models.Index(fields=["tenant", "ticket"], name="held_replies_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"held reply {self.pk} on {self.ticket_id}"
