from __future__ import annotations

from django.conf import settings

from accounts.models import Tenant, TenantDomain


def base_url(tenant: Tenant) -> str:
    """The address at which a tenant's people reach it, without a slash at the end."""
    host = tenant.__dict__.get("_host")  # a tenant's row is read anew for each request or batch
    if host is None:
        domain = TenantDomain.objects.filter(tenant=tenant).order_by("-is_primary", "id").first()
        host = tenant.__dict__["_host"] = domain.host if domain else f"{tenant.slug}.{settings.BASE_DOMAIN}"
    return f"{settings.PUBLIC_SCHEME}://{host}{settings.PUBLIC_PORT}"


def portal_ticket_url(tenant: Tenant, number: int) -> str:
    """A ticket's page for customers."""
    return f"{base_url(tenant)}/tickets/{number}"


def desk_ticket_url(tenant: Tenant, number: int) -> str:
    """A ticket's page for staff."""
    return f"{base_url(tenant)}/desk/t/{number}"
