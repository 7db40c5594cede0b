"""Whom the desk supports: organizations, their contracts, projects and people."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AddressKind, AgentRole, ContactMethod
from accounts.members import Member
from accounts.models import (
    Agent,
    Contract,
    ContractEntitlement,
    Invitation,
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PersonAddress,
    Plan,
    Product,
    Project,
)
from accounts.queries import emails_of
from desk.customer_people import ROLES, InviteForm
from desk.rooms.base import Column, Room
from desk.rooms.catalogue import RIGHTS, rights_words
from desk.rooms.form import Lines, SettingForm, SettingMeta
from sla.errors import TermsError
from sla.models import Calendar, SlaPolicy
from sla.services.coverage import change_coverage
from toolkit.errors import DomainError

MOST_BESIDE = 50
METHODS = [(ContactMethod.EMAIL.value, __("Email")), (ContactMethod.PHONE.value, __("Phone")),
           (ContactMethod.CHAT.value, __("Chat")), (ContactMethod.PORTAL.value, __("Portal"))]


def zone_choices(empty: Any) -> list[tuple[str, Any]]:
    """Every time zone, after one for none."""
    return [("", empty), *((zone, zone) for zone in sorted(available_timezones()))]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "input input--date"}, format="%Y-%m-%d")


class OrganizationForm(SettingForm):
    """A customer. Domains that an admin writes down are taken as verified."""

    domains = Lines(label=__("Mail domains"), each=253, help_text=__("One a line. Unknown senders there are its people."))
    time_zone = forms.ChoiceField(label=__("Time zone"), required=False)
    once = ("name",)

    class Meta(SettingMeta):
        model = Organization
        fields = ("name", "domains", "time_zone", "notes", "is_active")
        labels = {"name": __("Name"), "notes": __("Notes"), "is_active": __("Is a customer")}
        help_texts = {"notes": __("Staff see them beside each ticket.")}
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def prepare(self) -> None:
        self.fields["time_zone"].choices = zone_choices(_("Not known"))

    def kept(self) -> dict[str, Any]:
        return {"domains": sorted(d.domain for d in self.instance.domains.all())}

    def clean_domains(self) -> list[str]:
        wanted = sorted({d.lower().removeprefix("@") for d in self.cleaned_data["domains"]})
        for domain in wanted:
            if "." not in domain or " " in domain or "@" in domain:
                raise forms.ValidationError(_("Write a domain such as example.com in place of “%(text)s”.") % {
                    "text": domain})
        taken = OrganizationDomain.objects.filter(domain__in=wanted).exclude(organization=self.instance.pk).first()
        if taken is not None:
            raise forms.ValidationError(_("%(domain)s belongs to another customer.") % {"domain": taken.domain})
        return wanted

    def keep(self) -> None:
        wanted, rows = self.cleaned_data["domains"], OrganizationDomain.objects.filter(organization=self.instance)
        rows.exclude(domain__in=wanted).delete()
        for domain in wanted:
            OrganizationDomain.objects.update_or_create(domain=domain, organization=self.instance,
                                                        defaults={"is_verified": True})


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
        self.fields["plan"].queryset = Plan.objects.order_by("name")
        for name in ("sales_engineer", "success_manager"):
            staff = Agent.objects.filter(Q(is_active=True) | Q(pk=getattr(self.instance, f"{name}_id")))
            self.fields[name].queryset = staff.select_related("person").order_by("person__name", "id")
        if self.is_stored:
            for name in ("organization", "policy", "hours"):
                del self.fields[name]
            return
        self.initial.setdefault("starts_on", self.at.astimezone(ZoneInfo(self.member.tenant.time_zone)).date())
        self.fields["organization"].queryset = Organization.objects.filter(is_active=True).order_by("name")
        policies, hours = self.fields["policy"], self.fields["hours"]
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


class _ContractChoice(forms.ModelChoiceField):
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
        self.fields["product"].queryset = Product.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.product_id)).order_by("name")
        contracts = Contract.objects.select_related("organization").order_by("organization__name", "reference")
        chosen = self.instance.organization_id or self.initial.get("organization")
        self.fields["contract"].queryset = contracts.filter(organization=chosen) if chosen else contracts
        if self.is_stored:
            del self.fields["organization"]
            return
        self.fields["organization"].queryset = Organization.objects.filter(is_active=True).order_by("name")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        organization = data.get("organization") or (self.instance.organization if self.is_stored else None)
        if data.get("contract") and organization and data["contract"].organization_id != organization.pk:
            self.add_error("contract", _("This contract is another customer’s."))
        return data


class PersonForm(SettingForm):
    """Somebody at a customer's. Addresses that staff write down are taken as verified; the first is written to."""

    emails = Lines(label=__("Mail addresses"), each=254, help_text=__("One a line, the one that we write to first."))
    phones = Lines(label=__("Phone numbers"), each=40, help_text=__("One a line, such as +46855501234."))
    time_zone = forms.ChoiceField(label=__("Time zone"), required=False)

    class Meta(SettingMeta):
        model = Person
        fields = ("name", "title", "emails", "phones", "time_zone", "is_active")
        labels = {"name": __("Name"), "title": __("Title"), "is_active": __("May sign in and write")}

    def prepare(self) -> None:
        self.fields["time_zone"].choices = zone_choices(_("The desk’s"))

    def kept(self) -> dict[str, Any]:
        rows = sorted(self.instance.addresses.all(), key=lambda a: (not a.is_primary, a.pk))
        return {"emails": [a.value for a in rows if a.kind == AddressKind.EMAIL],
                "phones": [a.value for a in rows if a.kind == AddressKind.PHONE]}

    def clean_emails(self) -> list[str]:
        wanted = [e.lower() for e in self.cleaned_data["emails"]]
        for address in wanted:
            forms.EmailField(error_messages={"invalid": _("Write a whole address in place of “%(text)s”.") % {
                "text": address}}).clean(address)
        taken = PersonAddress.objects.filter(kind=AddressKind.EMAIL, value__in=wanted).exclude(
            person=self.instance.pk).first()
        if taken is not None:
            raise forms.ValidationError(_("%(address)s is somebody else’s.") % {"address": taken.value})
        if not wanted and self.instance.user_id:
            raise forms.ValidationError(_("Keep one address: this person signs in."))
        return wanted

    def keep(self) -> None:
        for kind, name in ((AddressKind.EMAIL, "emails"), (AddressKind.PHONE, "phones")):
            wanted, rows = self.cleaned_data[name], PersonAddress.objects.filter(person=self.instance, kind=kind)
            rows.exclude(value__in=wanted).delete()
            for place, value in enumerate(wanted):
                PersonAddress.objects.update_or_create(
                    person=self.instance, kind=kind, value=value, defaults={"is_primary": place == 0},
                    create_defaults={"is_primary": place == 0, "is_verified": True})


def _people() -> QuerySet[Any]:
    return Person.objects.filter(agents__isnull=True)


def beside_organization(row: Organization, member: Member) -> dict[str, Any]:
    """What belongs to a customer: contracts, projects, people, and whom we wait for."""
    people = list(Membership.objects.filter(organization=row).select_related("person").order_by("person__name", "id")
                  [:MOST_BESIDE])
    addresses = emails_of(m.person for m in people)
    contracts = Contract.objects.filter(organization=row).select_related("plan").order_by("-starts_on", "id")
    return {"contracts": contracts[:MOST_BESIDE],
            "projects": Project.objects.filter(organization=row).select_related("contract", "product").order_by("name")
            [:MOST_BESIDE],
            "people": [(m, addresses.get(m.person_id, "")) for m in people], "roles": ROLES, "invite": InviteForm(),
            "waiting": Invitation.objects.filter(organization=row, used_at__isnull=True, withdrawn_at__isnull=True)
            .order_by("-created_at")[:MOST_BESIDE], "is_admin": member.is_at_least(AgentRole.ADMIN)}


_MANAGERS = {"look": AgentRole.MANAGER, "change": AgentRole.MANAGER}
CUSTOMERS = (
    Room("customers", "customers", __("Customers"), __("Organizations with their domains, people, contracts and projects."),
         OrganizationForm, (Column(__("Customer"), "name"), Column(__("Domains"), lambda o: ", ".join(
             d.domain for d in o.domains.all())), Column(__("Is a customer"), "is_active")),
         new=__("New customer"), prefetch=("domains",), search=("name", "domains__domain"),
         empty=__("A customer has people, contracts and projects; tickets need all three."),
         beside="desk/settings/_customer.html", beside_of=beside_organization, **_MANAGERS),
    Room("contracts", "customers", __("Contracts"), __("What each customer has signed: plan, days, rights, contacts."),
         ContractForm, (Column(__("Reference"), "reference"), Column(__("Customer"), "organization"),
                        Column(__("Plan"), "plan"), Column(__("From"), "starts_on"), Column(__("Until"), "ends_on"),
                        Column(__("Own rights"), lambda c: rights_words(c.entitlements.all()))),
         new=__("New contract"), order=("reference", "id"), related=("organization", "plan"),
         prefetch=("entitlements",), search=("reference", "organization__name"), narrow=("organization",),
         look=AgentRole.MANAGER, empty=__("A contract gives a customer its plan and its deadlines."),
         beside="desk/settings/_contract.html"),
    Room("projects", "customers", __("Projects"), __("What each customer is supported for, and under which contract."),
         ProjectForm, (Column(__("Project"), "name"), Column(__("Customer"), "organization"),
                       Column(__("Contract"), "contract"), Column(__("Product"), "product"),
                       Column(__("Active"), "is_active")),
         new=__("New project"), related=("organization", "contract", "product"), search=("name", "organization__name"),
         narrow=("organization",), empty=__("Tickets are filed for a project."), **_MANAGERS),
    Room("people", "customers", __("Customers’ people"), __("Whoever has written or was invited: addresses and numbers."),
         PersonForm, (Column(__("Name"), "name"),
                      Column(__("Addresses"), lambda p: ", ".join(a.value for a in p.addresses.all())),
                      Column(__("May write"), "is_active")), new="", rows_of=_people, prefetch=("addresses",),
         search=("name", "addresses__value"), empty=__("People come in by invitation, on their customer’s page."),
         **_MANAGERS),
)
