"""Pages of the installation itself: health and errors."""

from __future__ import annotations

import sys
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from sla.queries import timer_backlog
from toolkit.clock import now as clock_now

_LATE_SECONDS = 60


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503. Redis isn't asked: the desk works without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM accounts_tenant LIMIT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready"})


def workers(request: HttpRequest) -> HttpResponse:
    """200 while deadlines are recorded and told in time, 503 when the oldest has waited for a minute: nobody works, or too
    few do, or something can't be told.
    """
    backlog, now = timer_backlog(), clock_now()
    late, untold = _seconds(backlog.oldest, now), _seconds(backlog.untold_since, now)
    is_late = max(late, untold) > _LATE_SECONDS
    return JsonResponse({"status": "late" if is_late else "in time", "timers_waiting": backlog.waiting,
                         "oldest_late_seconds": round(late, 3), "untold": backlog.untold,
                         "oldest_untold_seconds": round(untold, 3)}, status=503 if is_late else 200)


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0


def metrics(request: HttpRequest) -> HttpResponse:
    """The same for Prometheus, as text. It names no tenant."""
    backlog, now = timer_backlog(), clock_now()
    figures = (
        ("timers_waiting", "SLA timers that are due and wait for a worker.", str(backlog.waiting)),
        ("timers_late_seconds", "How long the oldest of them has been due.", f"{_seconds(backlog.oldest, now):.3f}"),
        ("notices_waiting", "Recorded deadlines that nobody has been told of yet.", str(backlog.untold)),
        ("notices_late_seconds", "How long the oldest of them has been on record.",
         f"{_seconds(backlog.untold_since, now):.3f}"))
    lines = [f"# HELP supportdesk_{name} {words}\n# TYPE supportdesk_{name} gauge\nsupportdesk_{name} {value}\n"
             for name, words, value in figures]
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 in the product's look."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in the product's look."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent and foreign look the same."""
    if request.path_info.startswith("/api/"):
        return problem(404, "There is nothing here under that address.", "not_found")
    return render(request, "errors/404.html", status=404)


def too_often(request: HttpRequest) -> HttpResponse:
    """429 of the sign-in pages' rate limits."""
    return render(request, "errors/429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 that says what is safe; 503 while the database is away, as during its restart."""
    if _is_away(sys.exc_info()[1]):
        away = (problem(503, "The desk is restarting. Try again with the same Idempotency-Key.", "restarting")
                if request.path_info.startswith("/api/") else render(request, "errors/503.html", status=503))
        away["Retry-After"] = "30"
        return away
    if request.path_info.startswith("/api/"):
        return problem(500, "Something failed on our side. Try again with the same Idempotency-Key.", "error")
    return render(request, "errors/500.html", status=500)


def _is_away(error: BaseException | None) -> bool:
    """Is it the connection that failed, rather than a statement: class 08 and 57P are the server's ways of saying so."""
    if not isinstance(error, (InterfaceError, OperationalError)):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith(("08", "57P"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 that says to reload: the form's token was too old or missing."""
    return render(request, "errors/csrf.html", status=403)


def problem(status: int, title: str, code: str) -> HttpResponse:
    """Programs get problem details (RFC 9457), also where no API view was reached."""
    return JsonResponse({"type": "about:blank", "title": title, "status": status, "code": code}, status=status,
                        content_type="application/problem+json")
