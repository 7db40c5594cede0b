"""A tenant's logo, for its pages and mails: whoever knows its name may see it."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.requests import TenantRequest
from accounts.services.look import logo_key


@require_safe
def logo(request: TenantRequest, name: str) -> HttpResponseBase:
    """The picture. Its name is made from its content, so it never changes; it can't act even if it were no picture."""
    try:
        stored = default_storage.open(logo_key(request.tenant, f"{name}.png"), "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(stored, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
