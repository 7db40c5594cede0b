"""A receptionist at the phone, by keyboard."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Stack
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
NUMBER = "+4930555010"
_AT_ACME = ("from datetime import *; from accounts.models import *; from accounts.tenancy import tenant_scope\n"
            "from tests.factories.desk import Desk; from tickets.models import *\n"
            "t = Tenant.objects.get(slug='acme'); at = datetime.now(UTC)\n"
            "with tenant_scope(t):\n"
            "    d = Desk(t)\n")


@pytest.fixture(scope="module")
def line(stack: Stack) -> tuple[str, str]:
    """The telephone system's address and secret; carol and sue share a number."""
    stack.run(_AT_ACME + "".join(
        f"    PersonAddress.objects.get_or_create(person=d.member('{n}').person, kind='phone', value='{NUMBER}')\n"
        for n in ("carol", "sue")) +
        "    ContractEntitlement.objects.get_or_create(contract=d.project().contract, entitlement='callback')\n"
        "    PriorityLevel.objects.filter(rank=1).update(definition_nonproduction='Only if a launch is blocked')\n")
    said = stack.run(_AT_ACME + "    from accounts.services.hooks import create_hook\n"
                     "    hook, secret = create_hook(name='Desk', by=None, at=at); print(hook.pk, secret)")
    token, secret = said.split()
    return f"/hooks/telephony/{token}", secret


def ring(stack: Stack, line: tuple[str, str], event: str, call: str) -> int:
    """The telephone system tells of a call."""
    body = json.dumps({"event": event, "call": {"id": call, "direction": "inbound", "from": NUMBER}}).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(line[1].encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(f"http://127.0.0.1:{stack.port}{line[0]}", body, {
        "Host": f"acme.localhost:{stack.port}", "X-Timestamp": stamp, "X-Signature": signature,
        "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- our own server
        return int(answer.status)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the keyboard stands there."""
    for _ in range(80):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} can't be reached by Tab")


def test_a_call_from_a_number_of_two_customers_is_taken_by_keyboard(stack: Stack, line: tuple[str, str],
                                                                    sign_in: SignIn) -> None:
    page = sign_in("rita", domain="desk", at="/desk/phone")
    expect(page.locator("#q")).to_be_focused()
    assert ring(stack, line, "call.started", "j1") == 200
    expect(page.locator("#calls")).to_contain_text("Ringing", timeout=5_000)  # without a reload
    expect(page.locator("#calls")).to_contain_text("+49 30 555010")
    assert ring(stack, line, "call.answered", "j1") == 200
    expect(page.locator("#calls")).to_contain_text("On the line", timeout=5_000)
    check_axe(page)
    page.locator("body").focus()
    tab_to(page, "#calls a")
    page.keyboard.press("Enter")
    expect(page.locator(".match")).to_have_count(2)
    expect(page.locator("#matches")).to_contain_text("Customer")
    expect(page.locator("#matches")).to_contain_text("Other")
    check_axe(page)
    tab_to(page, ".match")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()
    expect(page.locator("#verdict")).to_contain_text("Yes: Customer has phone support")
    expect(page.locator("#id_name")).to_have_value("Carol")
    check_axe(page)
    tab_to(page, "#id_product")
    page.keyboard.type("Engine")
    tab_to(page, "#id_environment")
    page.keyboard.type("Staging")
    tab_to(page, "input[name=priority]")
    page.keyboard.press("Space")
    expect(page.locator("#def1")).to_have_text("Only if a launch is blocked")  # the words follow the environment
    expect(page.locator("input[name=priority]").first).to_be_checked()
    tab_to(page, "#id_summary")
    page.keyboard.type("The engine is silent")
    tab_to(page, "button[value=file]")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("The engine is silent")
    expect(page.locator(f".ctx a[href='tel:{NUMBER}']").first).to_be_visible()
    assert page.locator("#mode-reply").count() == 0  # a receptionist can't answer technically (S12)
    page.goto("/desk/calls")
    expect(page.locator("main")).to_contain_text("The engine is silent")


def test_the_same_news_twenty_times_at_once_is_one_call(stack: Stack, line: tuple[str, str]) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: ring(stack, line, ("call.started", "call.ended")[n % 2], "j2"), range(20)))
    assert set(answers) == {200}
    assert stack.run(_AT_ACME + "    print(Call.objects.filter(external_id='j2').count())") == "1"


def test_a_call_without_phone_support_is_found_while_typing_recorded_and_directed(line: tuple[str, str],
                                                                                  sign_in: SignIn) -> None:
    page = sign_in("rita", domain="desk", at="/desk/phone")
    page.keyboard.type("hobb")  # the search has the focus
    expect(page.locator(".match")).to_have_count(2)
    tab_to(page, ".match")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("No: Hobbyists has no phone support")
    check_axe(page)
    expect(page.locator("#id_name")).to_have_value("Finn")
    tab_to(page, "#id_summary")
    page.keyboard.type("How does one steer a kite")
    tab_to(page, "button[value=record]")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_contain_text("Choose where you sent the caller")
    expect(page.locator("#id_summary")).to_have_value("How does one steer a kite")
    check_axe(page)
    tab_to(page, "#id_directed_to")
    page.keyboard.type("To the forum")
    tab_to(page, "button[value=record]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("There is no ticket")
    page.goto("/desk/calls?kind=directed")
    expect(page.locator("main")).to_contain_text("To the forum, no phone support")


def test_a_similar_open_ticket_is_shown_while_the_subject_is_typed(stack: Stack, line: tuple[str, str],
                                                                   sign_in: SignIn) -> None:
    stack.run(_AT_ACME + "    d.ticket(at=at, subject='Boiler pressure falls at night')\n")
    page = sign_in("rita", domain="desk", at="/desk/phone")
    page.keyboard.type("carol")
    page.locator(".match").first.press("Enter")
    page.fill("#id_details", "Kept while parts change")
    page.locator("#id_summary").press_sequentially("boiler pressure is falling")
    expect(page.locator("#duplicates")).to_contain_text("Boiler pressure falls at night")
    expect(page.locator("#id_details")).to_have_value("Kept while parts change")
    check_axe(page)


def test_callbacks_are_kept_until_done_and_late_ones_are_red(stack: Stack, line: tuple[str, str],
                                                             sign_in: SignIn) -> None:
    stack.run(_AT_ACME + "    k = d.ticket(at=at, subject='Ring me')\n"
              "    Callback.objects.create(ticket=k, person=k.requester, number='" + NUMBER + "', requested_by=k.requester,\n"
              "                            due_at=at - timedelta(minutes=5), created_at=at)\n")
    page = sign_in("bob", domain="desk", at="/desk/callbacks")
    row = page.locator("tr", has_text="Ring me")
    expect(row).to_have_class("is-late")
    expect(row).to_contain_text("Overdue")
    check_axe(page)
    row.locator("summary").press("Enter")
    row.locator("textarea").fill("Explained the valve.")
    check_axe(page)
    row.locator("text=Callback is done").press("Enter")
    expect(page.locator("main")).to_contain_text("The callback is done.")
    page.goto("/desk/callbacks?state=done")
    expect(page.locator("main")).to_contain_text("Explained the valve.")
    page.click("text=Ring me")
    expect(page.locator(".conv")).to_contain_text("Explained the valve.")  # an engineer's call is an answer


def test_without_javascript_the_same_form_takes_the_same_call(line: tuple[str, str], sign_in: SignIn) -> None:
    page = sign_in("rita", domain="desk", java_script_enabled=False, at="/desk/phone")
    page.fill("#id_summary", "No scripts at the phone")
    page.fill("#q", NUMBER)
    page.click("button[value=search]")
    expect(page.locator(".match")).to_have_count(2)
    expect(page.locator("#id_summary")).to_have_value("No scripts at the phone")
    page.locator(".match", has_text="Customer").click()
    expect(page.locator("#id_summary")).to_have_value("No scripts at the phone")
    page.click("button[value=file]")
    expect(page.locator("#errors")).to_contain_text("Choose the product")
    page.select_option("#id_product", label="Engine")
    page.check("input[name=priority][value='3']")
    page.click("button[value=file]")
    expect(page.locator("h1")).to_have_text("No scripts at the phone")


@pytest.mark.parametrize("width", [390, 1440])
def test_phone_pages_don_t_scroll_sideways(line: tuple[str, str], sign_in: SignIn, width: int) -> None:
    page = sign_in("rita", domain="desk", viewport={"width": width, "height": 800})
    for path in ("/desk/phone", "/desk/calls", "/desk/callbacks"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
    page.goto("/desk/phone")
    page.fill("#q", "custom")
    page.locator(".match").first.click()
    expect(page.locator("#verdict")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
