"""The tenant itself: how its desk is called, speaks and signs."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as __

from accounts.middleware import forget_hosts
from accounts.models import Tenant
from accounts.tenancy import current_tenant_id
from desk.rooms.base import Column, Room
from desk.rooms.form import SettingForm, SettingMeta, zone_choices


class LookForm(SettingForm):
    """What customers see of the tenant on every page and in every mail."""

    language = forms.ChoiceField(label=__("Language"), choices=settings.LANGUAGES,
                                 help_text=__("For whoever has chosen none."))
    time_zone = forms.ChoiceField(label=__("Time zone"))

    class Meta(SettingMeta):
        model = Tenant
        fields = ("desk_name", "name", "language", "time_zone", "phone", "mail_from", "signature", "docs_url", "forum_url",
                  "disclosure_url")
        labels = {"desk_name": __("Name of the desk"), "name": __("Name of the company"), "phone": __("Phone"),
                  "mail_from": __("Sender of mails"), "signature": __("Closing lines of mails"),
                  "docs_url": __("Documentation"), "forum_url": __("Forum"),
                  "disclosure_url": __("Security disclosure programme")}
        help_texts = {"phone": __("Shown to customers with phone support."),
                      "forum_url": __("Where people on plans that aren’t paid are sent.")}
        widgets = {"signature": forms.Textarea(attrs={"rows": 3})}

    def keep(self) -> None:
        forget_hosts()

    def prepare(self) -> None:
        self.fields["time_zone"].choices = zone_choices("")[1:]


def _own() -> QuerySet[Tenant]:
    return Tenant.objects.filter(pk=current_tenant_id())


LOOK = (
    Room("look", "words", __("Name and look"), __("What the desk is called, its language, time zone, phone and signature."),
         LookForm, (Column(__("Desk"), "desk_name"), Column(__("Language"), "language"),
                    Column(__("Time zone"), "time_zone")),
         new="", order=("id",), rows_of=_own, empty=""),
)
