"""Whoever writes for a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AddressKind, AgentRole
from accounts.models import Person, PersonAddress
from desk.rooms.base import Column, Room
from desk.rooms.form import Lines, SettingForm, SettingMeta, zone_choices
from toolkit.fields import choice
from toolkit.phones import spoken


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
        choice(self, "time_zone").choices = zone_choices(_("The desk’s"))

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


def _shown(address: PersonAddress) -> str:
    return spoken(address.value) if address.kind == AddressKind.PHONE else address.value


def _people() -> QuerySet[Any]:
    return Person.objects.filter(agents__isnull=True)


PEOPLE = (
    Room("people", "customers", __("Customers’ people"), __("Whoever has written or was invited: addresses and numbers."),
         PersonForm, (Column(__("Name"), "name"),
                      Column(__("Addresses"), lambda p: ", ".join(_shown(a) for a in p.addresses.all())),
                      Column(__("May write"), "is_active")), new="", rows_of=_people, prefetch=("addresses",),
         search=("name", "addresses__value"), empty=__("People come in by invitation, on their customer’s page."),
         look=AgentRole.MANAGER, change=AgentRole.MANAGER),
)
