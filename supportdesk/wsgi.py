from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

application = get_wsgi_application()

# What is loaded now stays for good, and a page makes many short-lived objects: without this every few requests one
# waits for the collector to walk all of Django.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
