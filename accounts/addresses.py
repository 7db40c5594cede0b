"""Whose a mail address is among the tenants of one installation."""

from __future__ import annotations

from django.conf import settings

from accounts.models import Tenant, TenantDomain
from accounts.tenancy import current_tenant_id


def is_anothers_address(address: str) -> bool:
    """Is it at or below a host of another tenant or the operators, or the one that another tenant writes from.

    Of several hosts that fit, the longest says whose it is.
    """
    labels = address.rpartition("@")[2].lower().rstrip(".").split(".")
    hosts = [".".join(labels[at:]) for at in range(len(labels))]
    if settings.OPERATOR_HOST in hosts:
        return True
    found = max(TenantDomain.objects.filter(host__in=hosts), key=lambda row: len(row.host), default=None)
    if found is not None and found.tenant_id != current_tenant_id():
        return True
    return Tenant.objects.exclude(pk=current_tenant_id()).filter(mail_from__iexact=address).exists()
