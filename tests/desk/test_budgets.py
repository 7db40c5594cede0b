"""What scripts, styles and pages weigh; the queue's weight and queries are in test_queue."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from pathlib import Path

from tests.factories.desk import Desk
from tickets.services import Entry, add_requester_message, reply

STATIC = Path(__file__).resolve().parents[2] / "static"
KB = 1024


def _packed(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_scripts_styles_and_font_stay_small() -> None:
    own, htmx = sorted((STATIC / "js").glob("*.js")), sorted((STATIC / "vendor").glob("htmx-*.js"))
    assert len(htmx) == 1
    later = {name for path in own for name in re.findall(r'import\("\./([\w.]+)"\)', path.read_text(encoding="utf-8"))}
    assert _packed(*[path for path in own if path.name not in later], *htmx) <= 30 * KB  # before a key is pressed; htmx alone is 17
    sheets = b"".join(path.read_bytes() for path in sorted((STATIC / "css").glob("*.css")))
    assert len(gzip.compress(sheets, 9)) <= 16 * KB
    assert (STATIC / "fonts" / "inter-latin.woff2").stat().st_size <= 110 * KB


def test_no_rule_makes_a_browser_style_whole_pages_again() -> None:
    """What any rule with `:has` ends with is looked at below each part that has one, with each change in it: an asterisk
    there means all of it, and the page or the queue's form as such a part mean all lines, while somebody types.
    """
    for path in (STATIC / "css").glob("*.css"):
        for selectors in re.findall(r"([^{};]*:has\([^{]*){", path.read_text(encoding="utf-8")):
            assert not re.search(r"[ >+~]\*(?:$|,)", selectors.strip()), selectors
            assert not re.search(r"\.(page|pwrap):has|:root:has|body:has", selectors), selectors


def test_a_ticket_with_thirty_messages_the_form_and_a_part_of_a_page_stay_small(
        acme: Desk, now: datetime) -> None:
    ticket, bob, carol = acme.ticket(at=now), acme.member("bob"), acme.member("carol").person
    for turn in range(15):
        at = now + timedelta(minutes=turn)
        reply(ticket, Entry("Send me the log of the pump, and say when it stopped last. " * 3), by=bob, at=at)
        add_requester_message(ticket, Entry("It stopped at noon; the log is below. " * 4), by=carol, at=at)
    staff, customer = acme.client("bob"), acme.client("carol")
    address = f"/desk/t/{ticket.number}"
    assert len(staff.get(address).content) <= 100 * KB
    part = staff.get(f"{address}/panel", headers={"hx-request": "true", "hx-target": "panel"})
    assert len(part.content) <= 30 * KB
    assert len(customer.get(f"/tickets/{ticket.number}").content) <= 100 * KB
    assert len(customer.get("/tickets/new").content) <= 40 * KB
