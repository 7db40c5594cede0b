"""Looking into IMAP mailboxes. The cursor moves past a message only after that message is stored."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from intake.enums import Way
from intake.imap import Folder, Found, ImapTrouble, open_folder
from intake.models import ImapAccount
from intake.parsing import Limits, envelope_sender, read_head
from intake.services.storing import store_mail

logger = logging.getLogger(__name__)

LEASE_SECONDS = 300
EVERY = timedelta(seconds=60)
AFTER_TROUBLE = timedelta(seconds=120)
MOST_A_LOOK = 200


def poll_due(*, now: datetime, most: int = 4) -> int:
    """Look into the mailboxes whose turn it is. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM lease_imap(%s, %s)", [most, LEASE_SECONDS])
        leased = cursor.fetchall()
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in leased}) if leased else {}
    for tenant_id, account_id in leased:
        poll_account(tenants[tenant_id], account_id, now=now)
    return len(leased)


def poll_account(tenant: Tenant, account_id: int, *, now: datetime) -> int:
    """Store what came to one mailbox since the last look; returns how many. Trouble is noted, and tried again later."""
    with tenant_scope(tenant):
        account = ImapAccount.objects.select_related("mailbox").get(pk=account_id)
    try:
        with open_folder(account) as folder:
            taken, left_out = _take(tenant, account, folder, now)
    except ImapTrouble as error:
        logger.warning("IMAP mailbox %s could not be read: %s", account.pk, error)
        _note(tenant, account, last_error=f"{type(error).__name__}: {error}"[:500], next_at=now + AFTER_TROUBLE)
        return 0
    problem = f"Left on the server, too large: {', '.join(map(str, left_out))}"[:500] if left_out else ""
    _note(tenant, account, seen_at=now, last_error=problem, next_at=now if taken >= MOST_A_LOOK else now + EVERY)
    return taken


def _take(tenant: Tenant, account: ImapAccount, folder: Folder, now: datetime) -> tuple[int, list[int]]:
    """Store messages beyond the cursor. After a rebuilt folder (new UIDVALIDITY) all are read again: what is here
    already is kept once.
    """
    taken, left_out = 0, []
    cursor = account.last_uid if folder.validity == account.uid_validity else 0
    if account.uid_validity == 0 and not account.takes_history:
        cursor = folder.next_uid - 1
        _note(tenant, account, uid_validity=folder.validity, last_uid=cursor)
    for found in folder.beyond(cursor, settings.MAX_MAIL_BYTES):
        if found.raw is None:
            left_out.append(found.uid)
        else:
            _store(account, found, found.raw, now)
            taken += 1
        _note(tenant, account, uid_validity=folder.validity, last_uid=found.uid)
        if account.removes and found.raw is not None:
            folder.remove(found.uid)
        if taken >= MOST_A_LOOK:
            break
    return taken, left_out


def _store(account: ImapAccount, found: Found, raw: bytes, now: datetime) -> None:
    """Keep it as of its arrival at the server: the customer's clock began then."""
    at = min(now, found.arrived_at) if found.arrived_at else now
    store_mail(raw, mail_from=envelope_sender(read_head(raw, Limits())), rcpt_tos=[account.mailbox.address], at=at,
               way=Way.IMAP)


def _note(tenant: Tenant, account: ImapAccount, **values: object) -> None:
    with tenant_scope(tenant):
        ImapAccount.objects.filter(pk=account.pk).update(**values)
