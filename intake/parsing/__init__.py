"""Understanding mail. Pure, and never raises: any bytes give a result."""

from __future__ import annotations

from intake.parsing.fields import Fields, read_fields
from intake.parsing.mail import Limits, ParsedMail, Part, parse

__all__ = ["Fields", "Limits", "ParsedMail", "Part", "parse", "read_fields"]
