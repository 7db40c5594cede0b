"""An event's tenant is that of its ticket and clock, whose keys carry it, and a notice's that of its event: to look for the
tenant itself once more with each row was a fifth of recording it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

DROP = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT conrelid::regclass AS of_table, conname FROM pg_constraint
        WHERE contype = 'f' AND conrelid IN ('sla_slaevent'::regclass, 'sla_slanotice'::regclass)
        AND confrelid = 'accounts_tenant'::regclass
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.of_table, found.conname);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sla", "0003_notices")]
    operations: ClassVar = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
