"""Documentation first: the ticket that wasn't needed, and the link that an agent sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Stack
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
_DOCS = ("from datetime import *; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
         "from knowledge.models import DocSet; from tests.factories.docs import make_docs\n"
         "with tenant_scope(Tenant.objects.get(slug='acme')):\n"
         "    if not DocSet.objects.exists(): make_docs(datetime.now(UTC))\n")
_COUNTS = ("from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
           "from knowledge.models import Deflection; from tickets.models import Ticket\n"
           "with tenant_scope(Tenant.objects.get(slug='acme')):\n"
           "    print(Ticket.objects.count(), Deflection.objects.count())\n")


@pytest.fixture
def docs(stack: Stack) -> Stack:
    """The stack with documentation at acme."""
    stack.run(_DOCS)
    return stack


def test_a_customer_finds_the_answer_in_the_docs_and_files_no_ticket(docs: Stack, sign_in: SignIn) -> None:
    tickets, deflections = map(int, docs.run(_COUNTS).split())
    page = sign_in("carol", domain="customer", at="/tickets/new")
    expect(page.locator("[name=look]")).to_have_count(0)  # with scripts the docs are looked at by themselves
    page.locator("#id_subject").press_sequentially("logins loop since our certificte rotat", delay=15)
    hit = page.locator(".docs__hit", has_text="Rotate the signing certificate")
    expect(hit).to_be_visible()
    expect(page.locator("#suggested")).to_contain_text("may answer this")
    check_axe(page)
    with page.context.expect_page() as opened:
        hit.locator("a").click()
    article = opened.value
    expect(article.locator("h1")).to_have_text("Rotate the signing certificate")
    expect(article.locator("article")).to_contain_text("still use the cached metadata")
    article.click("text=This answered it")
    expect(article.locator("main")).to_contain_text("No ticket was filed")
    hit.get_by_role("button").click()  # the form is still there and says the same: it counts once
    expect(page.locator("main")).to_contain_text("No ticket was filed")
    assert docs.run(_COUNTS) == f"{tickets} {deflections + 1}"
    desk = sign_in("bob", domain="desk", at="/desk/docs")
    expect(desk.locator("tr", has_text="Rotate the signing certificate")).to_be_visible()


def test_enter_in_the_subject_never_says_that_it_is_answered(docs: Stack, sign_in: SignIn) -> None:
    before = docs.run(_COUNTS)
    page = sign_in("carol", domain="customer", at="/tickets/new")
    page.locator("#id_subject").press_sequentially("restore a backup", delay=15)
    expect(page.locator(".docs__hit").first).to_be_visible()
    page.press("#id_subject", "Enter")
    expect(page.locator("#errors")).to_contain_text("Tell us what happened")
    expect(page.locator(".docs__hit").first).to_be_visible()
    check_axe(page)
    assert docs.run(_COUNTS) == before


def test_without_scripts_the_docs_are_looked_at_by_a_button(docs: Stack, sign_in: SignIn) -> None:
    tickets, _deflections = docs.run(_COUNTS).split()
    page = sign_in("vic", domain="customer", java_script_enabled=False, at="/docs?q=memry+limit")
    expect(page.locator("ul.docs").first).to_contain_text("Raise the memory limit of a job")
    page = sign_in("carol", domain="customer", java_script_enabled=False, at="/tickets/new")
    page.fill("#id_subject", "Job killed with 137")
    page.click("text=Look in the docs first")
    expect(page.locator(".docs__hit").first).to_contain_text("Raise the memory limit of a job")
    expect(page.locator("#id_subject")).to_have_value("Job killed with 137")
    page.locator(".docs__hit button").first.click()
    expect(page.locator("main")).to_contain_text("No ticket was filed")
    assert docs.run(_COUNTS).split()[0] == tickets


def test_an_agent_puts_a_link_into_the_answer(docs: Stack, sign_in: SignIn) -> None:
    customer = sign_in("carol", domain="customer", at="/tickets/new")
    customer.fill("#id_subject", "How do I restore a backup?")
    customer.fill("#id_details", "The disk is new.")
    customer.click("text=Send ticket")
    number = customer.url.rpartition("/")[2]
    agent = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    expect(agent.locator("#docs-hits li").first).to_contain_text("Restore a backup")
    check_axe(agent)
    agent.fill("#words", "Please follow this:")
    agent.get_by_role("button", name="Insert link to Restore a backup").click()
    expect(agent.locator("#words")).to_have_value(
        f"Please follow this: [Restore a backup](http://acme.localhost{_port(docs)}/docs/engine-handbook/restore-a-backup)")
    agent.fill("#docs-find", "certifcate")
    expect(agent.locator("#docs-hits li").first).to_contain_text("Rotate the signing certificate")
    agent.click("[data-send]")
    expect(customer.locator(".conv a", has_text="Restore a backup")).to_be_visible()


def _port(stack: Stack) -> str:
    return stack.environment.get("PUBLIC_PORT", "")


def test_an_agent_writes_an_article_and_a_visitor_reads_it(docs: Stack, sign_in: SignIn) -> None:
    agent = sign_in("bob", domain="desk", at="/desk/docs/sets/general-help")
    agent.click("text=New article")
    agent.fill("#id_title", "Oil the hinge")
    agent.fill("#id_body", "Use **one** drop.\n\n| Part | Oil |\n|---|---|\n| hinge | yes |\n\n    oil --hinge\n")
    agent.click("button[name=preview]")
    expect(agent.locator("#preview strong")).to_have_text("one")
    check_axe(agent)
    agent.click("button[name=publish]")
    expect(agent.locator("main")).to_contain_text("It is published")
    check_axe(agent)
    customer = sign_in("carol", domain="customer", viewport={"width": 390, "height": 800})
    customer.context.clear_cookies()
    for path in ("/docs", "/docs?q=hinges", "/docs/general-help", "/docs/general-help/oil-the-hinge"):
        customer.goto(path)
        assert customer.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    expect(customer.locator("article")).to_contain_text("one drop")


def test_a_free_plan_meets_docs_and_forum(docs: Stack, sign_in: SignIn) -> None:
    page = sign_in("finn", domain="other", at="/tickets/new")
    expect(page.locator("h1")).to_have_text("Ask in the forum")
    expect(page.get_by_role("link", name="To the forum")).to_be_visible()
    check_axe(page)
    page.fill("#docs-q", "restor backup")
    page.click("text=Search")
    expect(page.locator("ul.docs").first).to_contain_text("Restore a backup")
