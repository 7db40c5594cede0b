from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("sla", "0007_watch_settings"),
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
    ]
