"""Mutated and random bytes through the whole intake: no exception, and the ledger balances."""

from __future__ import annotations

import logging
import os
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accounts.tenancy import tenant_scope
from intake.models import InboundMessage
from intake.queries import ledger
from intake.services import process_due
from intake.services.receiving import receive_mail
from tests.factories.desk import Desk, in_desk, make_desk
from tests.intake.mails import clock, support

CASES = int(os.environ.get("MAIL_CASES", "10000"))
SEEDS = [p.read_bytes() for p in sorted((Path(__file__).resolve().parents[1] / "data" / "mail").glob("*.eml"))]
SMALL = [raw for raw in SEEDS if len(raw) < 4_000]
PIECES = (b"\r\n", b"\r\n\r\n", b"\0", b"--", b"=?utf-8?b?", b"?=", b"<", b">", b"@", b";", b"boundary=", b"Content-Type: ",
          b"multipart/mixed", b"\xff\xfe", b"=", b'"', b"From: ", b"-----BEGIN PGP MESSAGE-----", b"Product: ", b"message/rfc822")


def _damaged(rng: random.Random) -> bytes:
    """A real mail with bytes changed, cut out, doubled or mixed with another's."""
    raw = bytearray(rng.choice(SMALL))
    for _ in range(rng.randint(1, 6)):
        at, kind = rng.randrange(len(raw) + 1), rng.randrange(5)
        if kind == 0:
            raw[at:at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        elif kind == 1:
            del raw[at:at + rng.randint(1, 60)]
        elif kind == 2:
            raw[at:at] = rng.choice(PIECES)
        elif kind == 3:
            raw[at:at] = raw[at:at + rng.randint(1, 200)]
        else:
            other = rng.choice(SMALL)
            start = rng.randrange(len(other))
            raw[at:at] = other[start:start + rng.randint(1, 200)]
    return bytes(raw)


def _random(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randint(0, 400)) if rng.random() < 0.5 else b"".join(rng.choices(PIECES, k=rng.randint(0, 40)))


def _process(desk: Desk, now: datetime) -> None:
    """Each message in its own savepoint; they share the tenant, which the database needs to be told once."""
    with tenant_scope(desk.tenant, reading=True):
        while process_due(now=now, most=250):
            pass


@pytest.mark.django_db
@pytest.mark.parametrize("half", ["first", "second"])  # so that two processes share the work
def test_any_bytes_come_to_an_end_and_the_ledger_balances(
        half: str, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)  # libraries say at INFO what they meet in broken mail
    rng, acme = random.Random(f"{os.environ.get('MAIL_SEED', '2026')} {half}"), make_desk("acme", at=now)
    clock(now)
    kept = set()
    for n in range(CASES // 2):
        raw = _damaged(rng) if rng.random() < 0.25 else _random(rng)
        kept.update(receive_mail(raw, at=now - timedelta(milliseconds=n), rcpt_tos=[support(acme)], mail_from="a@b.example"))
        if n % 250 == 249:
            _process(acme, now)
    _process(acme, now)
    assert not [r for r in caplog.records if r.levelname == "ERROR"]
    with in_desk(acme):
        lines = ledger(ZoneInfo("UTC"))
        assert all(line.is_balanced and line.waiting == 0 for line in lines)
        assert sum(line.received for line in lines) == InboundMessage.objects.count() == len(kept)
        assert {*InboundMessage.objects.values_list("state", flat=True)} >= {"ticket", "quarantine", "ignored"}
