"""Which tenant the running code works for, told to the managers (belt 1) and to Postgres (belt 2).

The tenant is set for a transaction and never for a session: behind a pooler, a session setting would
hand the next client the previous one's rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models, transaction

_tenant_id: ContextVar[int | None] = ContextVar("tenant_id", default=None)
_tenant: ContextVar[models.Model | None] = ContextVar("tenant", default=None)
_settings_version: ContextVar[int | None] = ContextVar("settings_version", default=None)


class NoTenantError(RuntimeError):
    """A tenant's table was read with no tenant chosen: always a programming error."""


def current_tenant_id() -> int:
    """The tenant the running code works for. Raises NoTenantError when none is chosen."""
    tenant_id = _tenant_id.get()
    if tenant_id is None:
        raise NoTenantError("Choose a tenant first: `with tenant_scope(tenant): …`")
    return tenant_id


def chosen_tenant_id() -> int | None:
    """Like `current_tenant_id`, with None instead of an error."""
    return _tenant_id.get()


def scoped_tenant() -> models.Model | None:
    """The tenant's own row, when the scope was opened with it: saves asking for it again."""
    tenant = _tenant.get()
    return tenant if tenant is not None and tenant.pk == _tenant_id.get() else None


def settings_version() -> int | None:
    """The version of the tenant's settings in a scope that only reads; None elsewhere (see accounts.remembering)."""
    return _settings_version.get()


@contextmanager
def tenant_scope(tenant: models.Model | int, *, reading: bool = False) -> Iterator[None]:
    """A transaction in which the managers and row-level security see one tenant only. Scopes nest.

    `reading` promises that the scope changes no settings, so that remembered ones may be used in it.
    """
    tenant_id = tenant if isinstance(tenant, int) else tenant.pk
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        previous = _tenant_id.get()
        # First the database: were it away, nothing here may believe that a tenant is chosen.
        version = _tell_database(tenant_id) if previous != tenant_id else _settings_version.get()
        token = _tenant_id.set(tenant_id)
        tenant_token = _tenant.set(None if isinstance(tenant, int) else tenant)
        version_token = _settings_version.set(version if reading else None)
        try:
            yield
        finally:  # after an error the rollback takes the setting back
            _tenant_id.reset(token)
            _tenant.reset(tenant_token)
            _settings_version.reset(version_token)
        # At the outermost end the transaction takes the setting with it.
        if previous != tenant_id and not is_outermost and not connection.needs_rollback:
            _tell_database(previous)


def _tell_database(tenant_id: int | None) -> int | None:
    """Tell Postgres the tenant; the same round trip brings the version of its settings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant', %s, true),"
                       " (SELECT settings_version FROM accounts_tenant WHERE id = %s)",
                       ["" if tenant_id is None else str(tenant_id), tenant_id])
        return cursor.fetchone()[1]


class TenantManager(models.Manager[Any]):
    """A manager that only knows the chosen tenant's rows and raises without one."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(tenant_id=current_tenant_id())

    def none(self) -> models.QuerySet[Any]:
        """No rows, which needs no tenant: form fields start with it."""
        return super().get_queryset().none()


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A key to a row of the same tenant.

    Its database constraint is (tenant_id, x_id) → (tenant_id, id), made by `TenantWall`: Postgres checks plain
    foreign keys past row-level security, so a single-column key could point into another tenant.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False  # indexes are named in the models, with tenant_id first
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs
