"""Reading a tenant's file: every key is known, every error says where it is and what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# table → (required keys, optional keys)
TABLES: dict[str, tuple[set[str], set[str]]] = {
    "tenant": ({"slug", "name", "desk_name", "hosts", "mail_from", "time_zone"},
               {"language", "phone", "forum_url", "disclosure_url", "docs_url", "signature"}),
    "priorities": ({"rank", "code", "label", "definition"}, {"definition_nonproduction"}),
    "questions": ({"key", "text"}, {"environment"}),
    "advice": ({"rank", "reason"}, {"environment", "any", "all", "none", "right"}),
    "channels": ({"kind", "name", "rank"}, {"is_enabled"}),
    "mailboxes": ({"address"}, {"kind", "state", "authserv_id", "trusts_relay"}),
    "calendars": ({"slug", "name", "time_zone", "weekly"}, {"day_minutes", "exceptions"}),
    "policies": ({"slug", "name", "effective_from", "reason", "targets"},
                 {"pauses", "reopen_days", "warn_percent", "warn_minutes", "escalations", "promise_ranks"}),
    "plans": ({"slug", "name"}, {"description", "is_paid", "entitlements"}),
    "teams": ({"name", "agents"}, {"leads"}),
    "agents": ({"name", "email", "role"}, {"title", "login", "language", "time_zone"}),
    "products": ({"slug", "name"}, {"aliases", "docs_url", "release_notes_url", "versions"}),
    "docs": ({"set", "folder"}, {"product", "version", "language", "public"}),
    "organizations": ({"name", "people"}, {"domains", "time_zone", "contracts", "projects"}),
    "chat_workspaces": ({"name", "team_id", "shared_with"}, {"bot_user_id", "token", "signing_secret"}),
    "phone_script": ({"key", "text"}, set()),
    "views": ({"slug", "name", "sort"}, {"filters", "is_default"}),
}
NESTED: dict[str, tuple[set[str], set[str]]] = {
    "targets": ({"metric", "priority"}, {"environment", "best_effort", "goal", "limit", "unit", "calendar"}),
    "agreed": ({"metric", "priority"}, {"environment", "best_effort", "goal", "limit", "unit", "calendar"}),
    "escalations": ({"after", "amount", "action"}, {"metric", "priority"}),
    "people": ({"name", "email"}, {"role", "phone", "login", "title", "language", "time_zone"}),
    "contracts": ({"reference", "plan", "starts_on"},
                  {"ends_on", "policy", "calendar", "agreed", "entitlements", "contact_method", "contact_note",
                   "sales_engineer", "success_manager"}),
    "projects": ({"name", "contract"}, {"product", "url", "is_active"}),
    "exceptions": ({"date", "name"}, {"windows"}),
    "shared_with": ({"channel_id", "name", "organization", "project"}, {"trigger"}),
}
_SINGLE = {"tenant"}


class TenantFileError(ValueError):
    """The file can't be used; the message names the place and the remedy."""


def read_tenant_file(path: Path) -> dict[str, Any]:
    """The checked content of a tenant's TOML file; tables that are absent are empty lists."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TenantFileError(f"{path.name} can’t be read: {error}") from error
    for name in data:
        if name not in TABLES:
            raise TenantFileError(f"{path.name}: unknown table [{name}]. Known: {', '.join(TABLES)}.")
    if "tenant" not in data:
        raise TenantFileError(f"{path.name}: add a [tenant] table.")
    for name, (required, optional) in TABLES.items():
        rows = [data[name]] if name in _SINGLE else data.setdefault(name, [])
        for index, row in enumerate(rows):
            _check(path.name, f"{name}[{index}]", row, required, optional)
    _check_zones(path.name, data)
    _check_advice(path.name, data)
    for row in data["docs"]:
        row["folder"] = _folder(path, row["folder"])
    return data


def _folder(file: Path, name: str) -> Path:
    """A folder of documentation, beside the file that names it."""
    found = file.parent / name
    if not found.is_dir():
        raise TenantFileError(f"{file.name}: docs names the folder {name!r}, which isn’t beside the file.")
    return found


def _check(file: str, place: str, row: Any, required: set[str], optional: set[str]) -> None:
    if not isinstance(row, Mapping):
        raise TenantFileError(f"{file}: {place} must be a table of keys.")
    missing, unknown = required - set(row), set(row) - required - optional
    if missing:
        raise TenantFileError(f"{file}: {place} needs {', '.join(sorted(missing))}.")
    if unknown:
        known = ", ".join(sorted(required | optional))
        raise TenantFileError(f"{file}: {place} has the unknown key {sorted(unknown)[0]!r}. Known: {known}.")
    for key, value in row.items():
        if key in NESTED and isinstance(value, list):
            for index, inner in enumerate(value):
                _check(file, f"{place}.{key}[{index}]", inner, *NESTED[key])


def _check_zones(file: str, data: Mapping[str, Any]) -> None:
    for row in [data["tenant"], *data["calendars"]]:
        try:
            ZoneInfo(row["time_zone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise TenantFileError(f"{file}: {row['time_zone']!r} is no time zone. Use a name such as Europe/Berlin.") \
                from error


def _check_advice(file: str, data: Mapping[str, Any]) -> None:
    known = {row["key"] for row in data["questions"]}
    for index, row in enumerate(data["advice"]):
        unknown = {key for name in ("any", "all", "none") for key in row.get(name, [])} - known
        if unknown:
            raise TenantFileError(f"{file}: advice[{index}] names the unknown question {sorted(unknown)[0]!r}. "
                                  f"Known: {', '.join(sorted(known)) or 'none'}.")
    for index, row in enumerate(data["policies"]):
        if not set(row.get("promise_ranks", [])) <= {1, 2, 3, 4}:
            raise TenantFileError(f"{file}: policies[{index}].promise_ranks takes priorities from 1 to 4.")


def minutes(clock: str) -> int:
    """“06:30” → 390. Hours past 24 are allowed for windows over midnight."""
    try:
        hours, _colon, rest = clock.partition(":")
        return int(hours) * 60 + int(rest)
    except ValueError as error:
        raise TenantFileError(f"{clock!r} is no time of day. Write it like 06:30.") from error
