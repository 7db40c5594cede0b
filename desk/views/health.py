"""How the desk itself does: timers, mail, and whether its clocks are true."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q
from django.http import HttpResponse

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.guards import staff
from desk.shell import shell
from notifications.enums import OutboxState
from notifications.models import OutboxMessage
from sla.models import ClockCheck, SlaEvent, SlaTimer
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page


def _page(request: MemberRequest) -> HttpResponse:
    now = clock_now()
    return render_page(request, "desk/health.html", shell(request, "health") | {
        "now": now, "timers": _timers(now), "mail": _mail(now),
        "checks": ClockCheck.objects.order_by("-at")[:7]})


def _timers(now: datetime) -> dict[str, Any]:
    """What waits, what comes within the hour, and how late the actions of the last day were."""
    found = SlaTimer.objects.filter(state=0).aggregate(
        late=Count("id", filter=Q(due_at__lte=now)),
        soon=Count("id", filter=Q(due_at__gt=now, due_at__lte=now + timedelta(hours=1))))
    day = SlaEvent.objects.filter(fired_at__gt=now - timedelta(days=1))
    return found | day.aggregate(fired=Count("id"), latest=Max(F("fired_at") - F("at")))


def _mail(now: datetime) -> dict[str, Any]:
    return OutboxMessage.objects.filter(state__in=[OutboxState.PENDING, OutboxState.PARKED]).aggregate(
        waiting=Count("id", filter=Q(state=OutboxState.PENDING, next_at__lte=now)),
        later=Count("id", filter=Q(state=OutboxState.PENDING, next_at__gt=now)),
        parked=Count("id", filter=Q(state=OutboxState.PARKED)))


page = staff(_page, role=AgentRole.MANAGER)
