"""The wall around the answers that are kept for repetitions."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import TenantWall


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("api", "0002_tenant_wall"),
    ]
    dependencies: ClassVar = [("api", "0001_tables"), ("accounts", "0002_walls")]
    operations: ClassVar = [
        TenantWall("api", ["IdempotentAnswer"]),
    ]
