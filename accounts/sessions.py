"""Sessions in the database: a lost Redis must not sign anybody out. Each request reads one, planned once a connection."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from toolkit.prepared import Prepared

_DATA = Prepared("session_data", "text, timestamptz",
                 "SELECT session_data FROM django_session WHERE session_key = $1 AND expire_date > $2")


class SessionStore(DatabaseSessions):
    """Django's, read faster. The class's name is part of the signatures: with another one, everybody would be signed out."""

    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie may bring anything, and Postgres refuses to look for NUL."""
        return bool(super()._validate_session_key(key)) and "\0" not in str(key)  # type: ignore[misc]

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key at the next saving, when it is over or never was."""
        found = _DATA.rows([self.session_key, timezone.now()])
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])
