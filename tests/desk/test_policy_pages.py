from __future__ import annotations

import json
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import time_machine

from accounts.models import Contract
from sla.models import Calendar, CalendarException, Coverage, SlaPolicy, SlaPolicyVersion, WhatIfRun
from sla.services.jobs import run_open_jobs
from sla.services.policies import draft_of, start_draft
from sla.terms import terms_json, terms_of
from tests.factories.desk import Desk
from tickets.services import Entry, reply

HOME = "/desk/settings/sla"
GOLD = f"{HOME}/policies/gold"


def form_of(draft: SlaPolicyVersion, **changes: str) -> dict[str, Any]:
    """What the browser would send of the editor, with some fields changed."""
    terms = terms_of(draft)
    data: dict[str, Any] = {"revision": draft.revision, "base": json.dumps(terms_json(terms)), "reopen_days": "14",
                            "warn_percent": "25", "warn_minutes": "60"}
    for key, cell in terms.cells.items():
        data |= {f"t-{key.name}": cell.text, f"c-{key.name}": cell.calendar_id or ""}
    data |= {f"p-{metric}-{status}": "on" for metric, status in terms.pauses}
    data |= {f"promise-{rank}": "on" for rank in terms.promise_ranks}
    return data | changes


def drafted(desk: Desk, at: datetime) -> SlaPolicyVersion:
    return start_draft(SlaPolicy.objects.get(slug="gold"), by=desk.member("alice"), at=at)


def test_managers_read_and_admins_write(acme: Desk, now: datetime) -> None:
    mia, alice = acme.client("mia"), acme.client("alice")
    draft = drafted(acme, now)
    for path in (HOME, GOLD, f"{GOLD}/versions/1", f"{GOLD}/compare", f"{GOLD}/whatif", f"{GOLD}/publish",
                 f"{HOME}/calendars", f"{HOME}/calendars/office", f"{HOME}/contracts"):
        assert mia.get(path).status_code == 200, path
        assert alice.get(path).status_code == 200, path
        assert acme.client("bob").get(path).status_code == 404, path
    for path in ("save", "draft", "discard", "whatif/start"):
        assert mia.post(f"{GOLD}/{path}", form_of(draft)).status_code == 404, path
    assert b"Save draft" not in mia.get(GOLD).content
    assert mia.post(HOME, {"name": "Mine"}).status_code == 404
    mia.post(f"{GOLD}/publish", {"reason": "x", "revision": "1"})
    assert not SlaPolicyVersion.objects.filter(number=2, published_at__isnull=False).exists()


def test_where_replies_promise_the_next_update_is_edited_and_compared(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    assert alice.post(f"{GOLD}/save", form_of(draft, **{"promise-1": "on", "promise-2": "on"})).status_code == 303
    draft.refresh_from_db()
    assert draft.promise_ranks == [1, 2]
    assert 'name="promise-2" checked' in alice.get(GOLD).content.decode()
    assert "P1 Urgent: replies promise the next update" in alice.get(f"{GOLD}/publish").content.decode()
    assert alice.post(f"{GOLD}/save", form_of(draft, **{"t-2-first_response-": "30 min"})).status_code == 303
    draft.refresh_from_db()
    assert draft.promise_ranks == [1, 2]
    assert "P1 Urgent, P2 High" in alice.get(f"{GOLD}/versions/{draft.number}").content.decode()


def test_an_edit_is_kept_and_shown_beside_what_is_live(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    answer = alice.post(f"{GOLD}/save", form_of(draft, **{"t-2-first_response-": "30 min"}))
    assert answer.status_code == 303
    page = alice.get(GOLD).content.decode()
    assert "was <s>4h, Office</s>" in page
    assert "1 change<" in page


def test_a_bad_duration_is_explained_and_nothing_typed_is_lost(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    answer = alice.post(f"{GOLD}/save", form_of(draft, **{"t-2-first_response-": "soonish", "t-1-resolution-": "3h"}))
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "“soonish” isn’t a duration. Write 30m, 4h" in page
    assert 'value="soonish"' in page
    assert 'value="3h"' in page


def test_a_clash_answers_409_and_keeps_both(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    stale = form_of(draft, **{"t-2-first_response-": "3h", "t-1-resolution-": "2h"})
    alice.post(f"{GOLD}/save", form_of(draft, **{"t-2-first_response-": "2h", "t-3-first_response-": "1d"}))
    answer = alice.post(f"{GOLD}/save", stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Alice saved this draft while you worked on it" in page
    assert 'value="3h"' in page
    assert "Saved meanwhile: <b>2h, Office</b>" in page
    assert 'name="t-3-first_response-" value="1d"' in page  # the other's change elsewhere is here too
    again = {**form_of(draft_of(draft.policy)), **{"t-2-first_response-": "3h", "t-1-resolution-": "2h"}}
    assert alice.post(f"{GOLD}/save", again).status_code == 303


def test_the_preview_tells_a_friday_evening_without_saving(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    data = form_of(draft, **{"t-2-first_response-": "2h", "sample_priority": "2", "sample_at": "2026-11-20T16:30"})
    page = alice.post(f"{GOLD}/preview", data).content.decode()
    assert "A High ticket filed Fri 20 Nov, 16:30 would be due" in page
    assert "Mon 23 Nov, 10:30" in page
    assert "was Mon 23 Nov, 12:30" in page
    assert "Nothing is saved yet" in page
    part = alice.post(f"{GOLD}/preview", data, headers={"HX-Request": "true", "HX-Target": "preview"}).content.decode()
    assert part.lstrip().startswith('<div id="preview"')
    bad = alice.post(f"{GOLD}/preview", data | {"t-1-resolution-": "?"}, headers={"HX-Request": "true",
                                                                                "HX-Target": "preview"})
    assert "isn’t a duration" in bad.content.decode()
    assert terms_of(draft) == terms_of(SlaPolicyVersion.objects.get(policy=draft.policy, number=1))


def test_what_if_review_and_publish_in_pages(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    ticket = acme.ticket(at=now, requested_priority=2)
    reply(ticket, Entry("Here."), by=acme.member("bob"), at=now + timedelta(hours=2.5))
    waiting = acme.ticket(at=now, requested_priority=2, subject="Still waiting")
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        alice.post(f"{GOLD}/save", form_of(draft, **{"t-2-first_response-": "2h"}))
        assert "Run the what-if" in alice.get(f"{GOLD}/publish").content.decode()
        assert alice.post(f"{GOLD}/whatif/start", {"days": "30"}).status_code == 303
        assert b"0 of 2 tickets replayed" in alice.get(f"{GOLD}/whatif").content
        run_open_jobs(clock=lambda: now)
        page = alice.get(f"{GOLD}/whatif?change=late").content.decode()
        assert f"#{ticket.number}" in page
        assert "First reply: 4h → 2h, late" in page
        review = alice.get(f"{GOLD}/publish").content.decode()
        assert f"#{waiting.number}" in review
        assert "late at once" in review
        refused = alice.post(f"{GOLD}/publish", {"revision": "2", "effective_from": "2026-11-18", "reason": ""})
        assert refused.status_code == 422
        assert "Write why" in refused.content.decode()
        stale = alice.post(f"{GOLD}/publish", {"revision": "1", "effective_from": "2026-11-18", "reason": "x"})
        assert stale.status_code == 409
        done = alice.post(f"{GOLD}/publish", {"revision": "2", "effective_from": "2026-11-20", "reason": "Faster answers",
                                              "open": "keep"})
        assert done.status_code == 303, done.content.decode()
    page = alice.get(f"{GOLD}/versions/2").content.decode()
    assert "Faster answers" in page
    assert "Policy published" in alice.get("/desk/settings/audit?action=policy").content.decode()


def test_a_row_for_one_environment_can_be_added(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    answer = alice.post(f"{GOLD}/save", form_of(draft, add_row="1-nonproduction"))
    assert answer["location"] == f"{GOLD}?row=1-nonproduction"
    assert b'name="t-1-first_response-nonproduction"' in alice.get(answer["location"]).content
    always = Calendar.objects.get(slug="always").pk
    alice.post(f"{GOLD}/save", form_of(draft_of(draft.policy), **{
        "t-1-first_response-nonproduction": "8h", "c-1-first_response-nonproduction": str(always)}))
    assert draft_of(draft.policy).targets.get(environment="nonproduction").limit_amount == 480


def test_a_new_policy_begins_with_an_empty_draft(acme: Desk) -> None:
    alice = acme.client("alice")
    assert alice.post(HOME, {"name": "Platinum"})["location"] == f"{HOME}/policies/platinum"
    assert b"Draft v1, not live" in alice.get(f"{HOME}/policies/platinum").content
    assert alice.post(HOME, {"name": "Platinum"}).status_code == 422
    assert alice.post(f"{HOME}/policies/platinum/discard")["location"] == HOME
    assert alice.get(f"{HOME}/policies/platinum/whatif").status_code == 404


def test_a_calendar_is_made_filled_and_drawn(acme: Desk, now: datetime) -> None:
    with time_machine.travel(datetime(2027, 3, 10, 12, tzinfo=now.tzinfo), tick=False):
        alice = acme.client("alice")
        made = alice.post(f"{HOME}/calendars", {"name": "Berlin office", "time_zone": "Europe/Berlin"})
        path = made["location"]
        assert b"No hours yet" in alice.get(path).content
        week = {f"day-{d}": "08:00-12:00, 13:00-18:00" if d < 5 else "closed" for d in range(7)} | {"revision": "1"}
        assert alice.post(f"{path}/week", {**week, "day-2": "8-noon"}).status_code == 422
        assert alice.post(f"{path}/week", week).status_code == 303
        assert alice.post(f"{path}/week", {**week, "day-6": "24h"}).status_code == 409
        alice.post(f"{path}/dates", {"date": "2027-03-19", "name": "Office party", "hours": "08:00-12:00"})
        alice.post(f"{path}/holidays", {"country": "DE", "subdivision": "be", "year": ["2027"]})
        page = alice.get(path).content.decode()
    assert "08:00–12:00, 13:00–18:00" in page
    assert "Office party" in page
    assert "Good Friday" in page
    assert "Clocks go forward" in page  # 28 March 2027
    row, alice = CalendarException.objects.get(name="Office party"), acme.client("alice")
    assert alice.post(f"{path}/dates/{row.pk}/remove").status_code == 303
    assert not CalendarException.objects.filter(pk=row.pk).exists()
    assert alice.post(f"{path}/dates", {"date": "", "name": "x"}).status_code == 422
    assert alice.post(f"{path}/holidays", {"country": "XX", "year": ["2027"]}).status_code == 422


def test_hours_in_use_hold_from_tomorrow(acme: Desk, now: datetime) -> None:
    alice = acme.client("alice")
    path = f"{HOME}/calendars/office"
    week = {f"day-{d}": "08:00-20:00" for d in range(5)} | {"revision": str(Calendar.objects.get(slug="office").revision)}
    with time_machine.travel(now, tick=False):
        assert "19 November or a later day" in alice.post(f"{path}/week", {**week, "since": "2026-11-18"}).content.decode()
        assert alice.post(f"{path}/week", week).status_code == 303
        assert "Other hours hold from 19 November 2026 on" in alice.get(path).content.decode()


def test_a_contract_shows_the_effect_before_it_changes(acme: Desk, now: datetime) -> None:
    alice, contract = acme.client("alice"), Contract.objects.get(reference="C-acme")
    ticket = acme.ticket(at=now, requested_priority=2)
    always = Calendar.objects.get(slug="always").pk
    gold = SlaPolicy.objects.get(slug="gold").pk
    path = f"{HOME}/contracts/{contract.pk}"
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        page = alice.get(path, {"policy": gold, "calendar": always}).content.decode()
        assert f"#{ticket.number}" in page
        assert Coverage.objects.filter(contract=contract).count() == 1
        answer = alice.post(path, {"policy": gold, "calendar": always, "effective_from": "2026-11-18", "open": "move"})
        assert answer.status_code == 303
        assert alice.post(path, {"policy": "", "effective_from": "2026-11-18"}).status_code == 422
        assert acme.client("mia").get(path).status_code == 200
    assert Coverage.objects.filter(contract=contract, calendar_id=always).exists()


def test_a_run_under_way_is_asked_for_again_by_its_part(acme: Desk, now: datetime) -> None:
    alice, draft = acme.client("alice"), drafted(acme, now)
    acme.ticket(at=now)
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        alice.post(f"{GOLD}/whatif/start", {"days": "5"})
        part = alice.get(f"{GOLD}/whatif", headers={"HX-Request": "true", "HX-Target": "whatif"}).content.decode()
        assert part.lstrip().startswith('<div id="whatif"')
        assert 'hx-trigger="every 1s"' in part
        run_open_jobs(clock=lambda: now)
        assert "every 1s" not in alice.get(f"{GOLD}/whatif").content.decode()
        alice.post(f"{GOLD}/whatif/start", {"days": "x"})
    assert WhatIfRun.objects.filter(version=draft).count() == 1
