"""What staff work with: custom fields, quiet hours, sets of documentation, steps of escalation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import Product, ProductVersion, Team
from desk.rooms.base import Column, Room
from desk.rooms.form import Lines, SettingForm, SettingMeta
from knowledge.models import DocSet
from notifications.models import QuietHours
from sla.action_words import ACTION_WORDS
from sla.enums import Escalation, StepAfter
from sla.models import EscalationStep, SlaPolicyVersion
from sla.steps import StepLine, step_words
from tickets.enums import FieldKind
from tickets.models import CustomField, PriorityLevel
from tickets.reference import priority_levels
from toolkit.fields import choice, model_choice

_FIELD_KINDS = [(FieldKind.TEXT.value, __("Text")), (FieldKind.NUMBER.value, __("Number")),
                (FieldKind.CHOICE.value, __("One of a list")), (FieldKind.DATE.value, __("Date")),
                (FieldKind.CHECKBOX.value, __("Yes or no"))]
_ACTIONS = [(action, capfirst(words)) for action, words in ACTION_WORDS.items()]
_AFTER = [(StepAfter.SHARE.value, __("percent of the limit")), (StepAfter.BREACH.value, __("minutes after the breach"))]


class CustomFieldForm(SettingForm):
    """A field of the tenant's own on every ticket. Its kind stays: values hang on it."""

    options = Lines(label=__("The list"), each=80, help_text=__("One a line; only for “One of a list”."))
    kind = forms.ChoiceField(label=__("Kind"), choices=_FIELD_KINDS)
    once, slug_from, slug_field = ("label",), "label", "key"

    class Meta(SettingMeta):
        model = CustomField
        fields = ("label", "kind", "options", "help_text", "position", "is_active")
        labels = {"label": __("Name"), "help_text": __("Hint"), "position": __("Place"), "is_active": __("In use")}

    def prepare(self) -> None:
        if self.is_stored:
            del self.fields["kind"]
            if self.instance.kind != FieldKind.CHOICE:
                del self.fields["options"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind", self.instance.kind) == FieldKind.CHOICE and "options" in data and not data["options"]:
            self.add_error("options", _("Write what can be chosen, one a line."))
        return data


class QuietHoursForm(SettingForm):
    """When staff are told of clocks in a digest. There is one row or none."""

    class Meta(SettingMeta):
        model = QuietHours
        fields = ("starts", "ends")
        labels = {"starts": __("From"), "ends": __("Until")}
        help_texts = {"ends": __("Earlier than the start: over midnight. The desk’s time zone counts.")}
        widgets = {"starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                   "ends": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class DocSetForm(SettingForm):
    """The documentation of a product, of one of its versions, or of neither."""

    once, slug_from = ("name", "product", "version"), "name"

    class Meta(SettingMeta):
        model = DocSet
        fields = ("name", "product", "version", "language", "is_public")
        labels = {"name": __("Name"), "product": __("Product"), "version": __("Version"), "language": __("Language"),
                  "is_public": __("Everybody may read it")}
        help_texts = {"language": __("Of articles that name no other, such as en or de.")}

    def prepare(self) -> None:
        model_choice(self, "product").queryset = Product.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.product_id)).order_by("name")
        model_choice(self, "version").queryset = ProductVersion.objects.select_related("product").order_by(
            "product__name", "position")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("version") and data["version"].product_id != getattr(data.get("product"), "pk", None):
            self.add_error("version", _("Choose a version of the product above."))
        return data


class _DraftChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return _("%(policy)s, draft %(number)s") % {"policy": obj.policy.name, "number": obj.number}


class StepForm(SettingForm):
    """What a policy's draft does by itself while a clock isn't answered."""

    version = _DraftChoice(SlaPolicyVersion.objects.none(), label=__("Draft"))
    priority = forms.TypedChoiceField(label=__("Priority"), required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label=__("What happens"), choices=_ACTIONS)
    after = forms.ChoiceField(label=__("Counted in"), choices=_AFTER)
    once = ("version", "position")

    class Meta(SettingMeta):
        model = EscalationStep
        fields = ("version", "position", "metric", "priority", "amount", "after", "action", "team")
        labels = {"position": __("Place"), "metric": __("Clock"), "amount": __("After"), "team": __("Team")}
        help_texts = {"metric": __("Empty: each."), "team": __("To whom it is given, where it is given to a team.")}

    def prepare(self) -> None:
        model_choice(self, "version").queryset = SlaPolicyVersion.objects.filter(
            published_at__isnull=True).select_related("policy").order_by("policy__name")
        choice(self, "priority").choices = [("", _("Each")), *((p.rank, str(p)) for p in PriorityLevel.objects.all())]
        model_choice(self, "team").queryset = Team.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("after") == StepAfter.SHARE and not 0 < (data.get("amount") or 0) < 100:
            self.add_error("amount", _("A share is 1 to 99 percent."))
        if data.get("action") == Escalation.REASSIGN and not data.get("team"):
            self.add_error("team", _("Choose the team that gets it."))
        return data


def _language(doc_set: DocSet) -> str:
    return dict(settings.LANGUAGES).get(doc_set.language, doc_set.language)


def _step(step: EscalationStep) -> str:
    line = StepLine(step.action, step.after, step.amount, step.metric, step.priority or 0, step.team_id)
    return capfirst(step_words(line, {step.team.pk: step.team.name} if step.team else {}, priority_levels()))


def _draft_steps() -> QuerySet[Any]:
    return EscalationStep.objects.filter(version__published_at__isnull=True)


WORK = (
    Room("fields", "work", __("Custom fields"), __("Fields of your own on every ticket."), CustomFieldForm,
         (Column(__("Name"), "label"), Column(__("Kind"), lambda f: dict(_FIELD_KINDS)[f.kind]),
          Column(__("In use"), "is_active")), new=__("New field"), order=("position", "label", "id"),
         empty=__("A field of your own stands on every ticket, such as a region or an invoice.")),
    Room("docs", "work", __("Documentation"), __("Sets of articles: about which product, in which language, for whom."),
         DocSetForm, (Column(__("Set"), "name"), Column(__("About"), "about"), Column(__("Language"), _language),
                      Column(__("Everybody may read it"), "is_public")), new=__("New set"),
         related=("product", "version"), empty=__("Customers search documentation before they write a ticket.")),
    Room("quiet-hours", "work", __("Quiet hours"), __("When staff get one digest in place of many mails."), QuietHoursForm,
         (Column(__("Hours"), str),), new=__("Set quiet hours"), order=("id",), deletable=True,
         empty=__("Staff are told of each clock at once, day and night."),
         note=__("The highest priority is always told at once.")),
    Room("escalation", "service", __("Escalation steps"), __("What a policy’s draft does by itself while nobody answers."),
         StepForm, (Column(__("Step"), str), Column(__("Policy"), lambda s: s.version.policy),
                    Column(__("In words"), _step)), new=__("New step"),
         order=("version_id", "position", "id"), related=("version__policy", "team"), deletable=True, rows_of=_draft_steps,
         empty=__("Steps belong to drafts: begin a draft of a policy first."),
         note=__("Published versions keep their steps for good. Publish the draft to let these count.")),
)
