"""Links that let somebody in, inside of what came back: only who was meant may read them (ADR 0013)."""

from __future__ import annotations

import re
from email import message_from_bytes

_LINK = re.compile(r"(/(?:join|account/password/reset/key)/)[\w=-]{8,}")
_MOST = 5_000_000  # a report carries our mail back, and our mails about logins are short


def without_links(text: str) -> str:
    """The text with the secret part of each such link taken out."""
    return _LINK.sub(r"\1…", text)


def lets_in(raw: bytes) -> bool:
    """Is there such a link in any part of this message, however it is encoded."""
    if len(raw) > _MOST:
        return False
    for part in message_from_bytes(raw).walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and _LINK.search(content.decode("utf-8", "replace")):
            return True
    return False
