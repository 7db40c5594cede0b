from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import IO, cast

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Person
from tickets.errors import UploadError
from tickets.models import Attachment
from tickets.services.attachments import store_file, waiting_files


def take_uploads(files: Iterable[UploadedFile], kept: Iterable[str], *, by: Person,
                 at: datetime) -> tuple[list[Attachment], list[str]]:
    """A form's files: the ones that wait from an earlier try (`kept` ids), and the new ones, stored now.

    Returns them and, in words, what couldn't be taken. They survive a form that has other errors.
    """
    found = waiting_files([int(k) for k in kept if k.isascii() and k.isdigit() and len(k) < 19], by=by)
    problems = []
    for upload in files:
        try:
            found.append(store_file(cast(IO[bytes], upload.file), name=upload.name or "file", at=at, by=by, size=upload.size,
                                    content_type=upload.content_type or "application/octet-stream"))
        except UploadError as error:
            problems.append(error.message)
    return found, problems
