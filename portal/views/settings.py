from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from toolkit.rendering import see_other


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """The person's own choice of light or dark; empty follows the system."""
    wanted = request.POST.get("theme", "")
    if request.user.is_authenticated and wanted in {"", "light", "dark"}:
        User.objects.filter(pk=request.user.pk).update(theme=wanted)
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return see_other(request, target if safe else "/")
