"""The product's settings, with what tests must not wait for or reach."""

from __future__ import annotations

from supportdesk.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = False
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
UNDO_SEND_SECONDS = 0  # tests of undo ask for seconds
