"""The product's settings, with what tests must not wait for or reach."""

from __future__ import annotations

import os
import re

# Parallel test processes have a database each, so their caches and counters must not meet either.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
os.environ["REDIS_URL"] = re.sub(r"db=\d+", f"db={2 + _worker}", os.environ["REDIS_URL"])

from supportdesk.settings import *  # noqa: E402, F403

# New ones are quick; the cast was made under the product's own (tests.databases).
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
CELERY_TASK_ALWAYS_EAGER = False
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
UNDO_SEND_SECONDS = 0  # tests of undo ask for seconds
MEDIA_ROOT = MEDIA_ROOT / os.environ.get("PYTEST_XDIST_WORKER", "main")  # parallel processes must not meet in the files either
