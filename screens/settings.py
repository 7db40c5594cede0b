"""The product's settings, with addresses for the pages that only a fault shows."""

from __future__ import annotations

from supportdesk.settings import *  # noqa: F403

ROOT_URLCONF = "screens.urls"
UNDO_SEND_SECONDS = 3600  # a reply that waits stays on the picture
