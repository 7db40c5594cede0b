"""What escalation steps do, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sla.enums import Escalation
from toolkit.lazy import Words

ACTION_WORDS: dict[str, Words] = {
    Escalation.TELL_ASSIGNEE: _("tell the assignee"),
    Escalation.TELL_TEAM: _("tell the team"),
    Escalation.TELL_MANAGERS: _("tell the managers"),
    Escalation.TELL_SUCCESS_MANAGER: _("tell the customer success manager"),
    Escalation.REASSIGN: _("hand over to a team"),
    Escalation.RAISE: _("raise in the queue"),
    Escalation.PAGE: _("page whoever is on call"),
}
