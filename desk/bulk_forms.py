"""What is done to many tickets: one form for each action, which gives the value to store and the words for it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.members import Member
from accounts.models import Agent
from desk.forms import styled
from tickets.enums import STATUS_WORDS, BulkAction, Status
from tickets.reference import priority_levels

Step = tuple[BulkAction, dict[str, Any], str]


class BulkForm(forms.Form):
    """The common part. Each form's `step` gives, once valid, the action, its value as plain JSON, and it in words."""

    title = ""

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.prepare()
        styled(self)
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def prepare(self) -> None:
        """Fill in what the tenant offers."""


class BulkAssignForm(BulkForm):
    """To whom."""

    title = "Assign"
    agent = forms.ChoiceField(label="Assign to", error_messages={"required": "Choose somebody, or nobody"})

    def prepare(self) -> None:
        agents = Agent.objects.filter(is_active=True).select_related("person").order_by("person__name", "id")
        self.names = {str(a.pk): a.person.name for a in agents}
        self.fields["agent"].choices = [("me", "Me"), ("none", "Nobody"), *self.names.items()]

    def step(self) -> Step:
        chosen = self.cleaned_data["agent"]
        own = self.member.agent.pk if self.member.agent else 0
        pk = own if chosen == "me" else None if chosen == "none" else int(chosen)
        return BulkAction.ASSIGN, {"agent": pk}, f"Assign to {self.names.get(str(pk), 'nobody')}"


class BulkStatusForm(BulkForm):
    """Which status."""

    title = "Change the status of"
    status = forms.ChoiceField(label="Status", choices=[(s.value, STATUS_WORDS[s]) for s in Status if s != Status.NEW],
                               error_messages={"required": "Choose the status"})
    reason = forms.CharField(label="Reason", max_length=200, required=False,
                             help_text="Customers see it for “on hold”.")

    def step(self) -> Step:
        to = Status(self.cleaned_data["status"])
        return BulkAction.STATUS, {"status": to.value, "reason": self.cleaned_data["reason"]}, (
            f"Status: {STATUS_WORDS[to].lower()}")


class BulkPriorityForm(BulkForm):
    """Which priority, and why."""

    title = "Confirm the priority of"
    rank = forms.TypedChoiceField(label="Priority", coerce=int, error_messages={"required": "Choose the priority"})
    reason = forms.CharField(label="Reason", max_length=200, required=False,
                             help_text="Needed where the priority changes; the customers read it.")

    def prepare(self) -> None:
        self.fields["rank"].choices = [(rank, str(level)) for rank, level in sorted(priority_levels().items())]

    def step(self) -> Step:
        rank = self.cleaned_data["rank"]
        return BulkAction.PRIORITY, {"rank": rank, "reason": self.cleaned_data["reason"]}, (
            f"Priority: {priority_levels()[rank]}")


class BulkTagForm(BulkForm):
    """Which tag, on or off."""

    title = "Tag"
    tag = forms.CharField(label="Tag", max_length=60, error_messages={"required": "Write the tag"})
    way = forms.ChoiceField(label="What to do", choices=[("add", "Add it"), ("remove", "Remove it")], initial="add",
                            required=False)

    def step(self) -> Step:
        tag = self.cleaned_data["tag"].strip().lower()
        if self.cleaned_data["way"] == "remove":
            return BulkAction.UNTAG, {"tag": tag}, f"Remove the tag “{tag}”"
        return BulkAction.TAG, {"tag": tag}, f"Add the tag “{tag}”"


FORMS: dict[str, type[BulkForm]] = {"assign": BulkAssignForm, "status": BulkStatusForm, "priority": BulkPriorityForm,
                                    "tag": BulkTagForm}
