from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import TenantModel
from accounts.tenancy import TenantForeignKey


class Calendar(TenantModel):
    """When business time passes: a zone, weekly windows, exceptions. 24/7 is a calendar like any other."""

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=60, help_text="IANA name, such as Europe/Berlin.")
    day_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Length of one business day of a target; empty = the most common day's.")
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each change to windows or exceptions.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "slug"], name="calendar_slug_once")]

    def __str__(self) -> str:
        return self.name


class CalendarWindow(TenantModel):
    """Working hours of one weekday, in local wall time; an end past 1440 runs over midnight.

    Hours that were ever counted are kept: new hours begin on a date, and the old ones end on the day before.
    """

    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(help_text="0 = Monday … 6 = Sunday.")
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    since = models.DateField(null=True, blank=True, help_text="First local date on which it holds; empty = always did.")
    until = models.DateField(null=True, blank=True, help_text="Last local date on which it holds; empty = still does.")

    class Meta:
        ordering: ClassVar = ["weekday", "start_minute"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "calendar", "weekday", "start_minute"], name="window_once",
                                    condition=models.Q(until__isnull=True)),
            models.CheckConstraint(condition=models.Q(weekday__lte=6, end_minute__gt=models.F("start_minute"),
                                                      start_minute__lt=1440, end_minute__lte=2880),
                                   name="window_is_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start_minute}–{self.end_minute}"


class CalendarException(TenantModel):
    """A date that isn't like its weekday: a holiday (no windows) or a half day ([[start, end], …] in minutes)."""

    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField()
    name = models.CharField(max_length=120)
    windows = models.JSONField(default=list, blank=True)
    region = models.CharField(max_length=20, blank=True, help_text="Whose public holiday it was copied from: DE-BE.")

    class Meta:
        ordering: ClassVar = ["date"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "calendar", "date"], name="exception_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
