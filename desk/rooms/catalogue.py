"""What the desk supports and sells: priorities and their advisor, products, plans."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole, Entitlement
from accounts.models import Plan, PlanEntitlement, Product, ProductVersion
from desk.rooms.base import Column, Room
from desk.rooms.form import Lines, SettingForm, SettingMeta
from tickets.models import PriorityLevel, PriorityQuestion, PriorityRule
from tickets.reference import priority_words
from toolkit.errors import DomainError
from toolkit.fields import choice

RIGHTS = [(Entitlement.PHONE.value, __("Phone support")), (Entitlement.CALLBACK.value, __("Callbacks on request")),
          (Entitlement.PRIORITY_AT_WILL.value, __("Sets the priority at will")),
          (Entitlement.NONPROD_247.value, __("Outside production around the clock"))]
_AREA = {"rows": 3}


def rights_words(codes: Iterable[str]) -> str:
    """Rights of a plan or contract, as a list names them."""
    words = dict(RIGHTS)
    return ", ".join(str(words[code]) for code in codes)


class PriorityForm(SettingForm):
    """The tenant's words for a rank; the rank itself is what clocks and policies know."""

    once = ("code",)

    class Meta(SettingMeta):
        model = PriorityLevel
        fields = ("code", "label", "definition", "definition_nonproduction")
        labels = {"code": __("Code"), "label": __("Name"), "definition": __("What it means"),
                  "definition_nonproduction": __("What it means outside production")}
        help_texts = {"code": __("Short, such as P1."), "definition": __("Customers read it beside the choice."),
                      "definition_nonproduction": __("Only where it differs.")}
        widgets = {"definition": forms.Textarea(attrs=_AREA), "definition_nonproduction": forms.Textarea(attrs=_AREA)}


class QuestionForm(SettingForm):
    """A criterion that customers tick."""

    slug_from, slug_field = "text", "key"

    class Meta(SettingMeta):
        model = PriorityQuestion
        fields = ("text", "environment", "position")
        labels = {"text": __("Criterion"), "environment": __("Where it is asked"), "position": __("Place in the list")}
        help_texts = {"text": __("A sentence that is true or not, in the customer’s words.")}
        widgets = {"text": forms.TextInput}

    def may_delete(self) -> None:
        key = self.instance.key
        for rule in PriorityRule.objects.all():
            if key in {*rule.any_of, *rule.all_of, *rule.none_of}:
                raise DomainError(_("The rule “%(rule)s” asks for it. Change that rule first.") % {"rule": rule.reason})


class RuleForm(SettingForm):
    """What ticked criteria lead to."""

    rank = forms.TypedChoiceField(label=__("Recommended priority"), coerce=int)
    any_of = forms.MultipleChoiceField(label=__("At least one of these"), required=False,
                                       widget=forms.CheckboxSelectMultiple)
    all_of = forms.MultipleChoiceField(label=__("All of these"), required=False, widget=forms.CheckboxSelectMultiple)
    none_of = forms.MultipleChoiceField(label=__("None of these"), required=False, widget=forms.CheckboxSelectMultiple)
    once = ("position",)

    class Meta(SettingMeta):
        model = PriorityRule
        fields = ("position", "rank", "any_of", "all_of", "none_of", "environment", "right", "reason")
        labels = {"position": __("Place"), "environment": __("Where"), "right": __("Only with the right"),
                  "reason": __("Reason")}
        help_texts = {"position": __("The first rule that fits wins."), "reason": __("Shown with the recommendation.")}
        widgets = {"reason": forms.TextInput}

    def prepare(self) -> None:
        questions = [(q.key, q.text) for q in PriorityQuestion.objects.all()]
        for name in ("any_of", "all_of", "none_of"):
            choice(self, name).choices = questions
        choice(self, "rank").choices = [(p.rank, str(p)) for p in PriorityLevel.objects.all()]
        choice(self, "right").choices = [("", _("Any contract")), *RIGHTS]


class ProductForm(SettingForm):
    """Something the tenant supports, with its versions."""

    aliases = Lines(label=__("Other names"), help_text=__("One a line: what customers write in mail."))
    versions = Lines(label=__("Versions"), each=60, help_text=__("One a line, the newest first."))
    once, slug_from = ("name",), "name"

    class Meta(SettingMeta):
        model = Product
        fields = ("name", "aliases", "versions", "docs_url", "release_notes_url", "is_active")
        labels = {"name": __("Name"), "docs_url": __("Documentation"), "release_notes_url": __("Release notes"),
                  "is_active": __("In use")}
        help_texts = {"is_active": __("Without the tick nobody can choose it any more; old tickets keep it.")}

    def kept(self) -> dict[str, Any]:
        return {"versions": [v.name for v in sorted(self.instance.versions.all(), key=lambda v: (v.position, v.pk))]}

    def keep(self) -> None:
        """Versions that documentation hangs on refuse to go."""
        wanted, product = self.cleaned_data["versions"], self.instance
        for row in ProductVersion.objects.filter(product=product).exclude(name__in=wanted):
            if row.doc_sets.exists():
                raise DomainError(_("There is documentation for the version %(name)s, so it stays.") % {
                    "name": row.name}, field="versions")
            row.delete()
        for position, name in enumerate(wanted):
            ProductVersion.objects.update_or_create(
                product=product, name=name, defaults={"position": position},
                create_defaults={"position": position, "release_notes_url": product.release_notes_url})


class PlanForm(SettingForm):
    """An offer, and the rights that come with it."""

    rights = forms.MultipleChoiceField(label=__("Rights"), required=False, choices=RIGHTS,
                                       widget=forms.CheckboxSelectMultiple)
    once, slug_from = ("name",), "name"

    class Meta(SettingMeta):
        model = Plan
        fields = ("name", "description", "is_paid", "rights")
        labels = {"name": __("Name"), "description": __("Description"), "is_paid": __("Paid")}
        help_texts = {"is_paid": __("Customers of a plan that isn’t paid are shown the forum and can’t open tickets.")}
        widgets = {"description": forms.Textarea(attrs=_AREA)}

    def kept(self) -> dict[str, Any]:
        return {"rights": sorted(row.entitlement for row in self.instance.entitlements.all())}

    def keep(self) -> None:
        wanted = self.cleaned_data["rights"]
        PlanEntitlement.objects.filter(plan=self.instance).exclude(entitlement__in=wanted).delete()
        for right in wanted:
            PlanEntitlement.objects.get_or_create(plan=self.instance, entitlement=right)


CATALOGUE = (
    Room("priorities", "service", __("Priorities"), __("What each priority is called and means, in your words."),
         PriorityForm, (Column(__("Priority"), str), Column(__("Means"), "definition")), new="", order=("rank",),
         empty=__("The desk has no priorities."),
         note=__("A change counts at once for choices and mails. Policies that are published and deadlines stay as they "
                 "are: they know the rank, not its name.")),
    Room("criteria", "service", __("Priority criteria"), __("What customers tick to be advised on a priority."),
         QuestionForm, (Column(__("Criterion"), "text"), Column(__("Asked"), "get_environment_display")),
         new=__("New criterion"), order=("position", "id"), deletable=True,
         empty=__("Criteria let customers find the right priority by what they see.")),
    Room("advice", "service", __("Priority advice"), __("Which priority the ticked criteria lead to, and why."),
         RuleForm, (Column(__("Place and reason"), str), Column(__("Priority"), lambda r: priority_words(r.rank))),
         new=__("New rule"),
         order=("position",), deletable=True,
         empty=__("Rules turn ticked criteria into a recommended priority.")),
    Room("products", "catalogue", __("Products"), __("What you support, with versions and release notes."), ProductForm,
         (Column(__("Product"), "name"),
          Column(__("Versions"), lambda p: ", ".join(v.name for v in sorted(p.versions.all(), key=lambda v: v.position))),
          Column(__("In use"), "is_active")), new=__("New product"), prefetch=("versions",), search=("name",),
         look=AgentRole.MANAGER, change=AgentRole.MANAGER,
         empty=__("Customers choose the product that a ticket is about.")),
    Room("plans", "catalogue", __("Plans"), __("What you sell, and the rights that come with it."), PlanForm,
         (Column(__("Plan"), "name"), Column(__("Paid"), "is_paid"),
          Column(__("Rights"), lambda p: rights_words(row.entitlement for row in p.entitlements.all()))), new=__("New plan"),
         prefetch=("entitlements",), look=AgentRole.MANAGER, empty=__("A contract needs a plan.")),
)
