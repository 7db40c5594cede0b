"""Secrets that must be readable again, such as the password of somebody's mail server: encrypted with SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt; raises ValueError when it was encrypted with a key that is no longer known."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("The secret was kept under another SECRET_KEY. Enter it again.") from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"seal:{k}".encode()).digest())) for k in keys])
