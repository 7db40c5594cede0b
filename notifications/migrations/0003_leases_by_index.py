"""Leases go by the index always: a worker keeps the plan that it made when the table was empty, which read all of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0002_walls")]
    operations: ClassVar = [
        migrations.RunSQL([f"ALTER FUNCTION lease_outbox(text, integer, integer, integer) SET {kind} = off"
                           for kind in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")], migrations.RunSQL.noop),
    ]
