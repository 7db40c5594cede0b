"""Typed settings from the environment. `NAME_FILE` may name a file that holds the value (secrets)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import environ

env = environ.FileAwareEnv()

APP_ROLE = "supportdesk_app"


def env_bool(name: str, *, default: bool) -> bool:
    """A strict boolean: anything but true/false/1/0/yes/no/on/off is refused, since a typo must not pick a side."""
    text = str(env.str(name, default="true" if default else "false")).strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    message = f"{name} must be true or false, not {text!r}."
    raise environ.ImproperlyConfigured(message)


def app_database_password(secret_key: str) -> str:
    """The app role's password: `APP_DATABASE_PASSWORD`, else derived, so that all agree and nothing needs storing."""
    chosen = env.str("APP_DATABASE_PASSWORD", default="")
    if chosen:
        return str(chosen)
    return hmac.new(secret_key.encode(), b"database:supportdesk_app", hashlib.sha256).hexdigest()


def app_database_url(owner_url: str, secret_key: str) -> str:
    """The owner's database, entered as the app's own role."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{APP_ROLE}:{quote(app_database_password(secret_key))}"
    return urlunsplit(parts._replace(netloc=f"{login}@{host}"))


def database(secret_key: str) -> dict[str, Any]:
    """Django's database settings for the role this process works as (`DATABASE_ROLE`: app, or owner for migrations)."""
    owner_url = env.str("DATABASE_URL", default="")
    app_url = env.str("DATABASE_APP_URL", default="")
    if env.str("DATABASE_ROLE", default="app") == "owner":
        url = owner_url
    else:
        url = app_url or (app_database_url(owner_url, secret_key) if owner_url else "")
    config: dict[str, Any] = environ.Env.db_url_config(url or "postgresql:///supportdesk")
    config["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    config["CONN_HEALTH_CHECKS"] = True
    options = config.setdefault("OPTIONS", {})
    options["options"] = "-c timezone=UTC -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
    return config
