"""Providers' posts, under each one's own scheme of proving who posts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from intake.models import InboundMessage
from tests.factories.desk import Desk
from tests.intake.mails import support, write

KEY = "mailgun-key"
BASIC = {"authorization": "Basic " + base64.b64encode(b"mail:hook").decode()}


@pytest.fixture
def web(acme: Desk, settings) -> Client:
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["mail:hook"], "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    settings.SECURE_SSL_REDIRECT = False
    return acme.client(None)


def _mailgun(raw: bytes, to: str, key: str = KEY, token: str = "t" * 50) -> dict[str, str]:
    stamp = "1763467200"
    return {"timestamp": stamp, "token": token, "recipient": to, "sender": "carol@customer.acme.example",
            "signature": hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest(),
            "body-mime": raw.decode()}


def _ses(raw: bytes, to: str) -> dict[str, Any]:
    event = {"notificationType": "Received", "mail": {"source": "carol@customer.acme.example", "messageId": "m1"},
             "receipt": {"recipients": [to], "action": {"type": "SNS", "encoding": "BASE64"}},
             "content": base64.b64encode(raw).decode()}
    return {"Type": "Notification", "MessageId": "n1", "TopicArn": "arn:x", "Message": json.dumps(event)}


def _post(web: Client, provider: str, raw: bytes, to: str, headers: dict[str, str]) -> int:
    if provider == "postmark":
        body = {"RawEmail": raw.decode(), "OriginalRecipient": to, "From": "c@x.example", "Headers": [
            {"Name": "Return-Path", "Value": "<carol@customer.acme.example>"}]}
        answer = web.post("/hooks/mail/postmark/", body, content_type="application/json", headers=headers)
    elif provider == "sendgrid":
        envelope = {"from": "carol@customer.acme.example", "to": [to]}
        answer = web.post("/hooks/mail/sendgrid/", {"email": raw.decode(), "envelope": json.dumps(envelope)}, headers=headers)
    elif provider == "amazon_ses":
        answer = web.post("/hooks/mail/amazon_ses/", _ses(raw, to), content_type="application/json", headers={
            **headers, "x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": "n1"})
    else:
        # Where a secret is set, anymail asks Mailgun for both.
        answer = web.post("/hooks/mail/mailgun/mime/", _mailgun(raw, to, headers.get("key", KEY)), headers=BASIC)
    return answer.status_code


@pytest.mark.parametrize("provider", ["postmark", "sendgrid", "amazon_ses", "mailgun"])
def test_a_post_is_stored_once_however_often_it_comes(provider: str, web: Client, acme: Desk) -> None:
    raw = write(acme, acme.email("carol"), "Grüße")
    for _ in range(3):
        assert _post(web, provider, raw, support(acme), BASIC) == 200
    row = InboundMessage.objects.get()
    assert bytes(row.raw).replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
    assert (row.way, row.mail_from, row.rcpt_to) == ("webhook", "carol@customer.acme.example", support(acme))


@pytest.mark.parametrize("provider", ["postmark", "sendgrid", "amazon_ses", "mailgun"])
def test_a_post_without_the_right_proof_is_refused(provider: str, web: Client, acme: Desk) -> None:
    wrong = {"authorization": "Basic " + base64.b64encode(b"mail:guess").decode(), "key": "guess"}
    assert _post(web, provider, write(acme, "a@b.example"), support(acme), wrong) == 400
    if provider != "mailgun":
        assert _post(web, provider, write(acme, "a@b.example"), support(acme), {}) in {400, 401}  # SNS wants a 401
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("provider", ["postmark", "sendgrid", "amazon_ses", "mailgun"])
def test_without_a_secret_there_is_no_such_address(provider: str, web: Client, acme: Desk, settings) -> None:
    settings.ANYMAIL = {}
    assert _post(web, provider, write(acme, "a@b.example"), support(acme), BASIC) == 404


def test_mail_for_nobody_is_shown_as_failed_to_the_provider(web: Client, acme: Desk) -> None:
    assert _post(web, "postmark", write(acme, "a@b.example"), "nobody@elsewhere.example", BASIC) == 400


def test_sendgrid_s_signature_is_checked_where_a_key_is_set(web: Client, acme: Desk, settings) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_INBOUND_WEBHOOK_VERIFICATION_KEY": base64.b64encode(public).decode()}
    fields = {"email": write(acme, acme.email("carol")).decode(),
              "envelope": json.dumps({"from": "c@x.example", "to": [support(acme)]})}
    body = encode_multipart(BOUNDARY, fields)

    def post(signed: bytes) -> int:
        signature = private.sign(b"1763467200" + signed, ec.ECDSA(hashes.SHA256()))
        return web.generic("POST", "/hooks/mail/sendgrid/", body, content_type=MULTIPART_CONTENT, headers={
            **BASIC, "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": "1763467200"}).status_code

    assert post(body + b"!") == 400
    assert post(body) == 200
    assert InboundMessage.objects.count() == 1


def test_a_mail_in_pieces_is_put_together_and_kept_once(web: Client, acme: Desk, now: datetime) -> None:
    body = {"OriginalRecipient": support(acme), "From": "Carol <carol@customer.acme.example>", "Subject": "Pieces",
            "FromFull": {"Email": "carol@customer.acme.example", "Name": "Carol"}, "ToFull": [], "CcFull": [], "BccFull": [],
            "TextBody": "words", "HtmlBody": "<p>words</p>", "Headers": [{"Name": "Message-ID", "Value": "<p@x>"}],
            "Attachments": [{"Name": "a.log", "Content": base64.b64encode(b"log").decode(), "ContentType": "text/plain"}]}
    for _ in range(2):
        assert web.post("/hooks/mail/postmark/", body, content_type="application/json", headers=BASIC).status_code == 200
    row = InboundMessage.objects.get()
    assert b"a.log" in bytes(row.raw)
