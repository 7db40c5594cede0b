"""What a way out has to offer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from accounts.models import Tenant
from notifications.models import OutboxMessage


class DeliveryError(Exception):
    """It wasn't taken. `is_final`: trying again is pointless. `retry_after`: not before so many seconds."""

    def __init__(self, message: str, *, is_final: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.is_final = is_final
        self.retry_after = retry_after


class Sender(Protocol):
    """Used for one round of messages, then closed."""

    def prepare(self, row: OutboxMessage, tenant: Tenant, *, now: datetime) -> Any:
        """The message ready to go. Runs inside the tenant's scope; no network here."""

    def deliver(self, prepared: Any) -> str:
        """Hand it over, outside any transaction. Returns the other side's name for it; raises DeliveryError."""

    def close(self) -> None:
        """The round is over. Never raises."""
