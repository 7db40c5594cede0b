"""Keeping what arrived, raw and committed, before anybody says yes to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from accounts.tenancy import tenant_scope
from intake.models import InboundMessage
from toolkit.queue import wake


def mailbox_of(address: str) -> tuple[int, int] | None:
    """(tenant id, mailbox id) of an address, a `+token` left out; None when nobody reads it."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    wanted = f"{local.partition('+')[0]}@{domain}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM mailbox_for(%s)", [wanted[:320]])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def is_known_recipient(address: str) -> bool:
    """Does some tenant read mail at this address."""
    return mailbox_of(address) is not None


def store_mail(raw: bytes, *, mail_from: str, rcpt_tos: Sequence[str], at: datetime) -> list[int]:
    """Keep a mail for each recipient's mailbox, all or nothing. Returns the ids.

    The same bytes delivered to the same address again are the row that stands there already: a sender's retry
    makes no second one.
    """
    digest = hashlib.sha256(raw).hexdigest()
    ids: list[int] = []
    with transaction.atomic():
        for address in dict.fromkeys(a.strip().strip("<>").lower() for a in rcpt_tos):
            found = mailbox_of(address)
            if found is None:
                continue
            with tenant_scope(found[0]):
                row, fresh = InboundMessage.objects.get_or_create(
                    rcpt_to=address[:320], sha256=digest,
                    defaults={"mailbox_id": found[1], "received_at": at, "mail_from": mail_from[:320],
                              "size": len(raw), "raw": raw, "next_at": at})
                ids.append(row.pk)
                if fresh:
                    wake("mail")
    return ids
