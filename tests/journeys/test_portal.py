"""The portal, as customers use it: with and without scripts, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FileChooser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys.conftest import Stack, wait_for
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
PHONE = {"width": 390, "height": 800}
_IN_ACME = ("from datetime import *; from accounts.models import *; from accounts.tenancy import tenant_scope\n"
            "from notifications.models import OutboxMessage; from notifications.rendering import render_words\n"
            "acme = Tenant.objects.get(slug='acme')\n"
            "with tenant_scope(acme):\n    ")


def _fits(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def _newest_mail(stack: Stack, to: str) -> str:
    return stack.run(f"{_IN_ACME}rows = list(OutboxMessage.objects.filter(to_address='{to}').order_by('-id')[:1])\n"
                     "    print(render_words(rows[0], acme, now=datetime.now(UTC))[1] if rows else '')")


def test_a_ticket_is_shared_urged_solved_and_rated_without_scripts_on_a_phone(stack: Stack, sign_in: SignIn) -> None:
    page = sign_in("carol", domain="customer", java_script_enabled=False, viewport=PHONE)
    expect(page.locator("h1")).to_have_text("How can we help?")
    page.click("main >> text=Create ticket")
    page.fill("#id_subject", "The valve leaks")
    page.fill("#id_details", "Since noon.")
    page.click("text=Send ticket")
    number = page.url.rpartition("/")[2]
    page.fill("#cc-email", "vic@customer.acme.example")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("main")).to_contain_text("Vic reads along")
    page.click("summary:has-text('This needs attention')")
    page.fill("#why", "The cellar is full.")
    page.click("text=Ask for attention")
    expect(page.locator("main")).to_contain_text("have been told")
    page.click("text=It is solved, close it")
    page.check("#verdict-5")
    page.fill("#verdict-words", "Quick.")
    page.click("text=Send rating")
    expect(page.locator("main")).to_contain_text("Your word is noted")
    page.click("text=It isn’t solved, open it again")
    expect(page.locator("main")).to_contain_text("Your answer")
    desk = sign_in("bob", domain="desk", at=f"/desk/t/{number}/panel")
    expect(desk.locator("#panel")).to_contain_text("The cellar is full.")
    expect(desk.locator("#panel")).to_contain_text("Rated 5 of 5")


def _chooser_of_focus(page: Page) -> FileChooser:
    """Space opens it; a busy Chromium without windows now and then swallows the key, and one presses it again."""
    for _ in range(3):
        try:
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press("Space")
            return chooser.value
        except PlaywrightTimeout:
            expect(page.locator("#files")).to_be_focused()
    raise AssertionError("no choice of files came up")


def _tab_to(page: Page, target: str) -> None:
    """Tab until the focus is there; it is on something all the way."""
    for _ in range(60):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_be_attached()
        if page.locator(f"{target}:focus").count():
            return
    raise AssertionError(f"Tab never comes to {target}")


def test_a_ticket_with_a_file_is_filed_by_keyboard_alone(sign_in: SignIn, tmp_path: Path) -> None:
    log = tmp_path / "valve.log"
    log.write_text("line 1\n")
    page = sign_in("carol", domain="customer")
    _tab_to(page, "main a[href^='/tickets/new']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    _tab_to(page, "#id_subject")
    page.keyboard.type("The valve whistles")
    _tab_to(page, "input[name=priority]")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#promise")).to_contain_text("P2 High")  # swapped in
    expect(page.locator("input[name=priority][value='2']")).to_be_focused()
    _tab_to(page, "#id_details")
    page.keyboard.type("Since this morning.")
    _tab_to(page, "#files")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("#files")).to_be_focused()
    _chooser_of_focus(page).set_files(log)
    expect(page.locator("main")).to_contain_text("valve.log")
    _tab_to(page, "button[type=submit]:has-text('Send ticket')")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("The valve whistles")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator(".conv")).to_contain_text("valve.log")


def test_a_manager_invites_and_a_colleague_comes_in(stack: Stack, sign_in: SignIn) -> None:
    stack.run(f"{_IN_ACME}Membership.objects.filter(person__name='Carol').update(role='manager')")
    page = sign_in("carol", domain="customer", java_script_enabled=False)
    page.click("nav >> text=People")
    page.fill("#id_email", "kim@customer.acme.example")
    page.click("text=Send invitation")
    expect(page.locator("main")).to_contain_text("kim@customer.acme.example")
    mail = wait_for(lambda: _newest_mail(stack, "kim@customer.acme.example"))
    link = re.search(r"/join/\S+", mail)
    assert link
    visitor = sign_in("vic", domain="customer", viewport=PHONE)
    visitor.context.clear_cookies()
    visitor.goto(link[0])
    _fits(visitor)
    visitor.fill("#id_name", "Kim Doe")
    visitor.fill("#id_password", "short")
    visitor.get_by_role("button", name="Join").click()
    expect(visitor.locator("#errors")).to_contain_text("too short")
    check_axe(visitor)
    visitor.fill("#id_password", "a long sentence about pumps")
    visitor.get_by_role("button", name="Join").click()
    expect(visitor.locator("main")).to_contain_text("Welcome")
    page.reload()
    page.get_by_role("link", name="Remove Kim Doe").click()
    page.click("button:has-text('Remove')")
    expect(page.locator("main")).to_contain_text("any more")
    visitor.goto("/tickets")
    assert "/account/login" in visitor.url


def test_somebody_signs_up_with_the_official_address(stack: Stack, sign_in: SignIn) -> None:
    stack.run(f"{_IN_ACME}OrganizationDomain.objects.update(is_verified=True)")
    page = sign_in("vic", domain="customer", viewport=PHONE)
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.click("text=I have no login yet")
    _fits(page)
    page.fill("#id_email", "new@customer.acme.example")
    page.click("text=Send link")
    expect(page.locator("h1")).to_have_text("Look into your mail")
    link = re.search(r"/join/\S+", wait_for(lambda: _newest_mail(stack, "new@customer.acme.example")))
    assert link
    page.goto(link[0])
    page.fill("#id_name", "Newly Come")
    page.fill("#id_password", "a long sentence about valves")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("h1")).to_have_text("How can we help?")
    page.goto(link[0])
    expect(page.locator("h1")).to_have_text("This link opens nothing any more")


def test_people_choose_their_look_and_a_wrong_zone_is_said(sign_in: SignIn) -> None:
    page = sign_in("carol", domain="customer", at="/me")
    page.fill("#id_time_zone", "Mars/Base")
    page.click("main >> text=Save")
    expect(page.locator("#errors")).to_contain_text("Choose a zone")
    check_axe(page)
    desk = sign_in("bob", domain="desk", at="/desk/me")
    desk.check("main label:has-text('Dark')")
    desk.click("main >> text=Save")
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    desk.check("main label:has-text('As my system')")
    desk.click("main >> text=Save")
