"""Mail by SMTP while workers are killed at random: what was answered 250 is in the ledger once, and answered once."""

from __future__ import annotations

import os
import random
import smtplib
import threading
import time

from tests.journeys.conftest import Stack, wait_for

MAILS = int(os.environ.get("MAIL_STORM", "200"))
WORKERS = [f"worker-{n}" for n in range(4)]
SENDERS = 4
_COUNT = """
from django.db.models import Count
from accounts.models import Tenant; from accounts.tenancy import tenant_scope
from intake.models import InboundMessage; from notifications.models import OutboxMessage; from tickets.models import Ticket
with tenant_scope(Tenant.objects.get(slug='globex')):
    rows = InboundMessage.objects.filter(subject__startswith='Storm')
    tickets = Ticket.objects.filter(subject__startswith='Storm')
    mails = OutboxMessage.objects.filter(ticket__in=tickets, template='ticket_received')
    twice = mails.values('ticket').annotate(n=Count('pk')).filter(n__gt=1).count()
    print(InboundMessage.objects.filter(state='received').count(), rows.count(), rows.filter(state='ticket').count(),
          tickets.count(), tickets.values('subject').distinct().count(), mails.count(), twice,
          mails.filter(state='sent').count())
"""
_TWO_MINUTES_PASS = """
from datetime import timedelta
from django.db.models import F
from accounts.models import Tenant; from accounts.tenancy import tenant_scope
from intake.models import InboundMessage; from notifications.models import OutboxMessage
with tenant_scope(Tenant.objects.get(slug='globex')):
    for leased in (InboundMessage.objects.filter(state='received'), OutboxMessage.objects.filter(state='pending')):
        leased.filter(attempts__gt=0).update(next_at=F('next_at') - timedelta(minutes=2))
"""


def _send(stack: Stack, numbers: range, accepted: set[int]) -> None:
    """Each mail until it is answered 250, as a mail server would."""
    for number in numbers:
        sender = f"p{number % 400}@customer.globex.example"
        raw = (f"From: {sender}\r\nTo: support@globex.localhost\r\nSubject: Storm {number}\r\n"
               f"Message-ID: <storm{number}@customer.globex.example>\r\n\r\nIt storms.\r\n").encode()
        for _ in range(20):
            try:
                with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=20) as client:
                    client.sendmail(sender, ["support@globex.localhost"], raw)
                    accepted.add(number)
                    break
            except (OSError, smtplib.SMTPException):
                time.sleep(0.2)


def _at_rest(stack: Stack) -> str:
    """What the living workers make of it: the count that no longer changes."""
    seen: list[str] = []
    wait_for(lambda: seen.append(stack.run(_COUNT)) or seen[-20:].count(seen[-1]) == 20, 60 + MAILS * 0.1)
    return seen[-1]


def test_no_mail_is_lost_or_doubled_while_four_workers_are_killed_at_random(stack: Stack) -> None:
    rng, accepted = random.Random(7), set()
    for name in WORKERS:
        stack.start(name)
    threads = [threading.Thread(target=_send, args=(stack, range(n, MAILS, SENDERS), accepted)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    kills = 0
    while any(t.is_alive() for t in threads) or kills < 6:
        time.sleep(rng.uniform(0.5, 2.5))
        victim = rng.choice(WORKERS)
        stack.kill(victim)
        stack.start(victim)
        kills += 1
    for thread in threads:
        thread.join()
    assert len(accepted) == MAILS
    whole = f"0 {MAILS} {MAILS} {MAILS} {MAILS} {MAILS} 0 {MAILS}"
    if _at_rest(stack) != whole:  # what a killed worker held in its hands is free again after its lease
        stack.run(_TWO_MINUTES_PASS)
    wait_for(lambda: stack.run(_COUNT) == whole, 30)
    for name in WORKERS:
        stack.kill(name)
        del stack.processes[name]
