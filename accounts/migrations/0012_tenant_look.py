from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0011_watch_staff")]
    operations: ClassVar = [
        migrations.AddField("Tenant", "colour", models.CharField(
            blank=True, default="", help_text="Of its mark and its mails, such as #1f55c4.", max_length=7)),
        migrations.AddField("Tenant", "logo", models.CharField(
            blank=True, default="", help_text="The stored picture's name.", max_length=40)),
        migrations.AddConstraint("Tenant", models.CheckConstraint(
            condition=models.Q(colour="") | models.Q(colour__regex="^#[0-9a-f]{6}$"), name="tenant_colour_is_one")),
    ]
