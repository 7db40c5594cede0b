"""Doors of the desk: who gets in, and how a refusal looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from accounts.enums import AgentRole
from accounts.requests import TenantRequest
from desk.addresses import ticket_address
from toolkit.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from toolkit.rendering import ask_to_sign_in, see_other

View = Callable[..., HttpResponseBase]


def staff(view: View, *, role: AgentRole = AgentRole.RECEPTIONIST, methods: tuple[str, ...] = ("GET", "HEAD")) -> View:
    """A page for staff of at least this role. Visitors are asked to sign in; customers find nothing here."""

    @wraps(view)
    @require_http_methods(list(methods))
    def guarded(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.member is None:
            return ask_to_sign_in(request)
        if not request.member.is_at_least(role):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            raise Http404(error.message) from error

    return guarded


def writes(view: Callable[..., object]) -> View:
    """A POST that goes back to its ticket, saying why when a rule refused. Nothing typed is lost: drafts stay."""

    @wraps(view)
    def guarded(request: TenantRequest, number: int, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                view(request, number, **kwargs)
        except NotFoundError as error:
            raise Http404(error.message) from error
        except (ConflictError, ForbiddenError, DomainError) as error:
            messages.error(request, error.message)
        return see_other(request, ticket_address(request, number))

    return staff(guarded, methods=("POST",))
