"""Pages of the operators: the tenants of the installation, and new ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware import forget_hosts
from accounts.models import OperatorEvent, Tenant, User
from accounts.services.operating import record_operation, set_tenant_active
from supportdesk.operate.forms import FoundingForm, SignInForm
from supportdesk.operate.words import line_of
from supportdesk.reference.founding import found_tenant
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

View = Callable[..., HttpResponse]
BACKEND = "accounts.login.OperatorBackend"


def _operator(request: HttpRequest) -> User:
    """Who got through `operator`."""
    return cast(User, request.user)


def operator(view: View) -> View:
    """For whoever signed in here as an operator; a session of a tenant's host opens nothing."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_superuser or request.session.get(BACKEND_SESSION_KEY) != BACKEND:
            return redirect("/login")
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Address and password, a few tries at a time."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        limited = ratelimit.consume_or_429(request, action="operate", key=email)
        if limited is not None:
            return limited
        user = authenticate(request, email=email, password=form.cleaned_data["password"])
        if user is not None:
            login(request, user, backend=BACKEND)
            record_operation(by=user, action="operator.signed_in", at=clock_now())
            return see_other(request, "/")
        form.add_error(None, _("No operator has this address and password."))
    return render_page(request, "operate/sign_in.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return see_other(request, "/login")


@operator
def tenants(request: HttpRequest) -> HttpResponse:
    """Every tenant with its host."""
    page = keyset_page(Tenant.objects.prefetch_related("domains"), order=["name", "id"], cursor=request.GET.get("after", ""))
    return render_page(request, "operate/tenants.html", {"page": page, "current": "tenants",
                                                         "lines": [(t, _urls(t)) for t in page.rows]})


@operator
def new(request: HttpRequest) -> HttpResponse:
    """A tenant from a template."""
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = found_tenant(form.founding(), by=_operator(request), at=clock_now())
            messages.success(request, _("%(name)s stands. The link to sign in is on its way to %(address)s.") % {
                "name": made.name, "address": form.cleaned_data["admin_email"]})
            return see_other(request, f"/tenants/{made.slug}")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return render_page(request, "operate/new.html", {"form": form, "current": "new"}, status=422 if form.errors else 200)


@operator
def tenant(request: HttpRequest, slug: str) -> HttpResponse:
    """A tenant's hosts, whether they are open, and what operators did to it."""
    found = Tenant.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        is_active = request.POST.get("to") == "open"
        set_tenant_active(found, is_active=is_active, by=_operator(request), at=clock_now())
        forget_hosts()
        said = _("%(name)s is open again.") if is_active else _("%(name)s is closed.")
        messages.success(request, said % {"name": found.name})
        return see_other(request, f"/tenants/{slug}")
    page = keyset_page(OperatorEvent.objects.filter(slug=slug).select_related("operator"), order=["-at", "-id"],
                       cursor=request.GET.get("after", ""))
    return render_page(request, "operate/tenant.html", {
        "row": found, "urls": _urls(found), "page": page, "current": "tenants", "lines": [line_of(e) for e in page.rows],
        "language": dict(settings.LANGUAGES).get(found.language, found.language)})


@operator
def record(request: HttpRequest) -> HttpResponse:
    """What operators did, newest first."""
    page = keyset_page(OperatorEvent.objects.select_related("operator"), order=["-at", "-id"],
                       cursor=request.GET.get("after", ""))
    return render_page(request, "operate/record.html", {"page": page, "current": "record",
                                                        "lines": [line_of(e) for e in page.rows]})


def _urls(found: Tenant) -> list[str]:
    return [f"{settings.PUBLIC_SCHEME}://{d.host}{settings.PUBLIC_PORT}" for d in found.domains.all()]
