"""Files: stored as streams under random keys, never under the name that the sender gave."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy import current_tenant_id
from tickets.errors import UploadError
from tickets.models import Attachment, Comment, InternalNote, Ticket
from toolkit.together import then

# Programs that a click would run. The desk isn't a way to hand them round.
REFUSED_ENDINGS = frozenset({".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".msi", ".vbs", ".lnk", ".hta", ".cpl"})
_KEEP_WAITING = timedelta(days=2)


def store_file(content: IO[bytes], *, name: str, content_type: str, at: datetime, by: Person | None,
               size: int | None = None, content_id: str = "", most: int = 0) -> Attachment:
    """Keep a file that waits for its entry. Raises UploadError with words for the person.

    `size` is what the sender declares; the bytes themselves are counted while they are copied. `most` is the limit where
    it isn't that of uploads.
    """
    name = clean_name(name)
    limit = most or settings.MAX_FILE_BYTES
    if size is not None and size > limit:
        raise UploadError(too_big(name, limit), field="files")
    if PurePosixPath(name.lower()).suffix in REFUSED_ENDINGS:
        raise UploadError(_("“{name}” is a program, which we don’t take. Put it in a .zip if we need it.").format(
                              name=name), field="files")
    key = f"{current_tenant_id()}/{at:%Y/%m}/{secrets.token_hex(16)}"
    digest, total = hashlib.sha256(), 0
    while chunk := content.read(64 * 1024):
        total += len(chunk)
        digest.update(chunk)
        if total > limit:
            raise UploadError(too_big(name, limit), field="files")
    content.seek(0)
    saved = default_storage.save(key, File(content))
    # A rolled back form must not leave bytes without a row.
    try:
        return Attachment.objects.create(
            uploaded_by=by, name=name, content_type=content_type[:120] or "application/octet-stream", size=total,
            sha256=digest.hexdigest(), storage_key=saved, content_id=content_id[:255], created_at=at)
    except BaseException:
        default_storage.delete(saved)
        raise


def too_big(name: str, limit: int) -> str:
    """What to tell somebody whose file is over the limit."""
    return _("“{name}” is larger than {value} MB. Shorten or compress it, or send a link.").format(
               name=name, value=limit // (1024 * 1024))


def clean_name(name: str) -> str:
    """The file's own name without paths and control characters, at most 255 characters."""
    plain = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return plain.strip()[-255:] or "file"


def attach(files: Sequence[Attachment], *, ticket: Ticket, comment: Comment | None = None,
           note: InternalNote | None = None) -> None:
    """Hang waiting files on an entry. Files that already hang elsewhere are left where they are."""
    if files:
        then("UPDATE tickets_attachment SET ticket_id = %s, comment_id = %s, note_id = %s"
             " WHERE tenant_id = %s AND id = ANY(%s) AND ticket_id IS NULL",
             [ticket.pk, comment and comment.pk, note and note.pk, ticket.tenant_id, [f.pk for f in files]])


def waiting_files(ids: Iterable[int], *, by: Person) -> list[Attachment]:
    """The person's own uploads with these ids that no entry has taken yet."""
    return list(Attachment.objects.filter(pk__in=list(ids), uploaded_by=by, ticket__isnull=True).order_by("id"))


def remove_stale_uploads(*, at: datetime) -> int:
    """Delete uploads whose form was never sent, two days on. Returns how many."""
    stale = list(Attachment.objects.filter(ticket__isnull=True, created_at__lt=at - _KEEP_WAITING)[:500])
    keys = [a.storage_key for a in stale]
    Attachment.objects.filter(pk__in=[a.pk for a in stale]).delete()
    transaction.on_commit(lambda: forget_bytes(keys))
    return len(stale)


def forget_bytes(keys: Iterable[str]) -> None:
    """Delete what lies under these keys of the file store; for when their rows are gone for good."""
    for key in keys:
        default_storage.delete(key)
