"""What operators did, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import OperatorEvent

ACTIONS = {
    "operator.made": __("An operator was made"),
    "operator.ended": __("An operator was ended"),
    "operator.signed_in": __("Signed in"),
    "tenant.founded": __("Made a tenant"),
    "tenant.closed": __("Closed a tenant"),
    "tenant.opened": __("Opened a tenant again"),
}
FIELDS = {"email": __("Email"), "template": __("After the pattern of"), "host": __("Host"), "admin": __("First admin")}


@dataclass(frozen=True)
class Line:
    """An event as its row shows it."""

    event: OperatorEvent
    what: str
    details: list[str]


def line_of(event: OperatorEvent) -> Line:
    """The event in the reader's language; whether a tenant is open its action says already."""
    details = [_("%(name)s: %(value)s") % {"name": FIELDS[field], "value": after if after is not None else before}
               for field, (before, after) in event.changes.items() if field in FIELDS]
    return Line(event, str(ACTIONS.get(event.action, event.action)), details)
