"""What customers have signed, and what they are supported for."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole, ContactMethod
from accounts.models import Agent, Contract, ContractEntitlement, Organization, Plan, Product, Project
from desk.rooms.base import Column, Room
from desk.rooms.catalogue import RIGHTS, rights_words
from desk.rooms.form import SettingForm, SettingMeta
from sla.errors import TermsError
from sla.models import Calendar, SlaPolicy
from sla.services.coverage import change_coverage
from toolkit.errors import DomainError
from toolkit.fields import model_choice

METHODS = [(ContactMethod.EMAIL.value, __("Email")), (ContactMethod.PHONE.value, __("Phone")),
           (ContactMethod.CHAT.value, __("Chat")), (ContactMethod.PORTAL.value, __("Portal"))]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "input input--date"}, format="%Y-%m-%d")


class ContractForm(SettingForm):
    """A customer's signed terms. Which policy it follows is chosen with it, and changed on a page of its own."""

    rights = forms.MultipleChoiceField(label=__("Rights beyond the plan’s"), required=False, choices=RIGHTS,
                                       widget=forms.CheckboxSelectMultiple)
    policy = forms.ModelChoiceField(SlaPolicy.objects.none(), label=__("SLA policy"), required=False)
    hours = forms.ModelChoiceField(Calendar.objects.none(), label=__("Business hours"), required=False)
    contact_method = forms.ChoiceField(label=__("Preferred way to be answered"), choices=METHODS)
    once = ("reference",)

    class Meta(SettingMeta):
        model = Contract
        fields = ("organization", "plan", "reference", "starts_on", "ends_on", "contact_method", "contact_note",
                  "sales_engineer", "success_manager")
        labels = {"organization": __("Customer"), "plan": __("Plan"), "reference": __("Reference"),
                  "starts_on": __("From"), "ends_on": __("Until"), "contact_note": __("How exactly"),
                  "sales_engineer": __("Sales engineer"), "success_manager": __("Customer success manager")}
        help_texts = {"reference": __("Such as the contract’s number."), "ends_on": __("Empty: it goes on.")}
        widgets: ClassVar = {"starts_on": _day(), "ends_on": _day()}

    field_order = ("organization", "plan", "reference", "policy", "hours", "starts_on", "ends_on", "rights",
                   "contact_method", "contact_note", "sales_engineer", "success_manager")

    def prepare(self) -> None:
        model_choice(self, "plan").queryset = Plan.objects.order_by("name")
        for name in ("sales_engineer", "success_manager"):
            staff = Agent.objects.filter(Q(is_active=True) | Q(pk=getattr(self.instance, f"{name}_id")))
            model_choice(self, name).queryset = staff.select_related("person").order_by("person__name", "id")
        if self.is_stored:
            for name in ("organization", "policy", "hours"):
                del self.fields[name]
            return
        self.initial.setdefault("starts_on", self.at.astimezone(ZoneInfo(self.member.tenant.time_zone)).date())
        model_choice(self, "organization").queryset = Organization.objects.filter(is_active=True).order_by("name")
        policies, hours = model_choice(self, "policy"), model_choice(self, "hours")
        policies.queryset = SlaPolicy.objects.filter(versions__published_at__isnull=False).distinct().order_by("name")
        policies.empty_label = _("None: everything is best effort")
        hours.queryset, hours.empty_label = Calendar.objects.order_by("name"), _("Those of the policy")

    def kept(self) -> dict[str, Any]:
        return {"rights": sorted(row.entitlement for row in self.instance.entitlements.all())}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("Choose a day after its first."))
        return data

    def keep(self) -> None:
        data, contract = self.cleaned_data, self.instance
        ContractEntitlement.objects.filter(contract=contract).exclude(entitlement__in=data["rights"]).delete()
        for right in data["rights"]:
            ContractEntitlement.objects.get_or_create(contract=contract, entitlement=right)
        if data.get("policy") is None:
            return
        first = datetime.combine(contract.starts_on, time(), tzinfo=ZoneInfo(self.member.tenant.time_zone))
        try:
            change_coverage(contract, policy=data["policy"], calendar=data["hours"], move_open=False, by=self.member,
                            effective_from=max(first, self.at), at=self.at)
        except TermsError as error:
            name, words = next(iter(error.fields.items()))
            fields = {"calendar": "hours", "effective_from": "starts_on"}
            raise DomainError(words, field=fields.get(name, name)) from error


class _ContractChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organization.name}: {obj.reference}"


class ProjectForm(SettingForm):
    """What a customer is supported for; its contract says how."""

    contract = _ContractChoice(Contract.objects.none(), label=__("Contract"))
    once = ("organization", "name")

    class Meta(SettingMeta):
        model = Project
        fields = ("organization", "name", "contract", "product", "url", "is_active")
        labels = {"organization": __("Customer"), "name": __("Name"), "product": __("Product"), "url": __("Address"),
                  "is_active": __("Active")}
        help_texts = {"is_active": __("Only an active project can carry new tickets.")}

    def prepare(self) -> None:
        model_choice(self, "product").queryset = Product.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.product_id)).order_by("name")
        contracts = Contract.objects.select_related("organization").order_by("organization__name", "reference")
        chosen = self.instance.organization_id or self.initial.get("organization")
        model_choice(self, "contract").queryset = contracts.filter(organization=chosen) if chosen else contracts
        if self.is_stored:
            del self.fields["organization"]
            return
        model_choice(self, "organization").queryset = Organization.objects.filter(is_active=True).order_by("name")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        organization = data.get("organization") or (self.instance.organization if self.is_stored else None)
        if data.get("contract") and organization and data["contract"].organization_id != organization.pk:
            self.add_error("contract", _("This contract is another customer’s."))
        return data


CONTRACTS = (
    Room("contracts", "customers", __("Contracts"), __("What each customer has signed: plan, days, rights, contacts."),
         ContractForm, (Column(__("Reference"), "reference"), Column(__("Customer"), "organization"),
                        Column(__("Plan"), "plan"), Column(__("From"), "starts_on"), Column(__("Until"), "ends_on"),
                        Column(__("Own rights"), lambda c: rights_words(row.entitlement for row in c.entitlements.all()))),
         new=__("New contract"), order=("reference", "id"), related=("organization", "plan"),
         prefetch=("entitlements",), search=("reference", "organization__name"), narrow=("organization",),
         look=AgentRole.MANAGER, empty=__("A contract gives a customer its plan and its deadlines."),
         beside="desk/settings/_contract.html"),
    Room("projects", "customers", __("Projects"), __("What each customer is supported for, and under which contract."),
         ProjectForm, (Column(__("Project"), "name"), Column(__("Customer"), "organization"),
                       Column(__("Contract"), "contract"), Column(__("Product"), "product"),
                       Column(__("Active"), "is_active")),
         new=__("New project"), related=("organization", "contract", "product"), search=("name", "organization__name"),
         narrow=("organization",), empty=__("Tickets are filed for a project."),
         look=AgentRole.MANAGER, change=AgentRole.MANAGER),
)
