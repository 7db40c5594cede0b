from __future__ import annotations

import pytest
from django.core import mail as sent


@pytest.fixture
def outgoing(settings) -> list:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sent.outbox = []
    return sent.outbox
