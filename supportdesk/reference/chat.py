"""Slack workspaces and the channels that are shared with customers (S45)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Project
from notifications.chatkeys import keep_keys
from notifications.models import ChatChannel, ChatWorkspace
from supportdesk.reference.schema import TenantFileError


def load_chat(row: dict[str, Any], *, at: datetime) -> None:
    """Make or update a workspace with its channels. Keys that the file doesn't give stay as they are."""
    workspace, _new = ChatWorkspace.objects.update_or_create(
        team_id=row["team_id"], defaults={"name": row["name"], "bot_user_id": row.get("bot_user_id", "")},
        create_defaults={"name": row["name"], "bot_user_id": row.get("bot_user_id", ""), "created_at": at})
    keep_keys(workspace, token=row.get("token", ""), signing_secret=row.get("signing_secret", ""))
    for shared in row["shared_with"]:
        project = Project.objects.filter(organization__name=shared["organization"], name=shared["project"]).first()
        if project is None:
            raise TenantFileError(f"The channel {shared['name']} is for the project {shared['project']!r} of "
                                  f"{shared['organization']!r}, which the file doesn’t have.")
        ChatChannel.objects.update_or_create(workspace=workspace, channel_id=shared["channel_id"], defaults={
            "name": shared["name"], "organization_id": project.organization_id, "project": project,
            "trigger": shared.get("trigger", "!ticket")})
