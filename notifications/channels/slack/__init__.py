"""Slack: posts into the thread in which a ticket is talked about."""

from __future__ import annotations

from notifications.channels.slack.sender import SlackSender

__all__ = ["SlackSender"]
