from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services.operating import record_operation
from toolkit.clock import now


class Command(BaseCommand):
    """Makes an operator of the installation, or gives one a new password."""

    help = "Make an operator, who creates tenants. The password comes from OPERATOR_PASSWORD, else it is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="from now on this login operates nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].lower()
        if options["end"]:
            if not User.objects.filter(email=email, is_superuser=True).update(is_superuser=False):
                raise CommandError(f"There is no operator {email}.")
            record_operation(by=None, action="operator.ended", at=now(), changes={"email": [email, None]})
            self.stdout.write(f"{email} operates nothing any more")
            return
        password = os.environ.get("OPERATOR_PASSWORD") or _asked()
        make_operator(email, password)
        self.stdout.write(f"{email} signs in at {settings.PUBLIC_SCHEME}://{settings.OPERATOR_HOST}{settings.PUBLIC_PORT}")


def make_operator(email: str, password: str) -> User:
    """A login with the right to create tenants. Raises CommandError for a weak password."""
    user = User.objects.filter(email=email).first() or User(email=email)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    user.is_superuser = True
    user.set_password(password)
    user.save()
    record_operation(by=None, action="operator.made", at=now(), changes={"email": [None, email]})
    return user


def _asked() -> str:
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().strip()
