from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models

from accounts.walls import watch_settings_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("sla", "0004_clock_check"),
        ("accounts", "0003_settings_version"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="slapolicyversion",
            name="promise_ranks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(
                    validators=[
                        django.core.validators.MinValueValidator(1),
                        django.core.validators.MaxValueValidator(4),
                    ]
                ),
                blank=True,
                db_default=[],
                default=list,
                help_text="Priorities at which a public reply must say the next steps and when the next update comes.",
                size=None,
            ),
        ),
        migrations.RunSQL(watch_settings_sql("sla_slapolicyversion"), migrations.RunSQL.noop),
    ]
