"""An agent's own settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.personal_form import PersonalForm
from accounts.requests import MemberRequest
from accounts.services.personal import save_personal
from desk.guards import staff
from desk.shell import shell
from notifications.preferences import RHYTHMS, STAFF_NEWS, NewsRules
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page, see_other


def _page(request: MemberRequest) -> HttpResponse:
    """Language, zone, look, shortcuts and mails of whoever is signed in."""
    form = PersonalForm(request.POST or None, member=request.member, mails=())
    if request.method == "POST" and form.is_valid():
        save_personal(request.member.person, form.wanted(), at=clock_now())
        messages.success(request, _("Your settings are kept."))
        return see_other(request, "/desk/me")
    return render_page(request, "desk/me.html", shell(request, "me") | {"form": form, **_news(request.member)},
                       status=422 if form.errors else 200)


def _news(member: Member) -> dict[str, Any]:
    """The table of what is told how: for each kind its words and whether it goes to inbox, mail and browser.

    A mail that can't be switched off is None.
    """
    rules = NewsRules.of(member.agent.preferences if member.agent else {})
    rows = [(kind.value, words, kind not in rules.inbox_off, mail.value not in member.person.mails_off if mail else None,
             kind not in rules.browser_off) for kind, words, mail in STAFF_NEWS]
    return {"kinds": rows, "rhythms": RHYTHMS, "rhythm": rules.rhythm}


page = staff(_page, methods=("GET", "HEAD", "POST"))
