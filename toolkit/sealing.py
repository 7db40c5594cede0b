"""Secrets that must be read again (signing keys of webhooks, tokens of other systems), sealed with AES-GCM.

The owner's name is bound into the seal, so that a sealed text copied to another row or tenant opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class SealError(Exception):
    """The sealed text was made with a key that is not known any more, for another owner, or is damaged."""


def seal(secret: str, *, owner: str) -> str:
    """`<key id>.<nonce and ciphertext>`; `owner` names the row that it belongs to, tenant included."""
    key_id, key = _keys()[0]
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, secret.encode(), owner.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(text: str, *, owner: str) -> str:
    """The secret. Raises SealError; texts sealed under one of SECRET_KEY_FALLBACKS still open."""
    key_id, _dot, body = text.partition(".")
    key = dict(_keys()).get(key_id)
    if key is None:
        raise SealError("It was sealed with a key that is not known here. Make the secret again.")
    try:
        raw = base64.urlsafe_b64decode(body.encode())
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealError("The sealed text is damaged or belongs to somebody else.") from error


def _keys() -> list[tuple[str, bytes]]:
    """(id, key) of each secret of the installation, the one in use first."""
    found = []
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        key = HKDF(SHA256(), 32, salt=None, info=b"supportdesk sealing").derive(secret.encode())
        found.append((hashlib.sha256(key).hexdigest()[:8], key))
    return found
