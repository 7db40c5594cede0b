"""What is done to many tickets: one form for each action, which gives the value to store and the words for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from accounts.models import Agent
from desk.forms import styled
from tickets.enums import BulkAction, Status
from tickets.reference import priority_levels
from tickets.words import STATUS_WORDS
from toolkit.wording import in_sentence

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

    title = gettext_lazy("Assign")
    agent = forms.ChoiceField(
        label=gettext_lazy("Assign to"), error_messages={"required": gettext_lazy("Choose somebody, or nobody")}
    )

    def prepare(self) -> None:
        agents = Agent.objects.filter(is_active=True).select_related("person").order_by("person__name", "id")
        self.names = {str(a.pk): a.person.name for a in agents}
        self.fields["agent"].choices = [("me", _("Me")), ("none", _("Nobody")), *self.names.items()]

    def step(self) -> Step:
        chosen = self.cleaned_data["agent"]
        own = self.member.agent.pk if self.member.agent else 0
        pk = own if chosen == "me" else None if chosen == "none" else int(chosen)
        return BulkAction.ASSIGN, {"agent": pk}, _("Assign to {get}").format(get=self.names.get(str(pk), 'nobody'))


class BulkStatusForm(BulkForm):
    """Which status."""

    title = gettext_lazy("Change the status of")
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[(s.value, STATUS_WORDS[s]) for s in Status if s != Status.NEW],
        error_messages={"required": gettext_lazy("Choose the status")},
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False,
                             help_text=gettext_lazy("Customers see it for “on hold”."))

    def step(self) -> Step:
        to = Status(self.cleaned_data["status"])
        return (
            BulkAction.STATUS,
            {"status": to.value, "reason": self.cleaned_data["reason"]},
            _("Status: {status_words}").format(status_words=in_sentence(STATUS_WORDS[to])),
        )


class BulkPriorityForm(BulkForm):
    """Which priority, and why."""

    title = gettext_lazy("Confirm the priority of")
    rank = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), coerce=int, error_messages={"required": gettext_lazy("Choose the priority")}
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False,
                             help_text=gettext_lazy("Needed where the priority changes; the customers read it."))

    def prepare(self) -> None:
        self.fields["rank"].choices = [(rank, str(level)) for rank, level in sorted(priority_levels().items())]

    def step(self) -> Step:
        rank = self.cleaned_data["rank"]
        return (
            BulkAction.PRIORITY,
            {"rank": rank, "reason": self.cleaned_data["reason"]},
            _("Priority: {priority_levels}").format(priority_levels=priority_levels()[rank]),
        )


class BulkTagForm(BulkForm):
    """Which tag, on or off."""

    title = gettext_lazy("Tag")
    tag = forms.CharField(
        label=gettext_lazy("Tag"), max_length=60, error_messages={"required": gettext_lazy("Write the tag")}
    )
    way = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[("add", gettext_lazy("Add it")), ("remove", gettext_lazy("Remove it"))],
        initial="add",
        required=False,
    )

    def step(self) -> Step:
        tag = self.cleaned_data["tag"].strip().lower()
        if self.cleaned_data["way"] == "remove":
            return BulkAction.UNTAG, {"tag": tag}, _("Remove the tag “{tag}”").format(tag=tag)
        return BulkAction.TAG, {"tag": tag}, _("Add the tag “{tag}”").format(tag=tag)


FORMS: dict[str, type[BulkForm]] = {"assign": BulkAssignForm, "status": BulkStatusForm, "priority": BulkPriorityForm,
                                    "tag": BulkTagForm}
