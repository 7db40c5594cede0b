"""The closed sets of tickets in words, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.enums import ChannelKind, Environment, Status

STATUS_WORDS = {
    Status.NEW: _("New"),
    Status.OPEN: _("Open"),
    Status.PENDING: _("Waiting on customer"),
    Status.ON_HOLD: _("On hold"),
    Status.SOLVED: _("Resolved"),
    Status.CLOSED: _("Closed"),
}

CUSTOMER_STATUS_WORDS = {
    Status.NEW: _("Received"),
    Status.OPEN: _("We’re working on it"),
    Status.PENDING: _("Waiting for you"),
    Status.ON_HOLD: _("On hold"),
    Status.SOLVED: _("Solved"),
    Status.CLOSED: _("Closed"),
}


def customer_status(status: Status, reason: str) -> str:
    """How a ticket stands, in the customer's words: on hold, with the reason where one was given."""
    if status == Status.ON_HOLD and reason:
        return gettext("On hold: {reason}").format(reason=reason)
    return str(CUSTOMER_STATUS_WORDS[status])


CHANNEL_WORDS = {
    ChannelKind.PORTAL: _("Portal"),
    ChannelKind.EMAIL: _("Email"),
    ChannelKind.PHONE: _("Phone"),
    ChannelKind.CHAT: _("Chat"),
    ChannelKind.API: _("Api"),
}

BY_CHANNEL = {
    ChannelKind.PORTAL: _("in the portal"),
    ChannelKind.EMAIL: _("by email"),
    ChannelKind.PHONE: _("by phone"),
    ChannelKind.CHAT: _("by chat"),
    ChannelKind.API: _("by a program"),
}

ENVIRONMENT_WORDS = {
    Environment.PRODUCTION: _("Production"),
    Environment.STAGING: _("Staging"),
    Environment.DEVELOPMENT: _("Development"),
}

# How a customer was served, from 1 to 5; what counts as good begins at GOOD_SCORE.
SCORE_WORDS = {1: _("Bad"), 2: _("Not good"), 3: _("So-so"), 4: _("Good"), 5: _("Very good")}
GOOD_SCORE = 4
