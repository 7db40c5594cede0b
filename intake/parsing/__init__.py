"""Understanding mail. Pure, and never raises: any bytes give a result."""

from __future__ import annotations

from intake.parsing.auth import AuthResult, read_auth
from intake.parsing.automatic import Report
from intake.parsing.bodies import Part
from intake.parsing.fields import Fields, read_fields
from intake.parsing.forward import Forward, read_forward
from intake.parsing.headers import envelope_sender, named_recipients
from intake.parsing.invitation import Invitation, read_invitation
from intake.parsing.mail import ParsedMail, glance, parse
from intake.parsing.mime import Limits, read_head

__all__ = ["AuthResult", "Fields", "Forward", "Invitation", "Limits", "ParsedMail", "Part", "Report", "envelope_sender",
           "glance", "named_recipients", "parse", "read_auth", "read_fields", "read_forward", "read_head",
           "read_invitation"]
