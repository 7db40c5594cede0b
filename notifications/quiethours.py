from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, zone: ZoneInfo, starts: time, ends: time) -> datetime | None:
    """The end of the quiet hours that `now` falls into, None outside of them. They may run over midnight."""
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    over_midnight = ends <= starts
    inside = clock >= starts or clock < ends if over_midnight else starts <= clock < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= starts else 0)
    return datetime.combine(day, ends, tzinfo=zone)
