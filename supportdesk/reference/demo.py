"""What a trial installation shows."""

from __future__ import annotations

from pathlib import Path

DEMO_OPERATOR = "operator@desk.example"
DATA = Path(__file__).parent / "data"


def demo_password() -> str:
    """The one password of all demo logins; only trial installations have them."""
    return "try-supportdesk"
