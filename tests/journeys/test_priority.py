"""Whose word a priority is, in real browsers: a workaround, its dispute and decision, and a customer's choice at will."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Stack, wait_for
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]

_SETUP = """
from accounts.models import Agent, Contract, ContractEntitlement, Tenant
from accounts.tenancy import tenant_scope
from accounts.queries import member_for_person
from sla.models import SlaPolicyVersion
from sla.services.policies import start_draft
from tickets.models import PriorityQuestion, PriorityRule
with tenant_scope(Tenant.objects.get(slug='acme')):
    ContractEntitlement.objects.get_or_create(contract=Contract.objects.get(reference='O-acme'), entitlement='priority_at_will')
    newest = SlaPolicyVersion.objects.filter(policy__slug='gold').order_by('-number').first()
    admin = member_for_person(newest.tenant, Agent.objects.filter(role='admin').first().person)
    draft = start_draft(newest.policy, by=admin, at=newest.published_at)
    SlaPolicyVersion.objects.filter(pk=draft.pk).update(promise_ranks=[1, 2], published_at=newest.published_at,
                                                        effective_from=newest.effective_from)
    for n, (key, text, side) in enumerate((('down', 'The shop is down', 'production'), ('slow', 'Staging is slow', 'nonproduction'),
                                           ('way', 'There is a workaround', ''))):
        PriorityQuestion.objects.get_or_create(key=key, defaults={'text': text, 'environment': side, 'position': n})
    for n, (rank, any_of, none_of, why) in enumerate(((1, ['down'], ['way'], 'Nothing can be sold'), (2, ['down'], [], 'It can be worked around'),
                                                      (4, [], [], 'Little is lost'))):
        PriorityRule.objects.get_or_create(position=n, defaults={'rank': rank, 'any_of': any_of, 'none_of': none_of, 'reason': why})
"""


@pytest.fixture(scope="module", autouse=True)
def _governed(stack: Stack) -> None:
    stack.run(_SETUP)


def _file(page: Page, subject: str, rank: int) -> str:
    page.goto("/tickets/new")
    page.fill("#id_subject", subject)
    page.check(f"input[name=priority][value='{rank}']")
    page.fill("#id_details", "Since this morning.")
    page.click("text=Send ticket")
    expect(page.locator("h1")).to_have_text(subject)
    return page.url.rpartition("/")[2]


def test_a_workaround_is_recorded_disputed_and_decided(sign_in: SignIn) -> None:
    customer = sign_in("carol", domain="customer")
    number = _file(customer, "The till is silent", 1)
    agent = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    agent.click("#pick-priority")
    agent.fill("#workaround", "Use the till at the back")
    check_axe(agent)
    agent.click("text=Record workaround")
    expect(agent.locator("#pick-priority")).to_contain_text("P2 High")

    expect(customer.locator("#ticket")).to_contain_text("from P1 Urgent to P2 High")  # without a reload
    check_axe(customer)
    customer.click("text=It doesn’t help us")
    customer.fill("#why-dispute", "That one was sold last week.")
    check_axe(customer)
    customer.click("text=Ask us to decide again")
    expect(customer.locator("#ticket")).to_contain_text("We look at it again.")

    agent.goto("/desk/views/all?triage=yes")
    row = agent.locator("tr.row", has_text="The till is silent")
    expect(row).to_contain_text("Needs triage")
    row.locator("a.subj").click()
    agent.click("text=Decide >> nth=0")
    expect(agent.locator("#governance")).to_contain_text("That one was sold last week.")
    check_axe(agent)
    agent.fill("#decision-reason", "So it was. We treat it as urgent.")
    agent.click("text=Back to P1 Urgent")
    expect(agent.locator("#pick-priority")).to_contain_text("P1 Urgent")
    expect(customer.locator("#ticket")).to_contain_text("the priority is P1 Urgent again: So it was.")
    expect(customer.locator(".standing")).to_contain_text("P1 Urgent")
    assert customer.locator("text=It doesn’t help us").count() == 0
    check_axe(customer)


def test_a_customer_with_the_right_changes_the_priority_and_sees_the_new_promise_at_once(sign_in: SignIn) -> None:
    customer = sign_in("sue", domain="other")
    number = _file(customer, "Machines idle", 4)
    expect(customer.locator(".standing")).to_contain_text("No fixed deadline")
    customer.click("#change-priority")
    customer.check("#ticket input[name=priority][value='1']")
    check_axe(customer)
    customer.click("text=Set this priority")
    expect(customer.locator(".standing")).to_contain_text("P1 Urgent")
    expect(customer.locator(".standing")).to_contain_text("We answer by")

    agent = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    agent.click("#pick-priority")
    expect(agent.locator("#governance")).to_contain_text("sets the priority at will")
    agent.check("#ticket input[name=priority][value='3']")
    agent.fill("#reason", "Only one machine of nine")
    agent.click("text=Confirm priority")
    expect(agent.locator("#pick-priority")).to_contain_text("P1 Urgent")
    expect(customer.locator("#ticket")).to_contain_text("We propose P3 Normal in place of P1 Urgent")
    check_axe(customer)
    customer.fill("#why-not", "It is the one that counts")
    customer.click("text=Keep P1 Urgent")
    expect(customer.locator(".standing")).to_contain_text("P1 Urgent")
    assert customer.locator("text=We propose").count() == 0


def test_what_a_customer_opens_while_news_is_on_its_way_stays_open(sign_in: SignIn, stack: Stack) -> None:
    customer = sign_in("sue", domain="other")
    number = _file(customer, "Ramp stuck", 4)
    held: list[Route] = []
    customer.route(f"**/tickets/{number}", lambda route: route.continue_() if held else held.append(route))
    with customer.expect_request(f"**/tickets/{number}"):
        stack.run("from datetime import UTC, datetime; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
                  "from tests.factories.desk import Desk; from tickets.models import Ticket; from tickets.services import Entry, reply\n"
                  "d = Desk(Tenant.objects.get(slug='acme'))\n"
                  f"with tenant_scope(d.tenant):\n    reply(Ticket.objects.get(number={number}), Entry('We look at it.'), "
                  "by=d.member('bob'), at=datetime.now(UTC))\n")
    customer.click("#change-priority")
    with customer.expect_response(f"**/tickets/{number}"):
        held[0].continue_()
    customer.check("#ticket input[name=priority][value='2']")
    customer.wait_for_timeout(1_500)  # it tries once a second
    expect(customer.locator("#ticket input[name=priority][value='2']")).to_be_checked()
    assert "We look at it." not in customer.locator(".conv").inner_text()
    customer.click("#change-priority")  # put away: now what was written may come
    customer.locator("#words").focus()
    expect(customer.locator(".conv")).to_contain_text("We look at it.", timeout=15_000)


def test_an_urgent_reply_promises_the_next_update(sign_in: SignIn, stack: Stack) -> None:
    customer = sign_in("carol", domain="customer", timezone_id="Europe/Berlin")
    number = _file(customer, "The lights are out", 1)
    agent = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    agent.fill("#words", "I’m on it.")
    check_axe(agent)
    agent.click("[data-send]")
    expect(agent.locator(".composer [role=alert]")).to_contain_text("Write the next steps")
    expect(agent.locator("#words")).to_have_value("I’m on it.")
    agent.fill("#next-steps", "I call the power company")
    soon = datetime.now(UTC) + timedelta(hours=2)
    agent.fill("#next-update-by", f"{soon:%Y-%m-%dT%H:%M}")
    check_axe(agent)
    agent.check("#mode-note")
    expect(agent.locator("#next-steps")).to_be_hidden()
    agent.check("#mode-reply")
    agent.click("[data-send]")
    expect(agent.locator(".conv")).to_contain_text("I call the power company")
    expect(customer.locator(".conv")).to_contain_text("Next update by")
    expect(customer.locator(".conv")).to_contain_text(f"{soon:%H:%M} UTC")
    expect(agent.locator(".clocks")).to_contain_text("Promised update")
    check_axe(agent)
    check_axe(customer)
    mails = wait_for(lambda: stack.run(
        "from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
        "from notifications.models import OutboxMessage\n"
        "with tenant_scope(Tenant.objects.get(slug='acme')):\n"
        f"    print(OutboxMessage.objects.filter(ticket__number={number}, template='ticket_reply', state='sent').count())"
    ) == "1")
    assert mails


def test_the_advisor_answers_while_the_customer_ticks(sign_in: SignIn) -> None:
    page = sign_in("carol", domain="customer", at="/tickets/new")
    page.check("#criterion-down")
    expect(page.locator("#advice")).to_contain_text("P1 Urgent: Nothing can be sold")
    check_axe(page)
    page.check("#criterion-way")
    expect(page.locator("#advice")).to_contain_text("P2 High: It can be worked around")
    page.check("input[name=environment][value=staging]")
    expect(page.locator("#criterion-slow")).to_be_visible()
    expect(page.locator("#criterion-down")).to_have_count(0)
    expect(page.locator("#criterion-way")).to_be_checked()
    page.fill("#id_subject", "Enter sends")
    page.fill("#id_details", "It does.")
    page.press("#id_subject", "Enter")
    expect(page.locator("h1")).to_have_text("Enter sends")  # Enter files the ticket; it doesn't ask the advisor

    phone = sign_in("rita", domain="desk", at="/desk/phone")
    phone.fill("#q", "carol")
    phone.click("button.match >> nth=0")
    expect(phone.locator("#id_name")).to_have_value("Carol")
    phone.check("#criterion-down")
    expect(phone.locator("#advice")).to_contain_text("Nothing can be sold")
    phone.select_option("#id_environment", "staging")
    expect(phone.locator("#criterion-slow")).to_be_visible()
    expect(phone.locator("#id_name")).to_have_value("Carol")
    check_axe(phone)


def test_without_javascript_the_advisor_is_a_button(sign_in: SignIn) -> None:
    page = sign_in("carol", domain="customer", java_script_enabled=False, at="/tickets/new")
    page.fill("#id_subject", "No scripts here")
    page.check("#criterion-down")
    page.click("text=Suggest a priority")
    expect(page.locator("#advice")).to_contain_text("P1 Urgent: Nothing can be sold")
    expect(page.locator("#id_subject")).to_have_value("No scripts here")
    number = _file(page, "No scripts here", 1)
    agent = sign_in("bob", domain="desk", java_script_enabled=False, at=f"/desk/t/{number}/governance")
    agent.check("#criterion-down")
    agent.click("text=Suggest a priority")
    expect(agent.locator("#advice")).to_contain_text("Nothing can be sold")
    agent.fill("#workaround", "A candle")
    agent.click("text=Record workaround")
    page.reload()
    page.click("text=It doesn’t help us")
    page.fill("#why-dispute", "Too dark")
    page.click("text=Ask us to decide again")
    expect(page.locator("#ticket")).to_contain_text("We look at it again.")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_priority_s_pages_don_t_scroll_sideways(sign_in: SignIn, width: int) -> None:
    customer = sign_in("carol", domain="customer", viewport={"width": width, "height": 800})
    number = _file(customer, "Narrow", 1)
    agent = sign_in("bob", domain="desk", viewport={"width": width, "height": 800})
    for page, path in ((customer, "/tickets/new"), (agent, f"/desk/t/{number}/governance"), (agent, f"/desk/t/{number}"),
                       (agent, "/desk/phone")):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
    agent.goto(f"/desk/t/{number}/governance")
    agent.fill("#workaround", "A" * 200)
    agent.click("text=Record workaround")
    customer.reload()
    assert customer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_axe(customer)
