"""What the middleware of this app puts on requests, for those who check types: each is an ordinary HttpRequest."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.members import Member
from accounts.models import Tenant


class AnyRequest(HttpRequest):
    """At any host: `tenant` is None at the operators' and for what belongs to the installation."""

    tenant: Tenant | None
    member: Member | None
    is_operating: bool
    urlconf: str


class TenantRequest(AnyRequest):
    """At a tenant's host; `member` is None for visitors."""

    tenant: Tenant
    htmx: HtmxDetails


class MemberRequest(TenantRequest):
    """Behind a door that lets members in."""

    member: Member
