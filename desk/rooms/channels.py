"""Ways in: their order, telephone systems and what is said on the phone, chat."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import HookToken, Organization, Project
from accounts.services.hooks import create_hook, revoke_hook
from desk.rooms.base import Column, Room
from desk.rooms.form import SettingForm, SettingMeta
from notifications.chatkeys import keep_keys
from notifications.models import ChatChannel, ChatWorkspace
from tickets.enums import ChannelKind, ScriptKey
from tickets.models import Channel, PhoneScript
from toolkit.fields import choice, model_choice
from toolkit.wording import spaced

KINDS = {ChannelKind.PORTAL: __("Portal"), ChannelKind.EMAIL: __("Email"), ChannelKind.PHONE: __("Phone"),
         ChannelKind.CHAT: __("Chat (Slack)"), ChannelKind.API: __("Programs (API)")}


class ChannelForm(SettingForm):
    """A way in. There is one of each kind."""

    once = ("kind",)

    class Meta(SettingMeta):
        model = Channel
        fields = ("kind", "name", "rank", "is_enabled")
        labels = {"kind": __("Kind"), "name": __("Name"), "rank": __("Rank"), "is_enabled": __("In use")}
        help_texts = {"rank": __("1 is served first: the strictest SLA.")}

    def prepare(self) -> None:
        if self.is_stored:
            del self.fields["kind"]
            return
        present = set(Channel.objects.values_list("kind", flat=True))
        choice(self, "kind").choices = [(k.value, words) for k, words in KINDS.items() if k.value not in present]


class ScriptForm(SettingForm):
    """What is said at a moment of a call, in place of the product's own words."""

    once = ("key",)

    class Meta(SettingMeta):
        model = PhoneScript
        fields = ("key", "text")
        labels = {"key": __("Moment of the call"), "text": __("Words")}
        help_texts = {"text": __("{customer}, {plan}, {desk} and {link} are filled in.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def prepare(self) -> None:
        if self.is_stored:
            del self.fields["key"]
            return
        present = set(PhoneScript.objects.values_list("key", flat=True))
        choice(self, "key").choices = [(k.value, spaced(k)) for k in ScriptKey if k.value not in present]


class HookForm(SettingForm):
    """A telephone system that tells us of calls. Its secret is made here and shown once."""

    ended = forms.BooleanField(label=__("Has ended"), required=False,
                               help_text=__("Nothing that it signs is believed any more."))
    records_itself = True

    class Meta(SettingMeta):
        model = HookToken
        fields = ("name",)
        labels = {"name": __("Name")}

    def prepare(self) -> None:
        if not self.is_stored or self.instance.revoked_at:
            del self.fields["ended"]

    def store(self) -> Model:
        if self.is_stored:
            row = cast(HookToken, super().store())
            if self.cleaned_data.get("ended"):
                revoke_hook(row, by=self.member.person, at=self.at)
            return row
        made, secret = create_hook(name=self.cleaned_data["name"], by=self.member.person, at=self.at)
        self.told_once = _("Address: /hooks/telephony/%(number)s\nSecret: %(secret)s") % {"number": made.pk, "secret": secret}
        return made


class _Key(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "class": "input"}), **kwargs)


class WorkspaceForm(SettingForm):
    """A Slack workspace with the tenant's app. Its keys go in and never come out."""

    bot_token = _Key(label=__("Bot token"), help_text=__("Starts with xoxb-. Empty keeps the present one."))
    signing_secret = _Key(label=__("Signing secret"), help_text=__("On the app’s page of basic information."))
    secret = ("bot_token", "signing_secret")
    once = ("team_id",)

    class Meta(SettingMeta):
        model = ChatWorkspace
        fields = ("name", "team_id", "bot_user_id", "is_active")
        labels = {"name": __("Name"), "team_id": __("Workspace ID"), "bot_user_id": __("User of the app"),
                  "is_active": __("In use")}

    def keep(self) -> None:
        keep_keys(self.instance, token=self.cleaned_data["bot_token"].strip(),
                  signing_secret=self.cleaned_data["signing_secret"].strip())


class ChatChannelForm(SettingForm):
    """A chat channel that is shared with a customer."""

    once = ("workspace", "channel_id")

    class Meta(SettingMeta):
        model = ChatChannel
        fields = ("workspace", "channel_id", "name", "organization", "project", "trigger", "is_active")
        labels = {"workspace": __("Workspace"), "channel_id": __("Channel ID"), "name": __("Name"),
                  "organization": __("Customer"), "project": __("Project"), "trigger": __("Trigger"),
                  "is_active": __("In use")}
        help_texts = {"trigger": __("A word, or an emoji such as :ticket:, that makes a message a ticket.")}

    def prepare(self) -> None:
        model_choice(self, "workspace").queryset = ChatWorkspace.objects.order_by("name")
        model_choice(self, "organization").queryset = Organization.objects.order_by("name")
        model_choice(self, "project").queryset = Project.objects.select_related("organization").order_by(
            "organization__name", "name")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("project") and data.get("organization") and data["project"].organization_id != data["organization"].pk:
            self.add_error("project", _("This project is another customer’s."))
        return data


CHANNELS = (
    Room("channels", "channels", __("Ways in"), __("Portal, mail, phone, chat and programs, and which is served first."),
         ChannelForm, (Column(__("Name"), "name"), Column(__("Kind"), lambda c: KINDS[ChannelKind(c.kind)]),
                       Column(__("Rank"), "rank"), Column(__("In use"), "is_enabled")),
         new=__("New way in"), order=("rank", "id"), empty=__("Tickets come in by portal, mail, phone, chat or API.")),
    Room("phone-script", "channels", __("Phone script"), __("What receptionists say, in place of the product’s own words."),
         ScriptForm, (Column(__("Moment"), lambda s: spaced(s.key)), Column(__("Words"), "text")),
         new=__("New words"), order=("key",), deletable=True, empty=__("The product’s own words stand everywhere.")),
    Room("telephone-systems", "channels", __("Telephone systems"), __("Systems that tell the desk of calls, signed."),
         HookForm, (Column(__("Name"), "name"), Column(__("Made"), lambda h: h.created_at.date()),
                    Column(__("Last call told"), lambda h: h.last_used_at.date() if h.last_used_at else None),
                    Column(__("Ended"), lambda h: h.revoked_at is not None)),
         new=__("New telephone system"), empty=__("A telephone system tells of calls as they ring.")),
    Room("slack", "channels", __("Slack workspaces"), __("Where your Slack app is installed, and its keys."), WorkspaceForm,
         (Column(__("Name"), "name"), Column(__("Workspace ID"), "team_id"), Column(__("In use"), "is_active")),
         new=__("New workspace"), empty=__("Install your Slack app and write down its keys here."),
         note=__("The app’s request address is /hooks/slack/events on this desk’s host.")),
    Room("slack-channels", "channels", __("Slack channels"), __("Channels shared with a customer, and their trigger."),
         ChatChannelForm, (Column(__("Name"), "name"), Column(__("Customer"), "organization"),
                           Column(__("Trigger"), "trigger"), Column(__("In use"), "is_active")),
         new=__("New channel"), related=("workspace", "organization", "project"), search=("name", "organization__name"),
         empty=__("What a customer says there with the trigger becomes a ticket.")),
)
