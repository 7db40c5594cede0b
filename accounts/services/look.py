"""A tenant's logo: kept under the name of its content, so that mails sent before keep theirs."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Tenant


def store_logo(tenant: Tenant, picture: bytes) -> str:
    """Store a picture that was cleaned before; its name, for `Tenant.logo`."""
    name = f"{hashlib.sha256(picture).hexdigest()[:32]}.png"
    if not default_storage.exists(logo_key(tenant, name)):
        default_storage.save(logo_key(tenant, name), ContentFile(picture))
    return name


def logo_key(tenant: Tenant, name: str) -> str:
    """Where the storage has it."""
    return f"looks/{tenant.pk}/{name}"
