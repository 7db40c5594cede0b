"""Slack's Web API: plain HTTPS calls with the workspace's token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
from django.conf import settings

from notifications.channels.contract import DeliveryError

_TIMEOUT = (3.05, 8)
# Trying these again changes nothing until a person has changed something.
_FINAL = frozenset({
    "account_inactive", "channel_not_found", "invalid_auth", "is_archived", "missing_scope", "msg_too_long",
    "no_permission", "no_text", "not_authed", "not_in_channel", "restricted_action", "team_access_not_granted",
    "thread_not_found", "token_expired", "token_revoked", "user_not_found", "users_not_found", "user_not_visible",
    "thread_locked", "message_not_found"})


@dataclass(frozen=True)
class SlackApi:
    """The calls that the desk makes. Each raises DeliveryError."""

    token: str

    def post_message(self, *, channel: str, thread_ts: str, text: str, key: str) -> str:
        """Post into a thread; returns the message's ts. `key` travels along unseen, so that it can be found again."""
        answer = self._call("chat.postMessage", {
            "channel": channel, "thread_ts": thread_ts, "text": text, "unfurl_links": False, "unfurl_media": False,
            "metadata": {"event_type": "supportdesk_message", "event_payload": {"key": key}}})
        return str(answer.get("ts", ""))

    def find_posted(self, *, channel: str, thread_ts: str, key: str, since: float) -> str | None:
        """The ts of a message that was posted under this key after all; None when there is none."""
        answer = self._call("conversations.replies", {
            "channel": channel, "ts": thread_ts, "oldest": f"{since:.6f}", "limit": 200,
            "include_all_metadata": True})
        for message in answer.get("messages", []):
            if ((message.get("metadata") or {}).get("event_payload") or {}).get("key") == key:
                return str(message.get("ts", ""))
        return None

    def message(self, *, channel: str, ts: str) -> dict[str, Any] | None:
        """One message of a channel."""
        answer = self._call("conversations.replies", {"channel": channel, "ts": ts, "limit": 1, "inclusive": True})
        found = answer.get("messages", [])
        return next((m for m in found if m.get("ts") == ts), found[0] if found else None)

    def user(self, user_id: str) -> dict[str, Any]:
        """A user's record."""
        found = self._call("users.info", {"user": user_id}).get("user")
        return found if isinstance(found, dict) else {}

    def download(self, url: str, into: BinaryIO, most: int) -> bool:
        """A file's bytes. False for one that is too large, is gone, or doesn't lie at Slack: the token goes nowhere else."""
        address = _as_asked(url)
        if not _is_slack_s(address):
            return False
        try:
            with requests.get(address, headers={"Authorization": f"Bearer {self.token}"}, timeout=_TIMEOUT, stream=True,
                              allow_redirects=False) as response:
                if response.status_code >= 500 or response.status_code == 429:
                    raise DeliveryError(f"file: answered {response.status_code}")
                if response.status_code != 200:
                    return False
                for chunk in response.iter_content(65_536):
                    into.write(chunk)
                    if into.tell() > most:
                        return False
        except requests.RequestException as error:
            raise DeliveryError(f"file: {type(error).__name__}") from error
        return True

    def _call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        # Slack's reading methods take no JSON
        said: dict[str, Any] = {"json": payload} if method == "chat.postMessage" else {"data": _plain(payload)}
        try:
            response = requests.post(
                f"{settings.SLACK_API_URL}{method}", timeout=_TIMEOUT, allow_redirects=False,
                headers={"Authorization": f"Bearer {self.token}"}, **said)
            answer = response.json() if response.status_code == 200 else {}
        except (requests.RequestException, ValueError) as error:
            raise DeliveryError(f"{method}: {type(error).__name__}") from error
        if response.status_code == 429:
            raise DeliveryError(f"{method}: too many requests", retry_after=_seconds(response))
        if response.status_code != 200 or not isinstance(answer, dict):
            raise DeliveryError(f"{method}: answered {response.status_code}")
        if not answer.get("ok"):
            reason = str(answer.get("error", "unknown"))[:100]
            raise DeliveryError(f"{method}: {reason}", is_final=reason in _FINAL)
        return answer


def _as_asked(url: str) -> str:
    """The address as requests understands it, which needn't be how urlsplit does (`https://a\\@b/`); empty for none."""
    try:
        return requests.Request("GET", url).prepare().url or ""
    except requests.RequestException:
        return ""


def _is_slack_s(url: str) -> bool:
    """Does the address lie at Slack, or where its Web API is told to be."""
    wanted, api = urlsplit(url), urlsplit(settings.SLACK_API_URL)
    own = (wanted.scheme, wanted.netloc) == (api.scheme, api.netloc)
    host = wanted.hostname or ""
    return own or (wanted.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")))


def _plain(payload: dict[str, Any]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in payload.items()}


def _seconds(response: requests.Response) -> float:
    text = response.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else 30.0
