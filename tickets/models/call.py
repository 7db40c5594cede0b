from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Agent, HookToken, Organization, Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import CallDirection, ScriptKey, choices
from tickets.models.conversation import Comment
from tickets.models.ticket import Ticket


class Call(TenantModel):
    """A phone call: told by the telephone system, written down by whoever took it, or both."""

    direction = models.CharField(max_length=8, choices=choices(CallDirection))
    hook = TenantForeignKey(HookToken, null=True, related_name="+", help_text="The telephone system that told of it.")
    external_id = models.CharField(max_length=120, blank=True, help_text="The telephone system's own name of the call.")
    number = models.CharField(max_length=40, blank=True, help_text="Of the other side, E.164; empty when withheld.")
    caller_name = models.CharField(max_length=160, blank=True, help_text="As the caller said it.")
    person = TenantForeignKey(Person, null=True, related_name="+")
    organization = TenantForeignKey(Organization, null=True, related_name="calls")
    ticket = TenantForeignKey(Ticket, null=True, related_name="calls")
    comment = TenantForeignKey(Comment, null=True, related_name="+", help_text="The entry that says what was said.")
    agent = TenantForeignKey(Agent, null=True, related_name="+", help_text="Who took or made it.")
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)
    entitled = models.BooleanField(null=True, help_text="Had the caller phone support; empty when nobody looked.")
    directed_to = models.CharField(max_length=200, blank=True, help_text="Where a caller without phone support was sent.")
    handled_at = models.DateTimeField(null=True, help_text="When it was written down.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "hook", "external_id"], name="call_once_per_system",
                                    condition=~models.Q(external_id="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-started_at", "-id"], name="calls_newest_first"),
            models.Index(fields=["tenant", "ticket", "started_at"], name="calls_of_ticket"),
            models.Index(fields=["tenant", "started_at"], name="calls_not_handled",
                         condition=models.Q(handled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.number or 'withheld'}"

    @property
    def state(self) -> str:
        """`ringing`, `talking`, `missed` or `ended`."""
        if self.ended_at is None:
            return "talking" if self.answered_at else "ringing"
        return "ended" if self.answered_at or self.handled_at else "missed"

    @property
    def seconds(self) -> float:
        """How long people talked."""
        return (self.ended_at - self.answered_at).total_seconds() if self.ended_at and self.answered_at else 0.0


class Callback(TenantModel):
    """A promise to call somebody back; open until somebody notes that it is done (S13)."""

    ticket = TenantForeignKey(Ticket, related_name="callbacks")
    person = TenantForeignKey(Person, related_name="+")
    number = models.CharField(max_length=40, help_text="E.164.")
    reason = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    assignee = TenantForeignKey(Agent, null=True, related_name="callbacks")
    requested_by = TenantForeignKey(Person, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = TenantForeignKey(Agent, null=True, related_name="+")
    done_note = models.TextField(blank=True)
    call = TenantForeignKey(Call, null=True, related_name="+", help_text="The call that answered it.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "due_at", "id"], name="callbacks_open",
                         condition=models.Q(done_at__isnull=True)),
            models.Index(fields=["tenant", "-done_at", "-id"], name="callbacks_done",
                         condition=models.Q(done_at__isnull=False)),
            models.Index(fields=["tenant", "ticket"], name="callbacks_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"call back {self.number}"


class PhoneScript(TenantModel):
    """What the tenant's receptionists say, one text for each moment of a call; without one the product's own stands."""

    key = models.CharField(max_length=16, choices=choices(ScriptKey))
    text = models.TextField(help_text="{customer}, {plan}, {desk} and {link} are filled in.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="phone_script_once")]

    def __str__(self) -> str:
        return self.key
