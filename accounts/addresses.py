"""Whose a mail address is among the tenants of one installation."""

from __future__ import annotations

from django.conf import settings

from accounts.models import Tenant, TenantDomain
from accounts.tenancy import current_tenant_id

# Names that people take for the installation's own, or for somebody whom they trust.
RESERVED = frozenset((
    "abuse", "account", "accounts", "admin", "administrator", "api", "app", "assets", "auth", "autoconfig",
    "autodiscover", "billing", "cdn", "dashboard", "demo", "docs", "ftp", "help", "hostmaster", "imap", "info",
    "localhost", "login", "mail", "mx", "noreply", "ns", "ns1", "ns2", "operate", "operator", "operators", "pop",
    "postmaster", "root", "secure", "security", "signin", "smtp", "sso", "static", "status", "support", "supportdesk",
    "system", "test", "webmail", "webmaster", "wpad", "www"))


def is_reserved_host(host: str) -> bool:
    """Is it the installation's domain itself, or directly below it a name that nobody may bear."""
    base = settings.BASE_DOMAIN.lower()
    first = host.removesuffix(f".{base}").rpartition(".")[2] if host.endswith(f".{base}") else ""
    return host in {base, settings.OPERATOR_HOST} or first in RESERVED or first.startswith("xn--")


def is_anothers_address(address: str) -> bool:
    """Is it at or below a host of another tenant or the operators, or the one that another tenant writes from.

    Of several hosts that fit, the longest says whose it is. At or below the installation's domain a tenant has its own
    hosts and nothing else: what is free there becomes somebody's host later (ADR 0012).
    """
    labels = address.rpartition("@")[2].lower().rstrip(".").split(".")
    hosts = [".".join(labels[at:]) for at in range(len(labels))]
    if settings.OPERATOR_HOST in hosts:
        return True
    found = max(TenantDomain.objects.filter(host__in=hosts), key=lambda row: len(row.host), default=None)
    if found is not None and found.tenant_id != current_tenant_id():
        return True
    if found is None and settings.BASE_DOMAIN.lower() in hosts:
        return True
    return Tenant.objects.exclude(pk=current_tenant_id()).filter(mail_from__iexact=address).exists()
