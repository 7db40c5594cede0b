"""An operator adds a fifth tenant, its admin a customer with a contract, and its first ticket is due as the policy says.

All of it by keyboard alone.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from supportdesk.reference.founding import templates
from tests.journeys.conftest import Stack, wait_for
from tests.journeys.test_ticket import check_axe

PASSWORD = "a sentence is fine"
TEMPLATE = "platformsh"
_IN = ("from accounts.models import *; from accounts.tenancy import tenant_scope\nfrom notifications.models import *\n"
       "from notifications.accountmail import opened_body\nimport json\n"
       "tenant = Tenant.objects.get(slug='northwind')\nwith tenant_scope(tenant):\n    ")


@pytest.fixture
def page(stack: Stack, browser: Browser) -> Iterator[Page]:
    problems: list[str] = []
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if "Content Security" in m.text else None)
    yield page
    context.close()
    assert problems == []


def reach(page: Page, selector: str) -> None:
    """Press Tab until the keyboard stands there; it never stands nowhere on the way."""
    for _ in range(160):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} can't be reached by Tab on {page.url}")


def fill(page: Page, **texts: str) -> None:
    """Type into fields, and choose in lists by their first letters."""
    for name, text in texts.items():
        reach(page, f"#id_{name}")
        page.keyboard.type(text)
        while not page.evaluate("t => document.activeElement.selectedOptions?.[0]?.text.startsWith(t) ?? true", text):
            time.sleep(1.1)  # a list begins anew with a letter that comes a second late
            page.keyboard.type(text)


def press(page: Page, selector: str) -> None:
    """Go on by a link or a button."""
    reach(page, selector)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def submit(page: Page, heading: str) -> None:
    """Enter in the field that one stands in; the next page has this heading."""
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def link_for(stack: Stack, address: str) -> str:
    """The link in the mail that was written to somebody."""
    code = (f"{_IN}row = OutboxMessage.objects.filter(to_address='{address}').last()\n"
            "    print(opened_body(row.context['sealed'], tenant_id=tenant.pk) if row else '')")
    found = re.search(r"/join/\S+", wait_for(lambda: stack.run(code)))
    assert found
    return found[0]


def test_a_fifth_tenant_stands_and_its_first_ticket_is_due_correctly(stack: Stack, page: Page) -> None:
    stack.run("from supportdesk.management.commands.operator import make_operator\n"
              f"make_operator('olga@operators.example', {PASSWORD!r})")
    page.goto(f"http://operate.localhost:{stack.port}/login")
    fill(page, email="olga@operators.example", password=PASSWORD)
    submit(page, "Tenants")
    press(page, "main a[href='/tenants/new']")
    fill(page, template="Platform.sh", name="Northwind", slug="northwind", admin_name="Nora Ek",
         admin_email="nora@northwind.example")
    submit(page, "Northwind")
    expect(page.get_by_role("link", name="http://northwind.localhost")).to_be_visible()

    desk = f"http://northwind.localhost:{stack.port}"
    page.goto(desk + link_for(stack, "nora@northwind.example"))
    fill(page, name="Nora Ek", password=PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/**")
    press(page, "a[href='/desk/settings/']")
    press(page, "main a[href='/desk/settings/customers']")
    press(page, "main a[href='/desk/settings/customers/new']")
    fill(page, name="Kungsholm Energy", domains="kungsholm.example")
    reach(page, "#id_is_active")
    submit(page, "Kungsholm Energy")
    press(page, "main a[href^='/desk/settings/contracts/new']")
    policy = templates()[TEMPLATE]["policies"][0]
    fill(page, plan="Standard", reference="NW-001", policy=policy["name"])
    reach(page, "#id_contact_note")
    submit(page, "NW-001")
    press(page, "main a[href^='/desk/settings/customers/']")
    press(page, "main a[href^='/desk/settings/projects/new']")
    fill(page, name="Grid", contract="Kungsholm")
    reach(page, "#id_url")
    submit(page, "Grid")
    press(page, "nav a[href='/desk/settings/customers']")
    press(page, "th a[href^='/desk/settings/customers/']")
    fill(page, email="astrid@kungsholm.example")
    submit(page, "Kungsholm Energy")
    expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    check_axe(page)

    page.context.clear_cookies()
    page.goto(desk + link_for(stack, "astrid@kungsholm.example"))
    fill(page, name="Astrid Lind", password=PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(desk + "/")
    press(page, "a[href^='/tickets/new']")
    fill(page, subject="The grid stands still")
    reach(page, "input[name=priority]")
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    fill(page, details="Nothing moves since nine.")
    press(page, "form.form > div button[type=submit]")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The grid stands still")

    told = json.loads(stack.run(
        f"{_IN}from tickets.models import Ticket\n    t = Ticket.objects.get()\n"
        "    print(json.dumps({'priority': t.priority, 'opened': t.opened_at.isoformat(),\n"
        "                      'due': {c.metric: c.due_at and c.due_at.isoformat() for c in t.clocks.all()}}))"))
    opened = datetime.fromisoformat(told["opened"]).replace(microsecond=0)  # clocks count whole seconds
    figures = {t["metric"]: timedelta(minutes=t["limit"]) for t in policy["targets"] if t["priority"] == 1}
    assert told["priority"] == 1
    assert figures == {"first_response": timedelta(hours=1), "resolution": timedelta(hours=4)}
    assert {m: datetime.fromisoformat(at) for m, at in told["due"].items()} == {m: opened + d for m, d in figures.items()}


def test_a_mail_s_preview_follows_what_is_typed_and_the_focus_stays(sign_in: Callable[..., Page]) -> None:
    admin = sign_in("alice", domain="desk", at="/desk/settings/mails/ticket_received/en")
    reach(admin, "#id_subject")
    admin.keyboard.press("Control+A")
    admin.keyboard.type("Hello {{first_name}}")
    expect(admin.get_by_role("heading", level=3)).to_have_text("Hello Astrid")
    assert admin.evaluate("document.activeElement.id") == "id_subject"
    admin.keyboard.type(" {{nobody}}")
    expect(admin.locator("#mail-preview .err")).to_contain_text("Nothing is put for {{nobody}}")
    check_axe(admin)
