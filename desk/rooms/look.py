"""The tenant itself: how its desk is called, speaks and signs."""

from __future__ import annotations

import re
from math import floor

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.addresses import is_anothers_address
from accounts.middleware import forget_hosts
from accounts.models import Tenant
from accounts.services.look import store_logo
from accounts.tenancy import current_tenant_id
from desk.rooms.base import Column, Room
from desk.rooms.form import SettingForm, SettingMeta, zone_choices
from toolkit.colours import ENOUGH, contrast, readable
from toolkit.fields import choice
from toolkit.pictures import clean_png
from toolkit.templatetags.ui import filesize_si

LEAST_SIDE, MOST_SIDE, MOST_BYTES = 32, 1000, 100_000


class LookForm(SettingForm):
    """What customers see of the tenant on every page and in every mail."""

    picture = forms.FileField(label=__("Logo"), required=False, widget=forms.FileInput(attrs={"accept": "image/png"}),
                              help_text=__("PNG, 32 to 1000 pixels a side, 100 KB at most. Pages show it 24 pixels high."))
    no_picture = forms.BooleanField(label=__("Without a logo"), required=False)
    colour = forms.CharField(label=__("Colour"), required=False, help_text=__(
        "Such as #1f55c4. The sign beside your name and your mails have it. Buttons and deadlines keep theirs, so that they "
        "mean the same everywhere."))
    language = forms.ChoiceField(label=__("Language"), choices=settings.LANGUAGES,
                                 help_text=__("For whoever has chosen none."))
    time_zone = forms.ChoiceField(label=__("Time zone"))
    secret = ("picture", "no_picture")

    class Meta(SettingMeta):
        model = Tenant
        fields = ("desk_name", "name", "colour", "language", "time_zone", "phone", "mail_from", "signature", "docs_url",
                  "forum_url", "disclosure_url")
        labels = {"desk_name": __("Name of the desk"), "name": __("Name of the company"),
                  "phone": __("Phone"), "mail_from": __("Sender of mails"), "signature": __("Closing lines of mails"),
                  "docs_url": __("Documentation"), "forum_url": __("Forum"),
                  "disclosure_url": __("Security disclosure programme")}
        help_texts = {"desk_name": __("So it calls itself on pages and in mails."),
                      "mail_from": __("Also the address to which mails are answered."),
                      "phone": __("Shown to customers with phone support."),
                      "forum_url": __("Where people on plans that aren’t paid are sent.")}
        widgets = {"signature": forms.Textarea(attrs={"rows": 3})}

    field_order = ("desk_name", "name", "picture", "no_picture", "colour")

    def clean_mail_from(self) -> str:
        """Nobody writes in another tenant's name: the installation signs the mail of all."""
        address: str = self.cleaned_data["mail_from"].lower()
        if "mail_from" in self.changed_data and is_anothers_address(address):
            raise forms.ValidationError(_("Another tenant takes mail at this address."))
        return address

    def prepare(self) -> None:
        choice(self, "time_zone").choices = zone_choices("")[1:]
        if not self.instance.logo:
            del self.fields["no_picture"]

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"]).strip().lower()
        if colour and not re.fullmatch("#[0-9a-f]{6}", colour):
            raise forms.ValidationError(_("Write # and six digits or letters from a to f, such as #1f55c4."))
        if colour and contrast(colour) < ENOUGH:
            raise forms.ValidationError(_(
                "Text in this colour is hard to read on white, and white on it: their contrast is %(ratio)s to 1, and it "
                "takes 4.5. %(better)s is the nearest shade that has it.") % {
                    "ratio": localize(floor(contrast(colour) * 10) / 10), "better": readable(colour)})
        return colour

    def clean_picture(self) -> bytes | None:
        upload = self.cleaned_data["picture"]
        if not upload:
            return None
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("Choose a picture of at most 100 KB. This one has %(size)s.") % {
                "size": filesize_si(upload.size)})
        try:
            picture, width, height = clean_png(upload.read())
        except ValueError as error:
            raise forms.ValidationError(_("Choose a PNG picture. This file is another one, or damaged.")) from error
        if not all(LEAST_SIDE <= side <= MOST_SIDE for side in (width, height)):
            raise forms.ValidationError(_(
                "Choose a picture of 32 to 1000 pixels a side. This one is %(width)s by %(height)s.") % {
                    "width": width, "height": height})
        return picture

    def keep(self) -> None:
        data, tenant = self.cleaned_data, self.instance
        if data.get("picture") or data.get("no_picture"):
            tenant.logo = store_logo(tenant, data["picture"]) if data.get("picture") else ""
            tenant.save(update_fields=["logo"])
        forget_hosts()


def _own() -> QuerySet[Tenant]:
    return Tenant.objects.filter(pk=current_tenant_id())


def _language(tenant: Tenant) -> str:
    return dict(settings.LANGUAGES).get(tenant.language, tenant.language)


LOOK = (
    Room("look", "words", __("Name and look"),
         __("What the desk is called, its logo, colour, language, time zone, phone and signature."),
         LookForm, (Column(__("Desk"), "desk_name"), Column(__("Language"), _language),
                    Column(__("Time zone"), "time_zone")),
         new="", order=("id",), rows_of=_own, empty="", beside="desk/settings/_look.html"),
)
