"""Mail in the browser: a held answer is admitted, a quarantined message read again, a mailbox armed."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Stack, wait_for
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
_AT_ACME = ("from datetime import *; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
            "from intake.models import *; from notifications.models import OutboxMessage; from tests.factories.desk import Desk\n"
            "from tickets.models import Ticket\n"
            "with tenant_scope(Tenant.objects.get(slug='acme')):\n")
CAROL = "carol@customer.acme.example"


def send(stack: Stack, sender: str, subject: str, body: str, *, to: str = "support@acme.localhost", **headers: str) -> None:
    """A mail by SMTP, as from outside."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    raw = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n{more}\r\n{body}\r\n"
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=20) as client:
        client.sendmail(sender, [to], raw.encode())


def ask(stack: Stack, expression: str) -> str:
    """What Python at acme says; empty while it is not there."""
    return stack.run(f"{_AT_ACME}    print({expression})")


def test_an_agent_admits_a_held_answer(stack: Stack, sign_in: SignIn) -> None:
    send(stack, CAROL, "Journey: pump is stuck", "It makes no sound.")
    number = wait_for(lambda: ask(stack, "*Ticket.objects.filter(subject='Journey: pump is stuck').values_list('number', flat=True)"))
    known = ask(stack, f"OutboxMessage.objects.get(ticket__number={number}, template='ticket_received').message_id")
    for name, words in (("eve", "I am her colleague and have the log."), ("mallory", "Buy my pumps.")):
        send(stack, f"{name}@partner.example", "Re: Journey: pump is stuck", words, In_Reply_To=known)
    wait_for(lambda: ask(stack, f"HeldComment.objects.filter(ticket__number={number}).count()") == "2")
    page = sign_in("bob", domain="desk", at="/desk/intake/held")
    expect(page.locator("#held")).to_contain_text("eve@partner.example")
    page.click("text=mallory@partner.example")
    expect(page.locator("main")).to_contain_text("Buy my pumps.")
    page.click("text=Leave it out")
    expect(page.locator("main")).to_contain_text("The customer never sees it")
    page.goto(f"/desk/t/{number}")
    beside = page.get_by_role("form", name="Answer of eve@partner.example")
    expect(beside).to_be_visible()
    expect(page.locator(".conv")).not_to_contain_text("have the log")
    check_axe(page)
    beside.get_by_role("button", name="Admit", exact=True).press("Enter")
    expect(page.locator(".conv")).to_contain_text("I am her colleague and have the log.")
    expect(page.locator(".conv")).not_to_contain_text("Buy my pumps")
    expect(page.locator("#panel")).to_contain_text("History")
    expect(page.locator("#panel")).not_to_contain_text("Held answers")


def test_an_admin_reads_a_quarantined_message_again(stack: Stack, sign_in: SignIn) -> None:
    send(stack, CAROL, "Journey: once broken", "It is fine now.", Message_ID="<journey-broken@customer.acme.example>")
    wait_for(lambda: ask(stack, "Ticket.objects.filter(subject='Journey: once broken').count()") == "1")
    send(stack, CAROL, "Journey: quarantined", "Nobody could read me.")
    wait_for(lambda: ask(stack, "Ticket.objects.filter(subject='Journey: quarantined').count()") == "1")
    # As a fault of the parser, repaired since, would have left it.
    stack.run(f"{_AT_ACME}    InboundMessage.objects.filter(subject='Journey: quarantined').update(state='quarantine', "
              "ticket=None, comment=None, reason='processing failed: ValueError')\n")
    page = sign_in("alice", domain="desk", at="/desk/intake?state=quarantine")
    expect(page.locator("#intake-messages")).not_to_contain_text("Journey: once broken")
    page.click("text=Journey: quarantined")
    expect(page.locator("main")).to_contain_text("Processing failed: ValueError")
    expect(page.locator("main")).to_contain_text("Nobody could read me.")
    check_axe(page)
    with page.expect_navigation():  # a page can't be loaded again while it is on its way
        page.click("text=Read it again")
    wait_for(lambda: ask(stack, "InboundMessage.objects.get(subject='Journey: quarantined').state") == "ticket")
    page.reload()
    expect(page.locator("main")).to_contain_text("Ticket #")
    expect(page.locator("text=Read it again")).to_have_count(0)
    check_axe(page)


def test_an_admin_arms_a_mailbox_and_what_waited_becomes_tickets(stack: Stack, sign_in: SignIn) -> None:
    stack.run(f"{_AT_ACME}    Mailbox.objects.get_or_create(address='new@acme.localhost')\n")
    send(stack, CAROL, "Journey: to the new mailbox", "Do you read me?", to="new@acme.localhost")
    count = "Ticket.objects.filter(subject='Journey: to the new mailbox').count()"
    waiting = "InboundMessage.objects.filter(mailbox__address='new@acme.localhost', next_at=None).count()"
    wait_for(lambda: ask(stack, waiting) == "1")
    assert ask(stack, count) == "0"
    page = sign_in("alice", domain="desk", at="/desk/intake")
    box = page.locator(".cardbox", has_text="new@acme.localhost")
    expect(box).to_contain_text("Disarmed: mail is kept, nothing is made of it · 1 waiting")
    box.get_by_role("button", name="Arm new@acme.localhost").press("Enter")
    expect(page.locator(".cardbox", has_text="new@acme.localhost")).to_contain_text("Armed: mail becomes tickets")
    wait_for(lambda: ask(stack, count) == "1")
    page.reload()
    expect(page.locator("#intake-messages")).to_contain_text("Journey: to the new mailbox")
