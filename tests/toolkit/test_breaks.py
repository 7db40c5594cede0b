"""Where a line may break: after an address's @, between a day and its time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from toolkit.templatetags.ui import breakable, time_element


def test_an_address_breaks_after_its_at_sign_and_is_escaped() -> None:
    assert breakable("nils@kungsholm.example") == "nils@<wbr>kungsholm.example"
    assert breakable("nobody") == "nobody"
    assert breakable("<b>@x") == "&lt;b&gt;@<wbr>x"


def test_a_full_moment_breaks_between_day_and_time_only() -> None:
    moment = datetime(2026, 11, 21, 20, 9, tzinfo=UTC)
    shown = time_element(moment, ZoneInfo("Europe/Berlin"), moment, "full")
    assert "Sat\N{NO-BREAK SPACE}21\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026, 21:09\N{NO-BREAK SPACE}CET</time>" in shown
    assert 'title="Sat 21 Nov 2026, 21:09 CET"' in shown
