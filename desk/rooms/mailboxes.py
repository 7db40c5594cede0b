"""Addresses at which the desk takes mail. They belong to the intake: the one place here that knows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.addresses import is_anothers_address
from desk.rooms.base import Column, Room
from desk.rooms.form import SettingForm, SettingMeta
from intake.enums import ImapSecurity, MailboxKind, MailboxState
from intake.models import ImapAccount, Mailbox
from toolkit.fields import model_choice
from toolkit.sealing import seal

_KINDS = [(MailboxKind.SUPPORT.value, __("Support: mail becomes tickets")),
          (MailboxKind.SECURITY.value, __("Security: answered with how to report"))]
_SECURITY = [(ImapSecurity.TLS.value, "TLS"), (ImapSecurity.STARTTLS.value, "STARTTLS"),
             (ImapSecurity.NONE.value, __("None"))]
_STATES = {MailboxState.DISARMED: __("Disarmed"), MailboxState.SHADOW: __("Shadow"), MailboxState.ARMED: __("Armed")}


class MailboxForm(SettingForm):
    """A new one is disarmed: mail is kept, and nothing is made of it yet."""

    kind = forms.ChoiceField(label=__("Kind"), choices=_KINDS)

    class Meta(SettingMeta):
        model = Mailbox
        fields = ("address", "kind", "copy_to", "authserv_id", "trusts_relay")
        labels = {"address": __("Address"), "copy_to": __("Copies to"), "authserv_id": __("Believed mail server"),
                  "trusts_relay": __("Our own server delivers here and refuses forged senders")}
        help_texts = {"copy_to": __("Security only: where the team gets each report, untouched."),
                      "authserv_id": __("Whose Authentication-Results are believed, as it names itself. Empty: nobody’s."),
                      "trusts_relay": __("Agents’ answers by mail then count at once. Otherwise they count when the believed "
                                         "server finds the sender genuine, and are held for an agent when it doesn’t.")}

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].lower()
        if self.is_stored and address != self.instance.address and self.instance.messages.exists():
            raise forms.ValidationError(_("Mail came in here already. Add another mailbox instead."))
        if address != self.instance.address and is_anothers_address(address):
            raise forms.ValidationError(_("Another tenant takes mail at this address."))
        return address


class ImapForm(SettingForm):
    """A mailbox on somebody's IMAP server. The password goes in and never comes out."""

    security = forms.ChoiceField(label=__("Security"), choices=_SECURITY)
    password = forms.CharField(label=__("Password"), required=False, max_length=300, strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "off"}), help_text=__("Empty keeps the present one."))
    secret = ("password",)
    once = ("host", "username", "folder")

    class Meta(SettingMeta):
        model = ImapAccount
        fields = ("mailbox", "host", "port", "security", "username", "password", "folder", "takes_history", "removes",
                  "is_active")
        labels = {"mailbox": __("Mailbox"), "host": __("Server"), "port": __("Port"), "username": __("User"),
                  "folder": __("Folder"), "takes_history": __("Also read what lies there already"),
                  "removes": __("Delete there what is stored here"), "is_active": __("In use")}

    def prepare(self) -> None:
        model_choice(self, "mailbox").queryset = Mailbox.objects.order_by("address")

    def clean(self) -> dict[str, Any]:
        """The password is sealed for one account on one server: another one needs it again."""
        data = super().clean()
        moved = {"host", "username", "folder"} & set(self.changed_data)
        if not data.get("password") and (not self.is_stored or moved):
            self.add_error("password", _("Write the password of this account."))
        return data

    def store(self) -> Model:
        self.instance.next_at, self.instance.last_error = self.at, ""
        return super().store()

    def keep(self) -> None:
        """It is looked into at once, with the new password if there is one."""
        row, password = self.instance, self.cleaned_data["password"]
        if password:
            row.secret = seal(password, owner=row.seal_owner)
        row.save(update_fields=["secret", "next_at", "last_error"])


def _seen(account: Any) -> Any:
    if account.last_error:
        return account.last_error
    return account.seen_at.date() if account.seen_at else None


def answers_believed(mailbox: Mailbox) -> Any:
    """When a mail from an agent's address counts as the agent's answer."""
    if mailbox.trusts_relay:
        return _("Count at once: our own server checks senders")
    if mailbox.authserv_id:
        return _("Count when {server} finds the sender genuine").format(server=mailbox.authserv_id)
    return _("Are held for an agent: nothing proves who sent them")


MAILBOXES = (
    Room("mailboxes", "channels", __("Mailboxes"), __("Addresses at which you take mail, for support and for security."),
         MailboxForm, (Column(__("Address"), "address"), Column(__("Kind"), lambda m: dict(_KINDS)[m.kind]),
                       Column(__("State"), lambda m: _STATES[MailboxState(m.state)]),
                       Column(__("Agents’ answers"), answers_believed)),
         new=__("New mailbox"), order=("address",), empty=__("Add an address at which you take mail."),
         note=__("A new mailbox is disarmed. Arm it under “Arming and mail in”.")),
    Room("imap", "channels", __("IMAP accounts"), __("Mailboxes on your own mail server that the desk looks into."), ImapForm,
         (Column(__("Account"), str), Column(__("Mailbox"), "mailbox"), Column(__("Last look or error"), _seen),
          Column(__("In use"), "is_active")), new=__("New account"), order=("host", "username", "id"), related=("mailbox",),
         empty=__("Mail can also be delivered by SMTP or posted by a provider.")),
)
