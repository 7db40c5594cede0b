"""An admin makes a policy stricter, with the keyboard only; the customer sees it on its day."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Stack
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
GOLD = "/desk/settings/sla/policies/gold"


def tab_to(page: Page, name: str, *, most: int = 160) -> None:
    """Press Tab until the focus is on the control with this name: what can't be reached so can't be used so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate("""() => { const e = document.activeElement;
            const label = e.labels && e.labels.length ? e.labels[0].textContent : '';
            return [e.getAttribute('aria-label') || label || e.textContent || '', e.id]; }""")
        if name in (" ".join(found[0].split()), found[1]):
            box = page.evaluate("""() => { const b = document.activeElement.getBoundingClientRect();
                const at = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);
                return Boolean(at && (document.activeElement.contains(at) || at.contains(document.activeElement))); }""")
            assert box, f"{name} has the focus, but something lies over it"
            return
    raise AssertionError(f"Tab never came to {name!r} on {page.url}")


def ticket_of_carol(customer: Page, subject: str) -> str:
    """File a High ticket; gives its number."""
    customer.goto("/tickets/new")
    customer.fill("#id_subject", subject)
    customer.check("input[name=priority][value='2']")
    customer.fill("#id_details", "Words.")
    customer.click("text=Send ticket")
    customer.wait_for_url(re.compile(r"/tickets/\d+$"))
    return customer.url.rpartition("/")[2]


def limit_of(stack: Stack, number: str) -> int:
    """The first response limit that a ticket has, in seconds."""
    return int(stack.run(
        "from accounts.models import Tenant; from accounts.tenancy import tenant_scope; from sla.models import SlaClock\n"
        "with tenant_scope(Tenant.objects.get(slug='acme')):\n"
        f"    print(SlaClock.objects.get(ticket__number={number}, metric='first_response').limit_seconds)"))


def add_a_step(admin: Page) -> None:
    """Write an escalation step, save it, change it and save again."""
    tab_to(admin, "Step 1: priority")
    admin.keyboard.type("P2")
    tab_to(admin, "Step 1: clock")
    admin.keyboard.type("First")
    tab_to(admin, "Step 1: percent or minutes")
    admin.keyboard.type("50")
    tab_to(admin, "Step 1: what happens")
    admin.keyboard.type("tell the man")
    tab_to(admin, "Save draft")
    admin.keyboard.press("Enter")
    expect(admin.locator(".savebar")).to_contain_text("2 changes")
    tab_to(admin, "Step 1: percent or minutes")
    admin.keyboard.press("Control+a")
    admin.keyboard.type("75")
    admin.keyboard.press("Enter")
    expect(admin.locator("#t-step-1")).to_have_value("75")
    expect(admin.locator("main")).to_contain_text("P2 High, first reply, 75 % of the time used: tell the managers")


def test_a_stricter_policy_from_draft_to_customer_by_keyboard(stack: Stack, sign_in: SignIn, tmp_path: Path) -> None:
    customer = sign_in("carol", domain="customer")
    old = ticket_of_carol(customer, "Opened under the first version")
    assert limit_of(stack, old) == 4 * 3600
    engineer = sign_in("bob", domain="desk", at=f"/desk/t/{old}")
    engineer.fill("#words", "We look at it.")
    engineer.click("[data-send]")
    expect(engineer.locator(".conv")).to_contain_text("We look at it")

    admin = sign_in("alice", domain="desk", at="/desk/")
    tab_to(admin, "Settings")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/desk/settings/")
    tab_to(admin, "SLA policies")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/desk/settings/sla")
    tab_to(admin, "Gold")
    admin.keyboard.press("Enter")
    admin.wait_for_url(f"**{GOLD}")
    tab_to(admin, "Start a draft")
    admin.keyboard.press("Enter")
    expect(admin.locator(".pagehead")).to_contain_text("Draft v2, not live")
    check_axe(admin)

    tab_to(admin, "P2 High, first reply: target")
    admin.keyboard.press("Control+a")
    admin.keyboard.type("soonish")
    admin.keyboard.press("Enter")
    expect(admin.locator("#errors")).to_contain_text("“soonish” isn’t a duration")
    check_axe(admin)
    tab_to(admin, "P2 High, first reply: target")
    admin.keyboard.press("Control+a")
    admin.keyboard.type("1h")
    expect(admin.locator("#preview")).to_contain_text("was")  # the live preview follows without a submit
    admin.keyboard.press("Enter")
    expect(admin.locator(".savebar")).to_contain_text("1 change")
    expect(admin.locator(".is-changed")).to_contain_text("was 4h, Office")
    add_a_step(admin)

    tab_to(admin, "Replay tickets")
    admin.keyboard.press("Enter")
    expect(admin.locator("#whatif")).to_contain_text("Tickets that change", timeout=20_000)
    expect(admin.locator("#whatif")).to_contain_text(f"#{old}")
    check_axe(admin)
    tab_to(admin, "Review and publish")
    admin.keyboard.press("Enter")
    expect(admin.locator("h1")).to_have_text("Publish version 2")
    expect(admin.locator("main")).to_contain_text("P2 High, first reply, 75 % of the time used: tell the managers")
    tab_to(admin, "id_reason")
    admin.keyboard.type("Customers asked for faster answers")
    tab_to(admin, "Publish version 2")
    admin.keyboard.press("Enter")
    expect(admin.locator("h1")).to_have_text("Gold, version 2")

    new = ticket_of_carol(customer, "Opened under the second version")
    assert limit_of(stack, new) == 3600
    assert limit_of(stack, old) == 4 * 3600
    customer.goto("/tickets")
    customer.locator("nav a", has_text="Service levels").first.focus()
    customer.keyboard.press("Enter")
    expect(customer.locator("main")).to_contain_text("version 2")
    expect(customer.locator("main")).to_contain_text("Customers asked for faster answers")
    with customer.expect_download() as download:
        tab_to(customer, "Download as PDF (C-acme)")
        customer.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith("-v2.pdf")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-1.4")

    admin.goto("/desk/settings/audit?action=policy")
    expect(admin.locator("table")).to_contain_text("Customers asked for faster answers")
    expect(admin.locator("table")).to_contain_text("4h, Office → 1h, Office")


def test_settings_fit_a_phone_and_work_without_scripts(sign_in: SignIn) -> None:
    page = sign_in("alice", domain="desk", java_script_enabled=False, viewport={"width": 390, "height": 844})
    for path in ("/desk/settings/sla", GOLD, "/desk/settings/sla/calendars/office", "/desk/settings/sla/contracts"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(GOLD)
    if page.locator("text=Start a draft").count():
        page.click("text=Start a draft")
    page.fill("#t-2-first_response-", "3h")
    page.fill("#sample_at", "2026-11-27T16:30")
    page.click("text=Show")
    expect(page.locator("#preview")).to_contain_text("Mon 30 Nov, 11:30")
    expect(page.locator("main")).to_contain_text("Nothing is saved yet")
    page.click("text=Save draft")
    expect(page.locator("main")).to_contain_text("The draft is saved")
    page.goto("/desk/settings/sla/calendars/office")
    page.fill("#day-5", "10-14")
    page.click("text=Save the hours")
    expect(page.locator("main")).to_contain_text("The hours are saved")
