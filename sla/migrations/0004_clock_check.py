from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import WORKER_ROLE, TenantWall

BACKLOG = f"""
CREATE FUNCTION timer_backlog() RETURNS TABLE (waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(*), min(due_at) FROM sla_slatimer WHERE state = 0 AND due_at <= app_now() $$;
REVOKE ALL ON FUNCTION timer_backlog() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION timer_backlog() TO supportdesk_app;
ALTER FUNCTION timer_backlog() OWNER TO {WORKER_ROLE};
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_hook_token'),
        ('sla', '0003_escalation_steps'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClockCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('tickets', models.PositiveIntegerField()),
                ('clocks', models.PositiveIntegerField()),
                ('differences', models.PositiveIntegerField()),
                ('examples', models.JSONField(default=list)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', '-at'], name='clock_checks_newest_first')],
            },
        ),
        TenantWall("sla", ["ClockCheck"]),
        migrations.RunSQL(BACKLOG, "DROP FUNCTION timer_backlog()"),
    ]
