"""Handing out files: always to be saved, never to be run in the site's own name."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.http import FileResponse, StreamingHttpResponse


def download(storage_key: str, name: str) -> FileResponse:
    """The stored bytes as a download. Whatever the sender called its type, the browser gets bytes to keep."""
    response = FileResponse(default_storage.open(storage_key, "rb"), as_attachment=True, filename=name,
                            content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def csv_download(chunks: Iterable[str], name: str) -> StreamingHttpResponse:
    """A table as a file to keep, sent while it is read."""
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
