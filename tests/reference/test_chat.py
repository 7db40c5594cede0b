"""The reference tenant with a chat: a shared channel, ready to be tried (S45)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import pytest
from django.test import Client

from accounts.tenancy import tenant_scope
from intake.models import ChatEvent
from notifications.models import ChatChannel, ChatWorkspace
from supportdesk.reference.demo import DATA
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import read_tenant_file
from toolkit.clock import now


@pytest.mark.django_db
def test_a_trial_takes_signed_news_of_the_shared_channel() -> None:
    for _ in range(2):
        tenant = load_tenant(read_tenant_file(DATA / "stakater.toml"), at=now())
    with tenant_scope(tenant):
        channel = ChatChannel.objects.select_related("workspace", "organization", "project").get()
        assert ChatWorkspace.objects.count() == 1
        assert (channel.organization.name, channel.project.name, channel.trigger) == (
            "Kungsholm Logistics", "Terminal operations", ":ticket:")
    body = json.dumps({"type": "event_callback", "team_id": channel.workspace.team_id, "event_id": "Ev1", "event": {
        "type": "message", "channel": channel.channel_id, "user": "U1", "text": ":ticket: It stops", "ts": "1.1"}})
    moment = str(int(time.time()))
    for secret, status, kept in (("wrong", 401, 0), ("try-supportdesk", 200, 1)):
        signature = "v0=" + hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
        answer = Client(HTTP_HOST="stakater.localhost").post(
            "/hooks/slack/events", body, content_type="application/json",
            headers={"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": signature})
        assert answer.status_code == status
        with tenant_scope(tenant):
            assert ChatEvent.objects.count() == kept
