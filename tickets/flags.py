"""Flags that only one act takes away; the other flags of triage go with its outcome."""

from __future__ import annotations

from collections.abc import Iterable

DISPUTE_FLAG = "The customer disputes the lower priority after a workaround. Decide it, with a reason."
FOLLOW_UP_FLAG = "A mail, chat or call named no next steps or follow-up time. Write and promise the next update."
_LASTING = (DISPUTE_FLAG, FOLLOW_UP_FLAG)


def with_flag(flags: Iterable[str], flag: str) -> list[str]:
    """The flags and this one, once."""
    return [*(f for f in flags if f != flag), flag]


def without_flag(flags: Iterable[str], flag: str) -> list[str]:
    """The flags but this one."""
    return [f for f in flags if f != flag]


def lasting_flags(flags: Iterable[str]) -> list[str]:
    """What is left when the priority is confirmed."""
    return [f for f in flags if f in _LASTING]
