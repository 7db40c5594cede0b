"""The host name decides the tenant, the login the member, both the language; all hold for the whole request."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation

from accounts.languages import language_for
from accounts.models import Tenant
from accounts.queries import member_for_user, tenant_for_host
from accounts.requests import AnyRequest
from accounts.tenancy import tenant_scope

View = Callable[[AnyRequest], HttpResponse]

# Paths that belong to the installation and not to a tenant.
OPEN_PATHS = ("/health/", "/static/")
# Paths that programs call.
PROGRAM_PATHS = ("/api/", "/hooks/")
_SECONDS = 30.0
_known: dict[str, tuple[float, Tenant]] = {}


def tenant(get_response: View) -> View:
    """Run each request inside its tenant's scope; a host of no tenant is a 404. The operators' host has pages of its own."""

    def middleware(request: AnyRequest) -> HttpResponse:
        request.tenant = None
        if request.path_info.startswith(OPEN_PATHS):
            return get_response(request)
        host = request.get_host().rpartition(":")[0] or request.get_host()
        if host.lower() == settings.OPERATOR_HOST:
            request.is_operating, request.urlconf = True, settings.OPERATOR_URLCONF
            return get_response(request)
        found = _tenant_of(host)
        if found is None:
            with translation.override(translation.get_language_from_request(request)):
                return render(request, "errors/unknown_host.html", status=404)
        request.tenant = found
        with tenant_scope(found, reading=request.method in {"GET", "HEAD"}):
            return get_response(request)

    return middleware


def member(get_response: View) -> View:
    """Put the acting member on the request; None for visitors and for logins that are nobody in this tenant.

    Who was let go while signed in is a visitor from then on, and is shown the sign-in page rather than sent in circles.
    """

    def middleware(request: AnyRequest) -> HttpResponse:
        request.member = None
        if request.tenant is not None and request.user.is_authenticated:
            request.member = member_for_user(request.tenant, request.user)
            if request.member is None:
                request.user = AnonymousUser()
        return get_response(request)

    return middleware


def language(get_response: View) -> View:
    """Answer in the person's language, else the tenant's, else English. Programs are answered in English, operators in
    what their browser asks for.
    """

    def middleware(request: AnyRequest) -> HttpResponse:
        with translation.override(_language_of(request)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response

    return middleware


def _language_of(request: AnyRequest) -> str:
    if getattr(request, "is_operating", False):
        return translation.get_language_from_request(request)
    if request.tenant is None or request.path_info.startswith(PROGRAM_PATHS):
        return settings.LANGUAGE_CODE
    return language_for(request.member.person if request.member else None, request.tenant)


def forget_hosts() -> None:
    """Drop the remembered hosts (a tenant changed)."""
    _known.clear()


def _tenant_of(host: str) -> Tenant | None:
    """The host's tenant; remembered for half a minute, as each request asks."""
    host = host.lower()
    known = _known.get(host)
    if known and known[0] > time.monotonic():
        return known[1]
    found = tenant_for_host(host)
    if found is not None:
        _known[host] = (time.monotonic() + _SECONDS, found)
    return found
