from __future__ import annotations

import signal
import threading
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from intake.enums import Way
from intake.services import is_known_recipient, store_mail
from intake.smtp import Arrival, Handler, make_controller
from toolkit.clock import now


class Command(BaseCommand):
    """Takes mail over SMTP until it is told to stop."""

    help = "Listen for mail over SMTP. A message is answered 250 only after it is committed."
    requires_system_checks: list[str] = []  # setup_database has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2525)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP, for a mail server in front of us")

    def handle(self, *args: Any, **options: Any) -> None:
        is_lmtp = options["lmtp"]
        handler = Handler(partial(store, way=Way.LMTP if is_lmtp else Way.SMTP), known, settings.MAX_MAIL_BYTES,
                          is_lmtp=is_lmtp)
        controller = make_controller(handler, host=options["host"], port=options["port"])
        controller.start()
        self.stdout.write(f"listening for mail on {options['host']}:{options['port']}")
        stopped = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopped.set())
        stopped.wait()
        controller.stop()


def store(arrival: Arrival, *, way: Way = Way.SMTP) -> str:
    """Keep an arrival; the answer names the rows."""
    close_old_connections()
    try:
        ids = store_mail(arrival.data, mail_from=arrival.mail_from, rcpt_tos=arrival.rcpt_tos, at=now(), way=way)
    finally:
        close_old_connections()
    if not ids:
        raise LookupError("no mailbox took the message")
    return ", ".join(str(pk) for pk in ids)


def known(address: str) -> bool:
    """Does anybody read mail at this address."""
    close_old_connections()
    return is_known_recipient(address)
