"""An agent's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.personal_form import PersonalForm
from accounts.services.personal import save_personal
from desk.guards import staff
from desk.shell import shell
from notifications.preferences import STAFF_MAILS
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page, see_other


def _page(request: HttpRequest) -> HttpResponse:
    """Language, zone, look, shortcuts and mails of whoever is signed in."""
    form = PersonalForm(request.POST or None, member=request.member, mails=STAFF_MAILS)
    if request.method == "POST" and form.is_valid():
        save_personal(request.member.person, form.wanted(), at=clock_now())
        messages.success(request, _("Your settings are kept."))
        return see_other(request, "/desk/me")
    return render_page(request, "desk/me.html", shell(request, "me") | {"form": form},
                       status=422 if form.errors else 200)


page = staff(_page, methods=("GET", "HEAD", "POST"))
