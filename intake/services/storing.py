"""Keeping what arrived, raw and committed, before anybody says yes to it. Every way in ends here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from intake.enums import Way
from intake.raw import as_value
from toolkit.queue import wake


def mailbox_of(address: str) -> tuple[int, int] | None:
    """(tenant id, mailbox id) of an address, a `+token` left out; None when nobody reads it."""
    local, _at, domain = clean_address(address).rpartition("@")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM mailbox_for(%s)", [f"{local.partition('+')[0]}@{domain}"])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def is_known_recipient(address: str) -> bool:
    """Does some tenant read mail at this address."""
    return mailbox_of(address) is not None


def store_mail(raw: bytes, *, mail_from: str, rcpt_tos: Sequence[str], at: datetime, way: Way = Way.SMTP,
               fingerprint: str = "") -> list[int]:
    """Keep a mail for each recipient's mailbox, all or nothing. Returns the ids.

    The same bytes delivered to the same address again are the row that stands there already: a sender's retry
    makes no second one. `fingerprint` names the delivery where its bytes are made anew each time.
    """
    digest = fingerprint or hashlib.sha256(raw).hexdigest()
    sender = mail_from.replace("\x00", "")[:320]
    ids: list[int] = []
    wanted = list(dict.fromkeys(clean_address(a) for a in rcpt_tos))
    with transaction.atomic() if len(wanted) > 1 else nullcontext(), as_value(raw) as content:
        for address in wanted:  # for one recipient, one statement is all or nothing by itself
            found = _store(address, sender, digest, content, at, way)
            if found is None and mailbox_of(address) is not None:
                # Another process has just stored the same delivery: its row is visible now.
                found = _store(address, sender, digest, content, at, way)
            if found is not None:
                ids.append(found[0])
                if found[1]:
                    wake("mail")
    return ids


def _store(address: str, sender: str, digest: str, content: tuple[str, list[Any]], at: datetime,
           way: Way) -> tuple[int, bool] | None:
    expression, values = content
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, fresh FROM store_inbound(%s, %s, %s, {expression}, %s, %s)",  # noqa: S608 -- our own words
                       [address, sender, digest, *values, at, str(way)])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def clean_address(address: str) -> str:
    """Lower case, without angle brackets, at most as long as an address can be."""
    return address.replace("\x00", "").strip().strip("<>").lower()[:320]
