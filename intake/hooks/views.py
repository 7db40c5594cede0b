"""The doors for other systems. No login: each request is signed, and the host says which tenant it is for."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.requests import TenantRequest
from accounts.services.hooks import is_signed_by, live_hook, note_use
from intake.hooks.signatures import MOST_BYTES, is_fresh
from intake.hooks.telephony import read_call
from intake.services.chat_storing import store_chat_event, workspace_that_signed
from tickets.services import hear_of_call
from toolkit.clock import now as clock_now
from toolkit.errors import ConflictError, DomainError
from toolkit.phones import region_of


@csrf_exempt
@require_POST
def telephony(request: TenantRequest, token_id: int) -> HttpResponse:
    """A telephone system tells of a call.

    `X-Signature` is the hexadecimal HMAC-SHA256, under the key's secret, of `X-Timestamp` (Unix seconds), a dot and the
    body. Telling it again is harmless.
    """
    hook, at = live_hook(token_id), clock_now()
    if hook is None:
        raise Http404
    if len(request.body) > MOST_BYTES:
        return _no(413, "too_large")
    timestamp = request.headers.get("X-Timestamp", "")
    if not is_fresh(timestamp, at):
        return _no(401, "timestamp")
    if not is_signed_by(hook, timestamp.encode() + b"." + request.body, request.headers.get("X-Signature", "")):
        return _no(401, "signature")
    try:
        call = hear_of_call(read_call(request.body, at=at), hook=hook, region=region_of(request.tenant.phone))
    except ConflictError as error:
        return _no(409, error.code, error.message)
    except DomainError as error:
        return _no(422, error.code, error.message)
    note_use(hook, at=at)
    return JsonResponse({"call": call.external_id, "state": call.state})


@csrf_exempt
@require_POST
def slack(request: HttpRequest) -> HttpResponse:
    """Slack's Events API: the raw event is kept, and a worker reads it. Slack's retries change nothing."""
    at = clock_now()
    if len(request.body) > MOST_BYTES:
        return _no(413, "too_large")
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    if not is_fresh(timestamp, at):
        return _no(401, "timestamp")
    try:
        payload = json.loads(request.body)
    except (ValueError, RecursionError):
        payload = None
    workspace = workspace_that_signed(timestamp, request.body, request.headers.get("X-Slack-Signature", ""), payload)
    if workspace is None:
        return _no(401, "signature")
    if not isinstance(payload, dict):
        return _no(422, "json", "Send JSON.")
    if payload.get("type") == "url_verification":
        return HttpResponse(str(payload.get("challenge", ""))[:200], content_type="text/plain")
    event_id = payload.get("event_id")
    if payload.get("type") != "event_callback" or not isinstance(event_id, str) or not event_id:
        return JsonResponse({"kept": False})
    store_chat_event(workspace, event_id, request.body, at=at)
    return JsonResponse({"kept": True})


def _no(status: int, code: str, title: str = "This request is not accepted.") -> HttpResponse:
    return JsonResponse({"type": "about:blank", "title": title, "status": status, "code": code}, status=status,
                        content_type="application/problem+json")
