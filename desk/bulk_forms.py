"""What is done to many tickets: one form for each action, which gives the value to store and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from accounts.models import Agent
from desk.forms import styled
from tickets.enums import BulkAction, Status
from tickets.queries import macros_for, visible_tickets
from tickets.reference import priority_levels
from tickets.words import STATUS_WORDS
from toolkit.fields import choice
from toolkit.lazy import Words
from toolkit.wording import in_sentence

Step = tuple[BulkAction, dict[str, Any], str]
_MOST_TARGETS = 50


class BulkForm(forms.Form):
    """The common part. Each form's `step` gives, once valid, the action, its value as plain JSON, and it in words."""

    title: Words = ""

    def __init__(self, *args: Any, member: Member, numbers: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.numbers = member, numbers
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
        choice(self, "agent").choices = [("me", _("Me")), ("none", _("Nobody")), *self.names.items()]

    def step(self) -> Step:
        chosen = self.cleaned_data["agent"]
        own = self.member.agent_id
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
                             help_text=gettext_lazy("Needed if the priority changes; the customers read it."))

    def prepare(self) -> None:
        choice(self, "rank").choices = [(rank, str(level)) for rank, level in sorted(priority_levels().items())]

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


class BulkMacroForm(BulkForm):
    """Which macro."""

    title = gettext_lazy("Use a macro on")
    macro = forms.ChoiceField(label=gettext_lazy("Macro"), error_messages={"required": gettext_lazy("Choose the macro")},
                              help_text=gettext_lazy("Its words go to each customer, or are noted on each ticket, with "
                                                     "the names filled in."))

    def prepare(self) -> None:
        self.names = {str(m.pk): m.name for m in macros_for(self.member).order_by("name", "id")[:200]}
        choice(self, "macro").choices = list(self.names.items())

    def step(self) -> Step:
        chosen = self.cleaned_data["macro"]
        return BulkAction.MACRO, {"macro": int(chosen), "seconds": settings.UNDO_SEND_SECONDS}, (
            _("Macro “%(name)s”") % {"name": self.names[chosen]})


class BulkMergeForm(BulkForm):
    """Into which ticket: one of those that are chosen, or another."""

    title = gettext_lazy("Merge")
    target = forms.ChoiceField(label=gettext_lazy("Merge them into"), required=False)
    number = forms.CharField(label=gettext_lazy("Another ticket"), max_length=12, required=False,
                             help_text=gettext_lazy("Its number, where they belong to a ticket that isn’t chosen."))

    def prepare(self) -> None:
        found = visible_tickets(self.member).filter(number__in=self.numbers[:_MOST_TARGETS]).order_by("opened_at", "id")
        choice(self, "target").choices = [(str(t.number), f"#{t.number} {t.subject}"[:90]) for t in found] or [("", "")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = data.get("number", "").strip().lstrip("#") or data.get("target", "")
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
        data["into"] = visible_tickets(self.member).filter(number=number).first()
        if data["into"] is None:
            self.add_error("number", _("Write the number of the other ticket."))
        return data

    def step(self) -> Step:
        into = self.cleaned_data["into"]
        return BulkAction.MERGE, {"target": into.pk}, _("Merge into #%(number)s") % {"number": into.number}


Chosen = BulkAssignForm | BulkStatusForm | BulkPriorityForm | BulkTagForm | BulkMacroForm | BulkMergeForm
FORMS: dict[str, type[Chosen]] = {"assign": BulkAssignForm, "status": BulkStatusForm, "priority": BulkPriorityForm,
                                  "tag": BulkTagForm, "macro": BulkMacroForm, "merge": BulkMergeForm}
