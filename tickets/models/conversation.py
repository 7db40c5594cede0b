from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import AuthorKind, ChannelKind, choices
from tickets.models.ticket import Ticket


class Comment(TenantModel):
    """A public entry: the customer sees it."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    author = TenantForeignKey(Person, null=True, related_name="+")
    author_kind = models.CharField(max_length=10, choices=choices(AuthorKind))
    channel = models.CharField(max_length=8, choices=choices(ChannelKind))
    body = models.TextField(help_text="Plain text; light markdown is rendered.")
    quoted = models.TextField(blank=True, help_text="Quoted history and signature, shown folded.")
    html = models.TextField(blank=True, help_text="Sanitised HTML of a mail, remote images off.")
    message_id = models.CharField(max_length=500, blank=True, help_text="Message-ID of the mail it came by.")
    is_opening = models.BooleanField(default=False)
    next_steps = models.TextField(blank=True, default="", db_default="",
                                  help_text="What happens next, as told to the customer (S48).")
    next_update_by = models.DateTimeField(null=True, blank=True, help_text="When we write again; a clock keeps it.")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "ticket", "created_at", "id"], name="comments_of_ticket"),
            models.Index(fields=["tenant", "message_id"], name="comment_by_message_id",
                         condition=~models.Q(message_id="")),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.ticket_id}"


class InternalNote(TenantModel):
    """A private entry. A table of its own, so that no portal page or mail can pick one up by mistake."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    author = TenantForeignKey(Person, null=True, related_name="+")
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "ticket", "created_at", "id"], name="notes_of_ticket")]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.ticket_id}"


class Attachment(TenantModel):
    """A stored file. Without a comment or note it is an upload that waits for its form to be sent."""

    ticket = TenantForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="attachments")
    comment = TenantForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="attachments")
    note = TenantForeignKey(InternalNote, null=True, on_delete=models.CASCADE, related_name="attachments")
    uploaded_by = TenantForeignKey(Person, null=True, related_name="+")
    name = models.CharField(max_length=255, help_text="As the sender named it.")
    content_type = models.CharField(max_length=120)
    content_id = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "storage_key"], name="storage_key_once")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "ticket"], name="attachments_of_ticket"),
            models.Index(fields=["tenant", "created_at"], name="attachments_waiting",
                         condition=models.Q(ticket__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
