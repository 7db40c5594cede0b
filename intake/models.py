from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from intake.chat_models import ChatEvent
from intake.enums import HeldState, ImapSecurity, InboundState, MailboxKind, MailboxState, Way
from tickets.models import Comment, Ticket

__all__ = ["ChatEvent", "HeldComment", "ImapAccount", "InboundMessage", "Mailbox"]


class Mailbox(TenantModel):
    """An address at which a tenant takes mail."""

    address = models.EmailField(unique=True, help_text="Lower case.")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in MailboxKind],
                            default=MailboxKind.SUPPORT)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in MailboxState],
                             default=MailboxState.DISARMED)
    authserv_id = models.CharField(max_length=253, blank=True, help_text="The server whose Authentication-Results are "
                                   "believed, as it names itself there. Empty: none is.")
    trusts_relay = models.BooleanField(default=False, help_text="All mail comes here by a server of the tenant's that lets "
                                       "nobody else send in its agents' names.")
    copy_to = models.EmailField(blank=True, help_text="A security address: where the team gets each report, untouched.")

    def __str__(self) -> str:
        return self.address


class InboundMessage(TenantModel):
    """A mail as it arrived, raw, before any parsing."""

    mailbox = TenantForeignKey(Mailbox, related_name="messages")
    received_at = models.DateTimeField()
    mail_from = models.CharField(max_length=320, blank=True, help_text="Envelope sender; empty for bounces.")
    rcpt_to = models.CharField(max_length=320)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    raw = models.BinaryField()
    way = models.CharField(max_length=8, choices=[(w.value, w.value) for w in Way], default=Way.SMTP)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in InboundState],
                             default=InboundState.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=500, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True, help_text="Of what follows the headers.")
    auth_result = models.CharField(max_length=200, blank=True, help_text="What the believed server found, in short.")
    preview = models.JSONField(null=True, help_text="What would become of it, while its mailbox is in shadow.")
    ticket = TenantForeignKey(Ticket, null=True, blank=True, related_name="+")
    comment = TenantForeignKey(Comment, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="Not before; moved ahead as a lease while a worker reads it. "
                                   "Empty: waits until its mailbox is armed.")
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "rcpt_to", "sha256"], name="delivery_once"),
            # The same mail may come to two mailboxes; only one of the two makes anything, whoever reads them at once.
            models.UniqueConstraint(
                fields=["tenant", "message_id", "from_address", "body_sha256"], name="mail_filed_once",
                condition=models.Q(state__in=["ticket", "comment"]) & ~models.Q(message_id="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="inbound_due", condition=models.Q(state="received")),
            models.Index(fields=["tenant", "-received_at", "-id"], name="inbound_newest_first"),
            models.Index(fields=["tenant", "mailbox", "from_address", "received_at"], name="inbound_of_sender"),
            models.Index(fields=["tenant", "mailbox"], name="inbound_waiting",
                         condition=models.Q(state="received", next_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.rcpt_to} {self.sha256[:12]}"


class HeldComment(TenantModel):
    """A stranger's answer to a ticket. Nobody on the customer's side sees it until an agent admits it."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="held_comments")
    message = TenantForeignKey(InboundMessage, related_name="+")
    sender = TenantForeignKey(Person, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in HeldState], default=HeldState.HELD)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(Person, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "message"], name="held_once_per_message")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "created_at", "id"], name="held_oldest_first",
                         condition=models.Q(state="held")),
            models.Index(fields=["tenant", "ticket"], name="held_on_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} on {self.ticket_id}"


class ImapAccount(TenantModel):
    """A mailbox on somebody's IMAP server that is looked into; the UID cursor tells how far it was read."""

    mailbox = TenantForeignKey(Mailbox, related_name="imap_accounts")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=[(s.value, s.value) for s in ImapSecurity],
                                default=ImapSecurity.TLS)
    username = models.CharField(max_length=254)
    secret = models.TextField(blank=True, help_text="The password, encrypted. Set it with `manage.py imap_account`.")
    folder = models.CharField(max_length=200, default="INBOX")
    takes_history = models.BooleanField(default=False, help_text="Read what lay there before the first look, too.")
    removes = models.BooleanField(default=False, help_text="Delete on the server what is stored here.")
    is_active = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="Next look; moved ahead as a lease while a worker looks.")
    seen_at = models.DateTimeField(null=True, help_text="Last look that went well.")
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "host", "username", "folder"],
                                                         name="imap_account_once")]
        indexes: ClassVar = [models.Index(fields=["next_at"], name="imap_due", condition=models.Q(is_active=True))]

    @property
    def seal_owner(self) -> str:
        """To whom the sealed password belongs (see toolkit.sealing)."""
        return f"{self.tenant_id}:imap:{self.host}:{self.username}:{self.folder}"

    def __str__(self) -> str:
        return f"{self.username} at {self.host}"
