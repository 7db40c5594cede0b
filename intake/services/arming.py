"""What a mailbox does with its mail: nothing yet, a preview, or the real thing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from intake.enums import InboundState, MailboxState
from intake.models import InboundMessage, Mailbox
from tickets.errors import NotAllowedError
from tickets.rules import can_administer
from toolkit.queue import wake


def set_mailbox_state(mailbox: Mailbox, to: MailboxState, *, by: Member, at: datetime) -> int:
    """Arm, shadow or disarm a mailbox. What waited is read (armed) or previewed (shadow) now; returns how many.

    Mail that came before goes in as of its arrival: clocks count from when it was sent to us.
    """
    if not can_administer(by):
        raise NotAllowedError(_("Admins arm and disarm mailboxes."))
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        before = row.state
        if before == to:
            return 0
        Mailbox.objects.filter(pk=row.pk).update(state=to)
        record_audit(by=by.person, action=f"mailbox.{to}", subject=row, at=at, changes={"state": [before, str(to)]})
        if to == MailboxState.DISARMED:
            return 0
        waiting = InboundMessage.objects.filter(mailbox=row, state=InboundState.RECEIVED, next_at__isnull=True)
        woken = waiting.update(next_at=at, attempts=0)
        wake("mail")
    return woken
