from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.personal_form import PersonalForm
from accounts.requests import MemberRequest
from accounts.services.personal import save_personal
from notifications.preferences import CUSTOMER_MAILS
from portal.guards import customer
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page, see_other


@require_POST
def theme(request: MemberRequest) -> HttpResponse:
    """The person's own choice of light or dark; empty follows the system."""
    wanted = request.POST.get("theme", "")
    if request.user.is_authenticated and wanted in {"", "light", "dark"}:
        User.objects.filter(pk=request.user.pk).update(theme=wanted)
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return see_other(request, target if safe else "/")


def _me(request: MemberRequest) -> HttpResponse:
    """Language, zone, look and mails of whoever is signed in."""
    form = PersonalForm(request.POST or None, member=request.member, mails=CUSTOMER_MAILS)
    if request.method == "POST" and form.is_valid():
        save_personal(request.member.person, form.wanted(), at=clock_now())
        with override(form.cleaned_data["language"] or request.tenant.language):  # the next page speaks it
            messages.success(request, _("Your settings are kept."))
        return see_other(request, "/me")
    return render_page(request, "portal/me.html", {"form": form, "nav_current": "me"}, status=422 if form.errors else 200)


me = customer(_me, methods=("GET", "HEAD", "POST"))
