"""The same POST twice has one effect (Idempotency-Key, as payment APIs do it)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import IdempotentAnswer
from toolkit.clock import now
from toolkit.errors import ConflictError, DomainError


def once(request: Request, work: Callable[[], Response]) -> Response:
    """Do the work, or give back its first answer when the key is known.

    The same key with another request is a conflict (409). Refused requests leave nothing, so they can be tried again.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return work()
    if len(key) > 200 or not key.isprintable():
        raise DomainError("Idempotency-Key has at most 200 printable characters.", code="idempotency_key")
    fingerprint = _fingerprint(request)
    with connection.cursor() as cursor:  # two at once: the second waits for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{request.auth.pk}:{key}"])
    known = IdempotentAnswer.objects.filter(token=request.auth, key=key).first()
    if known is not None:
        if known.fingerprint != fingerprint:
            raise ConflictError("This Idempotency-Key was used for another request.", code="idempotency_key")
        return Response(known.body, status=known.status, headers={"Idempotent-Replayed": "true"})
    answer = work()
    try:
        with transaction.atomic():
            IdempotentAnswer.objects.create(token=request.auth, key=key, fingerprint=fingerprint, created_at=now(),
                                            status=answer.status_code, body=_plain(answer.data))
    except IntegrityError as error:
        raise ConflictError("The same request is being carried out.", code="idempotency_key") from error
    return answer


def _fingerprint(request: Request) -> str:
    text = repr((request.method, request.path, sorted(dict(request.data).items(), key=lambda pair: str(pair[0]))))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(data: Any) -> Any:
    return dict(data) if hasattr(data, "items") else data
