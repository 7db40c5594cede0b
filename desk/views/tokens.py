"""API tokens: staff make their own; admins see and end everybody's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.models import ApiToken
from accounts.queries import tokens_for
from accounts.requests import MemberRequest
from accounts.services.tokens import create_token, revoke_token
from desk.forms import SCOPE_WORDS, TokenForm
from desk.guards import staff
from desk.shell import shell
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other


def _page(request: MemberRequest) -> HttpResponse:
    """The tokens, and the form for one more. The secret is in the answer to that form and nowhere else."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, clock_now()
        person = request.member.person
        _token, secret = create_token(
            person=person, name=data["name"], scopes=data["scopes"], by=person, at=at,
            expires_at=at + timedelta(days=data["days"]) if data["days"] else None)
        form = TokenForm()
    return render_page(request, "desk/tokens.html", _context(request) | {"form": form, "secret": secret},
                       status=422 if form.errors else 200)


def _context(request: MemberRequest) -> dict[str, Any]:
    everybody = request.member.is_at_least(AgentRole.ADMIN)
    page = keyset_page(tokens_for(request.member, everybody=everybody), order=["-created_at", "-id"],
                       cursor=request.GET.get("after", ""))
    return shell(request, "tokens") | {"page": page, "everybody": everybody, "scopes": SCOPE_WORDS}


def _revoke(request: MemberRequest, token_id: int) -> HttpResponse:
    everybody = request.member.is_at_least(AgentRole.ADMIN)
    token: ApiToken | None = tokens_for(request.member, everybody=everybody).filter(pk=token_id).first()
    if token is None:
        raise Http404
    revoke_token(token, by=request.member.person, at=clock_now())
    messages.success(request, _("“{token}” opens nothing any more.").format(token=token.name))
    return see_other(request, "/desk/tokens")


page = staff(_page, methods=("GET", "HEAD", "POST"))
revoke = staff(_revoke, methods=("POST",))
