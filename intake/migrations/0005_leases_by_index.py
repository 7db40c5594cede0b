"""Leases go by the index always: a worker keeps the plan that it made when the table was empty, which read all of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_LEASES = ("lease_inbound", "lease_imap", "lease_chat_events")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("intake", "0004_retries_alone")]
    operations: ClassVar = [
        migrations.RunSQL([f"ALTER FUNCTION {name}(integer, integer) SET {kind} = off"
                           for name in _LEASES for kind in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")],
                          migrations.RunSQL.noop),
    ]
