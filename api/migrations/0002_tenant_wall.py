from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import TenantWall


class Migration(migrations.Migration):
    dependencies: ClassVar = [("api", "0001_initial"), ("accounts", "0002_tenant_wall")]
    operations: ClassVar = [TenantWall("api", ["IdempotentAnswer"])]
