"""Pages of the installation itself: health and errors."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


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


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 in the product's look."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in the product's look."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent and foreign look the same."""
    if request.path_info.startswith("/api/"):
        return _problem(404, "There is nothing here under that address.", "not_found")
    return render(request, "errors/404.html", status=404)


def too_often(request: HttpRequest) -> HttpResponse:
    """429 of the sign-in pages' rate limits."""
    return render(request, "errors/429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 that says what is safe."""
    if request.path_info.startswith("/api/"):
        return _problem(500, "Something failed on our side. Try again with the same Idempotency-Key.", "error")
    return render(request, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 that says to reload: the form's token was too old or missing."""
    return render(request, "errors/csrf.html", status=403)


def _problem(status: int, title: str, code: str) -> HttpResponse:
    """Programs get problem details (RFC 9457), also where no API view was reached."""
    return JsonResponse({"type": "about:blank", "title": title, "status": status, "code": code}, status=status,
                        content_type="application/problem+json")
