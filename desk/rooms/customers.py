"""Whom the desk supports: organizations, and what belongs to each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole
from accounts.members import Member
from accounts.models import Contract, Invitation, Membership, Organization, OrganizationDomain, Project
from accounts.queries import emails_of
from desk.customer_people import ROLES, InviteForm
from desk.rooms.base import Column, Room
from desk.rooms.contracts import CONTRACTS
from desk.rooms.form import Lines, SettingForm, SettingMeta, zone_choices
from desk.rooms.people import PEOPLE
from toolkit.fields import choice

MOST_BESIDE = 50


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
        choice(self, "time_zone").choices = zone_choices(_("Not known"))

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


CUSTOMERS = (
    Room("customers", "customers", __("Customers"), __("Organizations with their domains, people, contracts and projects."),
         OrganizationForm, (Column(__("Customer"), "name"), Column(__("Domains"), lambda o: ", ".join(
             d.domain for d in o.domains.all())), Column(__("Is a customer"), "is_active")),
         new=__("New customer"), prefetch=("domains",), search=("name", "domains__domain"),
         empty=__("A customer has people, contracts and projects; tickets need all three."),
         beside="desk/settings/_customer.html", beside_of=beside_organization, look=AgentRole.MANAGER,
         change=AgentRole.MANAGER),
    *CONTRACTS, *PEOPLE,
)
