"""One ticket's whole journey, as people walk it."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect

from screens.accessibility import axe
from screens.camera import settle
from tests.journeys.conftest import Stack, wait_for

SignIn = Callable[..., Page]


@contextmanager
def _standing_still(page: Page) -> Iterator[None]:
    """What the page asks for meanwhile is held, so that no part is swapped while axe looks: it goes through the elements
    that it has found at first, and one that is no longer in the page has no colours.
    """
    held: list[Route] = []
    page.route("**/*", lambda route: held.append(route))
    try:
        yield
    finally:
        page.unroute("**/*")
        for route in held:
            with suppress(PlaywrightError):  # the page has given up waiting
                route.continue_()


def check_axe(page: Page) -> None:
    """No accessibility fault in what has become of the page. As they are loaded, pages are looked at in `test_screens`, in dark too."""
    page.wait_for_load_state()  # words are there before the style sheets are, and wear the browser's own colours until then
    with _standing_still(page):
        settle(page, color_scheme="light")
        faults = axe(page)
        assert not faults, f"{page.url}\n" + "\n".join(faults)


def test_customer_and_agent_talk_until_it_is_solved(stack: Stack, sign_in: SignIn, tmp_path: Path) -> None:
    log = tmp_path / "pump.log"
    log.write_text("line 1\n")
    agent = sign_in("bob", domain="desk", at="/desk/views/queue")
    customer = sign_in("carol", domain="customer")
    customer.click("text=Create ticket >> nth=0")
    customer.fill("#id_subject", "The pump stops at 62 %")
    customer.check("input[name=priority][value='2']")
    expect(customer.locator("#promise")).to_contain_text("P2 High")
    customer.fill("#id_details", "It stops each morning.")
    customer.set_input_files("#files", str(log))
    check_axe(customer)
    customer.click("text=Send ticket")
    expect(customer.locator("h1")).to_have_text("The pump stops at 62 %")
    expect(customer.locator(".standing")).to_contain_text("We answer by")
    check_axe(customer)

    row = agent.locator("a.subj", has_text="The pump stops at 62 %")  # appears without a reload
    expect(row).to_be_visible()
    row.click()
    expect(agent.locator("h1")).to_have_text("The pump stops at 62 %")
    check_axe(agent)
    agent.click("#pick-priority")
    agent.check("input[name=priority][value='3']")
    agent.fill("#reason", "It runs again after a restart")
    agent.click("text=Confirm priority")
    expect(agent.locator("#pick-priority")).to_contain_text("P3 Normal")
    with agent.expect_download() as download:
        agent.click("text=pump.log")
    assert Path(download.value.path()).read_text() == "line 1\n"
    agent.fill("#words", "Turn the valve and tell me what happens.")
    agent.click("[data-send]")
    expect(agent.locator(".conv")).to_contain_text("Turn the valve")

    expect(customer.locator(".conv")).to_contain_text("Turn the valve", timeout=20_000)  # live again, once it left
    customer.fill("#words", "It runs now, thank you.")
    customer.click("text=Send answer")
    expect(agent.locator(".conv")).to_contain_text("It runs now")
    agent.click("#pick-status")
    agent.click("button[name=status][value=solved]")
    expect(agent.locator("#pick-status")).to_contain_text("Resolved")
    expect(customer.locator(".standing")).to_contain_text("Solved")
    mails = wait_for(lambda: len(list((Path(stack.environment["SUPPORTDESK_VAR"]) / "mail" / "acme").glob("*.eml"))) >= 4)
    assert mails


def test_a_note_never_reaches_the_customer(sign_in: SignIn) -> None:
    customer = sign_in("carol", domain="customer", at="/tickets/new")
    customer.fill("#id_subject", "About the note")
    customer.fill("#id_details", "Words.")
    customer.click("text=Send ticket")
    number = customer.url.rpartition("/")[2]
    agent = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    agent.check("#mode-note")
    expect(agent.locator("[data-send]")).to_have_text("Add internal note")
    agent.fill("#words", "Only between us.")
    agent.click("[data-send]")
    expect(agent.locator(".msg--note")).to_contain_text("Only between us.")
    check_axe(agent)
    customer.reload()
    expect(customer.locator("body")).not_to_contain_text("Only between us.")


def test_without_javascript_a_customer_files_and_an_agent_answers(sign_in: SignIn) -> None:
    customer = sign_in("carol", domain="customer", java_script_enabled=False, at="/tickets/new")
    customer.fill("#id_subject", "No scripts")
    customer.click("text=Send ticket")
    expect(customer.locator("#errors")).to_contain_text("Tell us what happened")
    expect(customer.locator("#id_subject")).to_have_value("No scripts")
    customer.fill("#id_details", "Still works.")
    customer.click("text=Send ticket")
    number = customer.url.rpartition("/")[2]
    agent = sign_in("bob", domain="desk", java_script_enabled=False, at=f"/desk/t/{number}")
    agent.fill("#words", "Indeed.")
    agent.click("[data-send]")
    expect(agent.locator(".msg--held")).to_contain_text("Indeed.")
    wait_for(lambda: customer.reload() and "Indeed." in customer.locator(".conv").inner_text())
    customer.fill("#words", "Still works for me too.")
    customer.click("text=Send answer")
    expect(customer.locator(".conv")).to_contain_text("Still works for me too.")
    agent.reload()
    agent.click("#pick-status")
    agent.click("button[name=status][value=solved]")
    expect(agent.locator("#pick-status")).to_contain_text("Resolved")


def test_a_deadline_goes_red_in_an_open_queue_and_is_told_once_though_the_worker_is_killed(
        stack: Stack, sign_in: SignIn) -> None:
    stack.run(
        "from datetime import *; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
        "from tests.factories.desk import Desk; from sla.models import SlaTarget; from sla import catalogue\n"
        "t = Tenant.objects.get(slug='acme')\n"
        "with tenant_scope(t):\n"
        "    d = Desk(t); at = datetime.now(UTC) - timedelta(minutes=59, seconds=48)\n"
        "    k = d.ticket(at=at, subject='Almost late', requested_priority=1)\n"
        "    from tickets.services import assign; assign(k, to=d.member('bob').agent, by=d.member('mia'), at=at)\n")
    page = sign_in("bob", domain="desk", at="/desk/views/queue")
    badge = page.locator("tr.row", has_text="Almost late").locator(".sla")
    expect(badge).to_have_class("sla sla--soon")
    stack.kill("worker")
    expect(badge).to_have_class("sla sla--over", timeout=16_000)
    stack.run("import redis; from django.conf import settings; redis.Redis.from_url(settings.REDIS_URL).flushdb()")
    stack.start("worker")
    count = ("from accounts.models import Tenant; from accounts.tenancy import tenant_scope; from sla.models import SlaEvent\n"
             "from notifications.models import OutboxMessage\n"
             "with tenant_scope(Tenant.objects.get(slug='acme')):\n"
             "    e = SlaEvent.objects.filter(ticket__subject='Almost late', kind='breach', metric='first_response')\n"
             "    m = OutboxMessage.objects.filter(ticket__subject='Almost late', template='staff_sla', "
             "context__action='breach', state='sent')\n"
             "    print(e.count(), m.count(), m.values('to_address').distinct().count())")
    wait_for(lambda: stack.run(count) == "1 1 1", 30)
    time.sleep(2)
    assert stack.run(count) == "1 1 1"


def test_a_mail_is_a_ticket_within_two_seconds_and_shows_up_in_the_open_queue(stack: Stack, sign_in: SignIn) -> None:
    page = sign_in("bob", domain="desk", at="/desk/views/queue")
    message = EmailMessage()
    message["From"], message["To"] = "carol@customer.acme.example", "support@acme.localhost"
    message["Subject"], message["Message-ID"] = "By mail", "<journey@mail.example>"
    message.set_content("It came by mail.")
    with smtplib.SMTP("127.0.0.1", stack.smtp_port) as client:
        began = time.monotonic()
        client.send_message(message)
    expect(page.locator("a.subj", has_text="By mail")).to_be_visible(timeout=5_000)
    assert time.monotonic() - began < 5
    took = stack.run(
        "from accounts.models import Tenant; from accounts.tenancy import tenant_scope; from intake.models import *\n"
        "with tenant_scope(Tenant.objects.get(slug='acme')):\n"
        "    m = InboundMessage.objects.get(message_id='<journey@mail.example>')\n"
        "    print((m.processed_at - m.received_at).total_seconds())")
    assert float(took) < 2
