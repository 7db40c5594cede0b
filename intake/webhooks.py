"""Mail that providers post to us. django-anymail checks who posts and understands the form; the store is the common one."""

from __future__ import annotations

import base64
import hashlib
import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailNotSupportedWarning, AnymailWebhookValidationFailure
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, inbound
from anymail.webhooks.amazon_ses import AmazonSESInboundWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sendgrid import SendGridBaseWebhookView, SendGridInboundWebhookView
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from intake.enums import Way
from intake.services.receiving import NobodyReadsError, receive_mail
from toolkit.clock import now

View = Callable[..., HttpResponse]


class SendGridView(SendGridBaseWebhookView, SendGridInboundWebhookView):
    """SendGrid's inbound parse, with its signature where a key is set."""

    key_setting_name = "inbound_webhook_verification_key"


class AmazonSesView(AmazonSESInboundWebhookView):
    """SES by way of SNS, the mail in the notification itself: that needs no access to Amazon's own interfaces."""

    auto_confirm_enabled = False
    session_params: dict[str, Any] = {}  # noqa: RUF012 -- read by anymail
    client_params: dict[str, Any] = {}  # noqa: RUF012 -- read by anymail
    kms_key_id = None
    chunk_size = 65_536

    def __init__(self, **kwargs: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)


def _open_with(secret: str, view: type[AnymailBaseWebhookView]) -> View:
    """A provider's address, which is a 404 until its secret is set: anymail would take anybody's word."""

    @csrf_exempt
    @wraps(view.dispatch)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.ANYMAIL.get(secret):
            raise Http404
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AnymailNotSupportedWarning)
            return view.as_view()(request, *args, **kwargs)

    return guarded


postmark = _open_with("WEBHOOK_SECRET", PostmarkInboundWebhookView)
mailgun = _open_with("MAILGUN_WEBHOOK_SIGNING_KEY", MailgunInboundWebhookView)
sendgrid = _open_with("WEBHOOK_SECRET", SendGridView)
amazon_ses = _open_with("WEBHOOK_SECRET", AmazonSesView)


@receiver(inbound)
def keep(sender: object, event: AnymailInboundEvent, **_kwargs: Any) -> None:
    """Store a posted mail; the request's transaction commits before the provider hears yes."""
    message = event.message
    raw = _raw(event.esp_event)
    fingerprint = ""
    if raw is None:
        raw, fingerprint = message.as_bytes(), _fingerprint(message)
    recipients = [r.strip() for r in (message.envelope_recipient or "").split(",") if r.strip()]
    try:
        receive_mail(raw, at=now(), rcpt_tos=recipients, mail_from=message.envelope_sender, way=Way.WEBHOOK,
                     fingerprint=fingerprint)
    except NobodyReadsError as error:  # shown as failed where the provider's admin looks
        raise AnymailWebhookValidationFailure(error.message) from error


def _inside(found: Any, *names: str) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _raw(source: Any) -> bytes | None:
    """The mail as it was, where the provider is set to send it so; None for a mail in pieces."""
    fields = source.POST if isinstance(source, HttpRequest) else source
    for name in ("RawEmail", "body-mime", "email", "content"):
        text = fields.get(name)
        if isinstance(text, str) and text:
            is_base64 = name == "content" and _inside(fields, "receipt", "action", "encoding") == "BASE64"
            return base64.b64decode(text) if is_base64 else text.encode("utf-8", "surrogateescape")
    return None


def _fingerprint(message: AnymailInboundMessage) -> str:
    """Names a mail in pieces by what it says: put together again, its boundaries are new each time."""
    digest = hashlib.sha256()
    for name, value in sorted((n.lower(), str(v)) for n, v in message.items()):
        if not name.startswith(("content-", "mime-")):
            digest.update(f"{name}:{value}\n".encode("utf-8", "surrogateescape"))
    for part in message.walk():
        if not part.is_multipart():
            digest.update(part.get_content_type().encode() + (part.get_payload(decode=True) or b"") + b"\0")
    return digest.hexdigest()
