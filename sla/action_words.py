"""What escalation steps do, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sla.enums import Escalation

ACTION_WORDS: dict[str, Any] = {
    Escalation.TELL_ASSIGNEE: _("tell the assignee"),
    Escalation.TELL_TEAM: _("tell the team"),
    Escalation.TELL_MANAGERS: _("tell the managers"),
    Escalation.TELL_SUCCESS_MANAGER: _("tell the customer success manager"),
    Escalation.REASSIGN: _("hand over to a team"),
    Escalation.RAISE: _("raise in the queue"),
    Escalation.PAGE: _("page whoever is on call"),
}
