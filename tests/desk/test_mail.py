from __future__ import annotations

from datetime import datetime

from notifications.enums import Template
from notifications.models import OutboxMessage
from notifications.wording import MAIL_WORDS
from tests.factories.desk import Desk


def test_every_kind_of_mail_has_words_of_its_own() -> None:
    assert set(MAIL_WORDS) == {kind.value for kind in Template}
    assert len({str(words) for words in MAIL_WORDS.values()}) == len(MAIL_WORDS)


def test_the_list_names_the_kind_and_the_states_that_it_shows(acme: Desk, now: datetime) -> None:
    ticket, alice = acme.ticket(at=now), acme.client("alice")
    row = OutboxMessage.objects.get(template=Template.TICKET_RECEIVED)
    for address, current in (("/desk/mail", "/desk/mail"), ("/desk/mail?state=pending", "?state=pending")):
        page = alice.get(address).content.decode()
        assert f'<a href="/desk/mail/{row.pk}">Received</a>' in page
        assert page.count(f'chip--set" href="{current}" aria-current="page"') == page.count("chip--set") == 1
    assert f'<a href="/desk/t/{ticket.number}">#{ticket.number} {ticket.subject}</a>' in alice.get(f"/desk/mail/{row.pk}").content.decode()
