"""What the desk sent, for its admins: in words, never in codes."""

from __future__ import annotations

from datetime import datetime

from desk.views.mail import KINDS, STATES
from notifications.enums import OutboxState, Template
from notifications.models import OutboxMessage
from tests.factories.desk import Desk


def test_every_kind_and_state_has_words() -> None:
    assert set(KINDS) == {kind.value for kind in Template}
    assert set(STATES) == {state.value for state in OutboxState}


def test_the_list_and_a_mail_speak_in_words(acme: Desk, now: datetime) -> None:
    ticket, admin = acme.ticket(at=now), acme.client("alice")
    row = OutboxMessage.objects.filter(ticket=ticket, template=Template.TICKET_RECEIVED).latest("id")
    page, one = (admin.get(path).content.decode() for path in ("/desk/mail", f"/desk/mail/{row.pk}"))
    assert "Ticket received" in page
    assert '<a class="chip chip--set" href="/desk/mail" aria-current="page">All</a>' in page
    assert all(words in one for words in ("Ticket received", f"#{ticket.number}", "Waiting, 0 attempts"))
    assert "ticket_received" not in page + one
    assert "Ticket received" not in admin.get("/desk/mail?state=parked").content.decode()
