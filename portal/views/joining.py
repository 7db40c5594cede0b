"""Coming in: sign-up by official email (S38, S39), and the mailed link of either kind."""

from __future__ import annotations

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.enums import InvitationKind
from accounts.errors import LinkError
from accounts.requests import MemberRequest
from accounts.services.invitations import accept, begin_sign_up, has_login, name_known, open_invitation
from notifications.links import base_url
from notifications.services import put_account_mail
from portal.people_forms import JoinForm, SignUpForm
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page, see_other

_LINK = gettext_lazy("Somebody, probably you, asked for a login at {desk}. Give your name and choose a password here, within "
                     "24 hours:\n\n{url}\n\nThe link works once. If it wasn’t you, do nothing.")
_NONE = gettext_lazy("Somebody, probably you, asked for a login at {desk} with this address. We can’t make one with it: "
                     "either there is one already, or we don’t know the address as a customer’s.\n\nIf you have a login but "
                     "no password that works: {reset}\n\nElse ask a manager of your organization to invite you.")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: MemberRequest) -> HttpResponse:
    """An address, and “Send link”. Known or not, the answer is the same page and one mail."""
    if request.member is not None:
        return redirect("/")
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        limited = ratelimit.consume_or_429(request, action="signup", key=email)
        if limited is not None:
            return limited
        _send_link(request, email)
        return see_other(request, "/account/signup/sent")
    return render_page(request, "account/signup.html", {"form": form}, status=422 if form.errors else 200)


def _send_link(request: MemberRequest, email: str) -> None:
    at, tenant = clock_now(), request.tenant
    secret, base = begin_sign_up(email, at=at), base_url(tenant)
    words = _LINK if secret else _NONE
    put_account_mail(tenant, to=email, at=at, subject=_("Your login at {desk}").format(desk=tenant.desk_name),
                     body=words.format(desk=tenant.desk_name, url=f"{base}/join/{secret}",
                                       reset=f"{base}/account/password/reset/"))


@require_http_methods(["GET", "HEAD"])
def sent(request: MemberRequest) -> HttpResponse:
    """The notice: it says the same to everybody."""
    return render_page(request, "account/signup_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: MemberRequest, secret: str) -> HttpResponse:
    """The mailed link. Opening it uses nothing up: mail scanners open links too."""
    at = clock_now()
    try:
        found = open_invitation(secret, at=at)
        knows = has_login(found)
        form = JoinForm(request.POST or None, email=found.email, initial={"name": name_known(found)})
        if request.method == "POST" and (knows or form.is_valid()):
            data = {"name": "", "password": ""} if knows else form.cleaned_data
            person = accept(secret, name=data["name"], password=data["password"], at=at)
            if knows:
                messages.success(request, _("You have been added. Sign in as you are used to."))
                return see_other(request, "/")
            login(request, person.user, backend=settings.AUTHENTICATION_BACKENDS[0])
            if found.kind == InvitationKind.STAFF:
                return see_other(request, "/desk/")
            messages.success(request, _("Welcome. This is where your tickets are."))
            return see_other(request, "/")
    except LinkError as error:
        return render_page(request, "account/join_over.html", {"refusal": error}, status=410)
    return render_page(request, "account/join.html", {"form": form, "invitation": found, "knows": knows},
                       status=422 if not knows and form.errors else 200)
