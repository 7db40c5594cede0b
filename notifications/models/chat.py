from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Organization, Person, Project, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.models import Comment, Ticket


class ChatWorkspace(TenantModel):
    """A Slack workspace into which the tenant has installed its app. Token and signing secret are sealed."""

    name = models.CharField(max_length=80)
    team_id = models.CharField(max_length=40, help_text="Slack’s id of the workspace, such as T024BE7LD.")
    bot_user_id = models.CharField(max_length=40, blank=True, help_text="The app’s own user, such as U0LAN0Z89.")
    sealed_token = models.TextField(blank=True, editable=False)
    sealed_signing_secret = models.TextField(blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "team_id"], name="workspace_once")]

    def __str__(self) -> str:
        return self.name


class ChatChannel(TenantModel):
    """A channel that is shared with a customer: what is said there with the trigger becomes a ticket (S45)."""

    workspace = TenantForeignKey(ChatWorkspace, related_name="channels")
    channel_id = models.CharField(max_length=40, help_text="Slack’s id of the channel, such as C024BE91L.")
    name = models.CharField(max_length=80)
    organization = TenantForeignKey(Organization, related_name="chat_channels")
    project = TenantForeignKey(Project, related_name="+")
    trigger = models.CharField(max_length=40, default="!ticket", help_text="A word, or an emoji such as :ticket: with "
                                                                           "which a message is marked.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "workspace", "channel_id"], name="chat_channel_once")]

    def __str__(self) -> str:
        return self.name


class ChatThread(TenantModel):
    """The thread in which a ticket is talked about; its first message names it."""

    channel = TenantForeignKey(ChatChannel, related_name="threads")
    ts = models.CharField(max_length=30)
    ticket = TenantForeignKey(Ticket, related_name="chat_threads")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "channel", "ts"], name="chat_thread_once"),
            models.UniqueConstraint(fields=["tenant", "ticket"], name="chat_thread_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.ts}"


class ChatMessage(TenantModel):
    """Which entry of a ticket a chat message is: it is taken once, and edits find it."""

    thread = TenantForeignKey(ChatThread, on_delete=models.CASCADE, related_name="messages")
    ts = models.CharField(max_length=30)
    comment = TenantForeignKey(Comment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "thread", "ts"], name="chat_message_once")]

    def __str__(self) -> str:
        return self.ts


class ChatUser(TenantModel):
    """Which person a user of the workspace (or of a customer's connected to it) is."""

    workspace = TenantForeignKey(ChatWorkspace, related_name="users")
    user_id = models.CharField(max_length=40)
    person = TenantForeignKey(Person, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "workspace", "user_id"], name="chat_user_once")]

    def __str__(self) -> str:
        return self.user_id
