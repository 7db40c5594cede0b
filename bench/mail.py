"""Mails a second, stored to ticket, against the standard library's full parse of the same messages."""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.core.management.base import OutputWrapper

from accounts.models import Organization, OrganizationDomain, Project, Tenant
from accounts.tenancy import tenant_scope
from bench.measure import tell
from intake.models import InboundMessage, Mailbox
from intake.services import process_due, store_mail
from toolkit.clock import now

_ADDRESS = "support@bench1.localhost"
_DOMAIN = "mail.bench1.example"
_WORDS = ("pump", "valve", "login", "certificate", "upgrade", "quota", "backup", "ingress", "webhook", "registry", "disk",
          "timeout", "cluster", "report")
_COUNT, _HANDFUL, _ROUNDS = 120, 20, 5
_LARGE = 37 * 1024 * 1024  # in base64, 50 MB


def mails(out: OutputWrapper) -> None:
    """One worker reads what lies stored. The messages are as people send them: a third with a file of some hundred KB."""
    _prepare(Tenant.objects.get(slug="bench1"))
    found = [_round(_letters(random.Random(f"{now()}:{number}"))) for number in range(_ROUNDS)]  # noqa: S311 -- made-up letters
    value, floor = sorted(found, key=lambda pair: pair[0] / pair[1])[_ROUNDS // 2]
    tell(out, "mail", value, floor, "1/s")
    _large(out)


def _large(out: OutputWrapper) -> None:
    """Seconds to store, and then to read, a mail of 50 MB with one file."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"p0@{_DOMAIN}", _ADDRESS, "Large"
    message.set_content("See the log.")
    message.add_attachment(os.urandom(_LARGE), maintype="application", subtype="zip", filename="log.zip")
    raw = message.as_bytes()
    began = time.perf_counter()
    (pk,) = store_mail(raw, mail_from=f"p0@{_DOMAIN}", rcpt_tos=[_ADDRESS], at=now())
    stored = time.perf_counter()
    while process_due(now=now()):
        pass
    read = time.perf_counter()
    _full_parse(raw)
    floor = time.perf_counter() - read
    with tenant_scope(Tenant.objects.get(slug="bench1")):
        assert InboundMessage.objects.defer("raw").get(pk=pk).state == "ticket"
    tell(out, "mail_50mb_stored", stored - began, floor, "s")
    tell(out, "mail_50mb_read", read - stored, floor, "s")


def _prepare(tenant: Tenant) -> None:
    with tenant_scope(tenant):
        InboundMessage.objects.filter(rcpt_to=_ADDRESS).delete()  # earlier runs' mails would count for the breaker
        Mailbox.objects.get_or_create(address=_ADDRESS, defaults={"state": "armed"})
        project = Project.objects.filter(is_active=True, contract__plan__is_paid=True).order_by("id")[0]
        organization = Organization.objects.get(pk=project.organization_id)
        OrganizationDomain.objects.get_or_create(domain=_DOMAIN, defaults={"organization": organization, "is_verified": True})


def _round(letters: list[bytes]) -> tuple[float, float]:
    """Letters a second, read to their tickets and parsed only, in turns of a handful so that noise hits both."""
    ids, began = [], now() - timedelta(hours=_COUNT)
    for number, raw in enumerate(letters):
        ids += store_mail(raw, mail_from=f"p{number % 5}@{_DOMAIN}", rcpt_tos=[_ADDRESS],
                          at=began + timedelta(minutes=number))
    value = floor = 0.0
    for first in range(0, _COUNT, _HANDFUL):
        start = time.perf_counter()
        for raw in letters[first:first + _HANDFUL]:
            _full_parse(raw)
        between = time.perf_counter()
        process_due(now=now(), most=_HANDFUL)
        floor += between - start
        value += time.perf_counter() - between
    with tenant_scope(Tenant.objects.get(slug="bench1")):
        ends = InboundMessage.objects.filter(pk__in=ids, state="ticket").count()
    assert ends == len(letters), f"only {ends} of {len(letters)} became tickets"
    return _COUNT / value, _COUNT / floor


def _full_parse(raw: bytes) -> list[Any]:
    """Every header decoded and every part's content taken out."""
    message = message_from_bytes(raw, policy=policy.default)
    found: list[Any] = [str(value) for value in message.values()]
    for part in message.walk():
        if not part.is_multipart():
            found += [part.get_filename(), part.get_content()]
    return found


def _letters(rng: random.Random) -> list[bytes]:
    return [_letter(rng, number) for number in range(_COUNT)]


def _letter(rng: random.Random, number: int) -> bytes:
    text = "\n".join(" ".join(rng.choices(_WORDS, k=12)) for _ in range(40))
    message = EmailMessage()
    for hop in range(8):
        message["Received"] = f"from mx{hop}.example by mx{hop + 1}.example with ESMTPS id {rng.getrandbits(64):x}"
    message["From"], message["To"] = f"Person {number % 5} <p{number % 5}@{_DOMAIN}>", _ADDRESS
    message["Subject"] = f"Grüße, the {rng.choice(_WORDS)} fails {number}"
    message["Message-ID"] = f"<{rng.getrandbits(96):x}@{_DOMAIN}>"
    message.set_content(text)
    if number % 3:
        message.add_alternative("".join(f"<p>{line}</p>" for line in text.split("\n")), subtype="html")
    if number % 3 == 0:
        message.add_attachment(rng.randbytes(rng.randint(50_000, 400_000)), maintype="application", subtype="zip",
                               filename=f"log-{number}.zip")
    return message.as_bytes()
