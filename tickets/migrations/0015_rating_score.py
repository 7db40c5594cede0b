from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# By the column's type and not by UPDATE: no tenant is chosen here, so the wall would hide every row.
_SCORE = """ALTER TABLE tickets_rating ALTER COLUMN is_good TYPE smallint USING CASE WHEN is_good THEN 5 ELSE 2 END;
ALTER TABLE tickets_rating RENAME COLUMN is_good TO score"""
_BACK = """ALTER TABLE tickets_rating RENAME COLUMN score TO is_good;
ALTER TABLE tickets_rating ALTER COLUMN is_good TYPE boolean USING is_good >= 4"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0014_priority_governance_wall")]
    operations: ClassVar = [
        migrations.RunSQL(_SCORE, _BACK, state_operations=[
            migrations.RemoveField("Rating", "is_good"),
            migrations.AddField("Rating", "score", models.PositiveSmallIntegerField(help_text="1 to 5, the best."),
                                preserve_default=False),
        ]),
        migrations.AddConstraint("Rating", models.CheckConstraint(
            condition=models.Q(score__gte=1, score__lte=5), name="rating_1_to_5")),
    ]
