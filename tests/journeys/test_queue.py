"""The queue in a browser: by keyboard alone, live without a jump, across pages, on small screens, without JavaScript."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Stack
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
_IN = ("from datetime import *; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
       "from tests.factories.desk import Desk; from tickets.models import *; from tickets.services import *\n"
       "d = Desk(Tenant.objects.get(slug='acme')); at = datetime.now(UTC)\n"
       "with tenant_scope(d.tenant):\n")


@pytest.fixture(scope="module")
def filled(stack: Stack) -> Iterator[Stack]:
    """Sixty tickets of sue's, so that a page is not enough; a tag of their own. They are closed for the journeys after."""
    stack.run(_IN + "    for n in range(60):\n"
              "        t = d.ticket(at=at - timedelta(minutes=n), subject=f'Hall {n:02}', by='sue', "
              "project=d.project('Otherworks'), requested_priority=2)\n"
              "        set_tags(t, ['hall'], by=d.member('mia'), at=at)\n")
    yield stack
    stack.run(_IN + "    Ticket.objects.filter(tags__contains=['hall']).update(status='closed')\n")


def _facts(stack: Stack, subject: str) -> str:
    return stack.run(_IN + f"    t = Ticket.objects.get(subject='{subject}')\n"
                     "    print(t.status, t.assignee and t.assignee.person.name, ','.join(t.tags))")


def press(page: Page, *keys: str) -> None:
    """Keys, and after each the focus is on something."""
    for key in keys:
        page.keyboard.press(key)
        held(page, key)


def held(page: Page, after: str) -> None:
    """The focus is on something, and not on the body, once what the key began is there."""
    page.wait_for_load_state()
    expect(page.locator(":focus"), f"after {after} the focus fell to the body").to_be_attached(timeout=3_000)


def _open(page: Page, query: str = "tag=hall") -> None:
    page.goto(f"/desk/views/all?{query}")
    expect(page.locator("tr.row").first).to_be_visible()


def test_an_agent_clears_the_top_of_the_queue_by_keyboard_alone(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page)
    first, second, third = page.locator("a.subj").all_text_contents()[:3]
    press(page, "j")
    expect(page.locator("tr.row.is-cursor a.subj")).to_be_focused()
    press(page, "x", "Shift+J", "Shift+J")
    expect(page.locator("[data-chosen]")).to_have_text("3")
    page.reload()
    expect(page.locator("[data-chosen]")).to_have_text("3")  # the choice is in the address
    check_axe(page)
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("Assign 3 tickets")
    expect(page.locator("#id_agent")).to_be_focused()
    page.keyboard.press("Tab")  # “Me” stands first
    page.keyboard.press("Enter")
    expect(page.locator("main .cardbox")).to_contain_text("3 of 3 tickets will change")
    check_axe(page)
    page.keyboard.press("Enter")  # the focus is on the button that does it
    expect(page.locator(".toast")).to_contain_text("3 tickets: Assign to Bob")
    assert "tag=hall" in page.url
    assert [_facts(filled, s).split()[1] for s in (first, second, third)] == ["Bob"] * 3
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Undone: Assign to Bob")
    assert [_facts(filled, s).split()[1] for s in (first, second, third)] == ["None"] * 3

    press(page, "j")
    page.keyboard.press("t")  # without a choice it means the line under the cursor
    expect(page.locator("h1")).to_have_text("Tag 1 ticket")
    page.keyboard.type("night")
    page.keyboard.press("Enter")
    expect(page.locator("main .cardbox")).to_contain_text("1 of 1 ticket will change")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 ticket: Add the tag “night”")
    press(page, "j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(first)
    page.keyboard.press("s")
    expect(page.locator("details[open] #pick-status")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pick-status")).to_be_focused()


@pytest.fixture(scope="module")
def crowded(stack: Stack) -> Iterator[Stack]:
    """A queue of 200 tickets, the three most urgent of rank 1, and a macro that solves. Closed for the journeys after."""
    stack.run(_IN + "    for n in range(200):\n"
              "        rank = 1 if n < 4 else 3\n"
              "        t = d.ticket(at=at - timedelta(minutes=40 - n if n < 4 else 0), subject=f'Crowd {n:03}', requested_priority=rank)\n"
              "        set_tags(t, ['crowd'], by=d.member('mia'), at=at)\n"
              "    Macro.objects.create(name='Known fault', body='Hello {{requester_first}}, it is repaired.', status='solved')\n")
    yield stack
    stack.run(_IN + "    Ticket.objects.filter(tags__contains=['crowd']).update(status='closed')\n")


def _open_under_cursor(page: Page, subject: str) -> None:
    press(page, "j")
    expect(page.locator("tr.row.is-cursor a.subj")).to_have_text(subject)
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text(subject)
    held(page, "opening the ticket")


def test_the_three_most_urgent_of_200_are_cleared_with_a_macro_a_note_and_a_merge(crowded: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page, "tag=crowd")
    expect(page.locator("#queue")).to_contain_text("200")
    assert page.locator("a.subj").all_text_contents()[:3] == ["Crowd 000", "Crowd 001", "Crowd 002"]

    _open_under_cursor(page, "Crowd 000")  # the macro answers, and resolves it
    press(page, "m")
    expect(page.locator("#macros button", has_text="Known fault")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#words")).to_have_value("Hello Carol, it is repaired.")
    press(page, "r")
    expect(page.locator("#words")).to_be_focused()
    press(page, "Control+Enter")
    expect(page.locator(".msg--held")).to_contain_text("it is repaired")
    held(page, "sending")
    expect(page.locator("#pick-status")).to_contain_text("Resolved", timeout=20_000)
    held(page, "the live change")
    press(page, "Escape")
    expect(page.locator("tr.row").first).to_be_visible()
    held(page, "going back")
    expect(page.locator("a.subj", has_text="Crowd 000")).to_have_count(0)

    press(page, "k", "k")
    expect(page.locator("tr.row.is-cursor a.subj")).to_have_text("Crowd 001")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Crowd 001")
    press(page, "n")  # the note says why it is solved
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.type("Told by telephone that it runs again.")
    press(page, "Control+Enter")
    expect(page.locator(".msg--note")).to_contain_text("Told by telephone")
    held(page, "adding the note")
    press(page, "s", "Tab")
    while page.evaluate("document.activeElement.value") != "solved":
        press(page, "Tab")
    press(page, "Enter")
    expect(page.locator("#pick-status")).to_contain_text("Resolved")
    held(page, "resolving")
    press(page, "g", "q")
    page.wait_for_url("**/desk/views/queue")

    _open(page, "tag=crowd")
    press(page, "j", "x", "Shift+J")  # the next two are one case
    expect(page.locator("[data-chosen]")).to_have_text("2")
    press(page, "Control+k")
    page.keyboard.type("merge")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Merge 2 tickets")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Merge 2 tickets")
    expect(page.locator("#id_target")).to_be_focused()
    check_axe(page)
    press(page, "ArrowDown", "Tab", "Enter")  # into the younger one
    expect(page.locator("main .cardbox")).to_contain_text("1 of 2 tickets will change")
    held(page, "the preview")
    press(page, "Enter")
    expect(page.locator(".toast")).to_contain_text("1 ticket: Merge into #")
    held(page, "merging")
    expect(page.locator("a.subj").first).to_have_text("Crowd 003")
    assert [_facts(crowded, f"Crowd 00{n}").split()[0] for n in range(4)] == ["solved", "solved", "closed", "new"]


def test_the_palette_and_the_help_open_by_key_and_give_the_focus_back(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page)
    press(page, "j", "j")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    expect(page.locator("#palette-list [role=option]").first).to_have_attribute("aria-selected", "true")
    check_axe(page)
    page.keyboard.type("hall")
    expect(page.locator("#palette-list")).to_contain_text("Hall ")
    page.keyboard.press("ArrowDown")
    assert page.locator("#palette-q").get_attribute("aria-activedescendant") == "hit-2"
    page.keyboard.press("Escape")
    expect(page.locator("tr.row.is-cursor a.subj")).to_be_focused()
    page.route(re.compile(r"palette\?q=&"), lambda route: (time.sleep(0.5), route.continue_()))  # its answer comes after the next one's
    page.keyboard.press("Control+k")
    page.keyboard.type("go to my")
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("Go to my tickets")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_contain_text("Next ticket")
    check_axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("tr.row.is-cursor a.subj")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/desk/phone")
    page.keyboard.press("Control+k")
    page.keyboard.type("view queue")
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("View: Queue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/views/queue")


def test_a_popover_narrows_by_keyboard_and_a_chip_takes_it_away(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page)
    page.locator("#s-customer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#find-customer")).to_be_focused()
    check_axe(page)
    page.keyboard.type("oth")
    expect(page.locator("#o-customer")).not_to_contain_text("Hobbyists")
    expect(page.locator("#find-customer")).to_be_focused()
    page.get_by_label("Other").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**customer=*")
    assert "find=" not in page.url
    assert "tag=hall" in page.url
    expect(page.locator(".chip--set", has_text="Customer")).to_contain_text("Other")
    page.locator("#s-status").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#f-status input[type=checkbox]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#s-status")).to_be_focused()
    page.get_by_label("Remove filter: Customer").click()
    expect(page.locator(".chip--set", has_text="Customer")).to_have_count(0)
    assert "customer" not in page.url
    page.wait_for_load_state()
    page.keyboard.press("f")
    expect(page.locator("h1")).to_have_text("Filters")


def test_shift_takes_a_range_and_a_choice_goes_over_pages(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page)
    boxes = page.locator("input[name=sel][type=checkbox]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("4")
    page.click("text=Next page")
    expect(page.locator("[data-chosen]")).to_have_text("4")
    page.locator("input[name=sel][type=checkbox]").first.click()
    expect(page.locator("[data-chosen]")).to_have_text("5")
    page.locator("#check-all").click()
    expect(page.locator("[data-chosen]")).to_have_text("14")
    page.get_by_label("Choose none").click()
    expect(page.locator(".bulk")).to_be_hidden()


def test_rows_don_t_move_under_the_cursor_until_the_changes_are_taken(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page)
    press(page, "j", "j", "j")
    under = page.locator("tr.row.is-cursor a.subj").text_content()
    last = page.locator("tr.row.is-cursor")
    top = last.bounding_box()["y"]  # type: ignore[index]
    press(page, "u")
    expect(page.locator("[data-live-note]")).to_have_text("Paused")
    filled.run(_IN + "    t = d.ticket(at=at - timedelta(hours=3), subject='Hall urgent', by='sue', project=d.project('Otherworks'), "
               "requested_priority=1)\n    set_tags(t, ['hall'], by=d.member('mia'), at=at)\n"
               f"    u = Ticket.objects.get(subject='{under}'); set_tags(u, ['hall', 'more'], by=d.member('mia'), at=at)\n")
    expect(page.locator("[data-live-offer] button")).to_have_text(re.compile(r"^[2-4] changes$"))  # a deadline of others may pass meanwhile
    expect(page.locator("tr.row.is-changed a.subj", has_text=str(under))).to_be_visible()
    assert last.bounding_box()["y"] == top  # type: ignore[index]
    page.locator("[data-live-offer] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("a.subj", has_text="Hall urgent")).to_be_visible()
    expect(page.locator("tr.row.is-cursor a.subj")).to_have_text(str(under))
    assert page.evaluate("document.activeElement !== document.body")
    check_axe(page)


def test_the_focus_moves_to_the_next_row_when_its_row_goes(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk")
    _open(page)
    press(page, "j", "j")
    gone = str(page.locator("tr.row.is-cursor a.subj").text_content())
    after = page.locator("a.subj").nth(2).text_content()
    filled.run(_IN + f"    change_status(Ticket.objects.get(subject='{gone}'), 'solved', by=d.member('mia'), at=at)\n")
    expect(page.locator("a.subj", has_text=gone)).to_have_count(0, timeout=15_000)
    expect(page.locator("tr.row.is-cursor a.subj")).to_have_text(str(after))
    expect(page.locator("tr.row.is-cursor a.subj")).to_be_focused()


def test_back_restores_filters_row_and_scroll(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk", viewport={"width": 1440, "height": 700})
    _open(page, "tag=hall&priority=2&sort=updated")
    press(page, *["j"] * 30)
    row = page.locator("tr.row.is-cursor").get_attribute("id")
    scrolled = page.evaluate("scrollY")
    assert scrolled > 300
    page.keyboard.press("Enter")
    expect(page.locator(".tk")).to_be_visible()
    page.go_back()
    expect(page.locator("tr.row.is-cursor")).to_have_attribute("id", str(row))
    expect(page.locator("tr.row.is-cursor a.subj")).to_be_focused()
    assert "priority=2&sort=updated" in page.url
    assert abs(page.evaluate("scrollY") - scrolled) < 5


def test_colleagues_show_up_in_the_rows(filled: Stack, sign_in: SignIn) -> None:
    filled.run(_IN + "    import json; from redis import Redis; from django.conf import settings\n"
               "    from desk.colleagues import presence_key; t = Ticket.objects.get(subject='Hall 10')\n"
               "    Redis.from_url(settings.REDIS_URL).hset(presence_key(d.tenant.pk, t.number), '999999', "
               "json.dumps(['Tom Ford', 'writing', at.timestamp(), at.timestamp()]))\n")
    page = sign_in("bob", domain="desk")
    _open(page)
    expect(page.locator("tr.row", has_text="Hall 10").locator(".seen")).to_have_text("Tom is replying")


def test_an_empty_queue_stays_live_whatever_it_is_told(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk", at="/desk/views/all?tag=hangar")
    expect(page.locator(".empty")).to_contain_text("No tickets match")
    filled.run(_IN + "    from notifications import live; t = Ticket.objects.get(subject='Hall 10')\n"
               "    live.publish(d.tenant.pk, ticket=t.number, organization=t.organization_id, requester=t.requester_id, "
               "kind='presence', staff_only=True)\n"
               "    set_tags(t, [*t.tags, 'hangar'], by=d.member('mia'), at=at)\n")
    expect(page.locator("a.subj")).to_have_text("Hall 10", timeout=15_000)  # and no script stumbled, see sign_in


def test_without_javascript_the_queue_is_narrowed_chosen_from_and_changed(filled: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk", java_script_enabled=False, at="/desk/views/all?tag=hall")
    page.click("text=More filters")
    page.check("input[name=environment][value=production]")
    page.click("text=Apply filters")
    assert "environment=production" in page.url
    page.locator("input[name=sel][type=checkbox]").nth(0).check()
    page.locator("input[name=sel][type=checkbox]").nth(1).check()
    page.click(".bulk button[value=status]")
    expect(page.locator("h1")).to_have_text("Change the status of 2 tickets")
    page.select_option("#id_status", "on_hold")
    page.click("text=Preview")
    page.click("button:has-text('Status: on hold')")
    expect(page.locator(".toast")).to_contain_text("2 tickets: Status: on hold")
    page.click("text=Undo")
    expect(page.locator(".toast")).to_contain_text("Undone")
    page.fill("#search", "hall 05")
    page.locator("#search").press("Enter")
    expect(page.locator(".tlist")).to_contain_text("Hall 05")
