"""Addresses at which the desk takes mail. They belong to the intake: the one place here that knows it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from desk.rooms.base import Column, Room
from desk.rooms.form import SettingForm, SettingMeta
from intake.enums import MailboxKind, MailboxState
from intake.models import Mailbox

_KINDS = [(MailboxKind.SUPPORT.value, __("Support: mail becomes tickets")),
          (MailboxKind.SECURITY.value, __("Security: answered with how to report"))]
_STATES = {MailboxState.DISARMED: __("Disarmed"), MailboxState.SHADOW: __("Shadow"), MailboxState.ARMED: __("Armed")}


class MailboxForm(SettingForm):
    """A new one is disarmed: mail is kept, and nothing is made of it yet."""

    kind = forms.ChoiceField(label=__("Kind"), choices=_KINDS)

    class Meta(SettingMeta):
        model = Mailbox
        fields = ("address", "kind", "copy_to", "authserv_id")
        labels = {"address": __("Address"), "copy_to": __("Copies to"), "authserv_id": __("Believed mail server")}
        help_texts = {"copy_to": __("Security only: where the team gets each report, untouched."),
                      "authserv_id": __("Whose Authentication-Results are believed, as it names itself. Empty: nobody’s.")}

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].lower()
        if self.is_stored and address != self.instance.address and self.instance.messages.exists():
            raise forms.ValidationError(_("Mail came in here already. Add another mailbox instead."))
        return address


MAILBOXES = (
    Room("mailboxes", "channels", __("Mailboxes"), __("Addresses at which you take mail, for support and for security."),
         MailboxForm, (Column(__("Address"), "address"), Column(__("Kind"), lambda m: dict(_KINDS)[m.kind]),
                       Column(__("State"), lambda m: _STATES[MailboxState(m.state)])),
         new=__("New mailbox"), order=("address",), empty=__("Add an address at which you take mail."),
         note=__("A new mailbox is disarmed. Arm it under “Arming and mail in”.")),
)
