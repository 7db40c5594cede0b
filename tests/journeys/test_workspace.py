"""Two agents and a customer at one ticket, in real browsers: nobody loses a word."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import PASSWORD, Stack, wait_for
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
_HEAD = ("from datetime import *; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
         "from tests.factories.desk import Desk; from tickets.models import *; from tickets.services import *\n"
         "t = Tenant.objects.get(slug='acme')\nat = datetime.now(UTC)\nwith tenant_scope(t):\n    d = Desk(t)\n")


def _ticket(stack: Stack, subject: str) -> str:
    return stack.run(f"{_HEAD}    print(d.ticket(at=at, subject={subject!r}).number)")


def _customer_mails(stack: Stack, number: str, words: str) -> None:
    """The customer answers our mail, by SMTP."""
    to = stack.run(f"{_HEAD}    from notifications.threading import reply_address\n"
                   f"    print(reply_address(Ticket.objects.get(number={number}), t.mail_from))")
    sender = "carol@customer.acme.example"
    raw = f"From: {sender}\r\nTo: {to}\r\nSubject: Re: it\r\nMessage-ID: <m{number}@mail.example>\r\n\r\n{words}\r\n"
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=20) as client:
        client.sendmail(sender, [to], raw.encode())


def _comments(stack: Stack, number: str) -> list[str]:
    return stack.run(f"{_HEAD}    print(*Comment.objects.filter(ticket__number={number}, author_kind='staff')"
                     ".order_by('id').values_list('body', flat=True), sep='\\n')").splitlines()


def test_two_agents_on_one_ticket_lose_no_word(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Two at once")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    mia = sign_in("mia", domain="desk", at=f"/desk/t/{number}")
    expect(bob.locator("#presence")).to_contain_text("Mia is looking at this too")
    mia.locator("#words").press_sequentially("Mia's half ")
    expect(bob.locator("#presence")).to_contain_text("Mia is writing")
    expect(mia.locator("#draft-state")).to_contain_text("Draft saved")
    check_axe(bob)
    bob.click("text=See draft")
    expect(bob.locator("body")).to_contain_text("Mia's half")
    bob.goto(f"/desk/t/{number}")
    bob.locator("#words").fill("Bob's answer")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".msg--held")).to_contain_text("Bob's answer")
    # Mia writes on; what Bob sends shows up beside her words and not in their place
    expect(mia.locator(".conv")).to_contain_text("Bob's answer")
    expect(mia.locator("[data-send]")).to_have_text("Review, then send")
    mia.locator("#words").press_sequentially("and the other half")
    mia.click("[data-send]")
    expect(mia.locator("#problem")).to_contain_text("Something new was written")
    expect(mia.locator(".news")).to_contain_text("Bob's answer")
    expect(mia.locator("#words")).to_have_value("Mia's half and the other half")
    check_axe(mia)
    mia.click("[data-send]")
    expect(mia.locator(".conv")).to_contain_text("Mia's half and the other half")
    expect(mia.locator(".msg--held")).to_have_count(0, timeout=20_000)
    assert _comments(stack, number) == ["Bob's answer", "Mia's half and the other half"]


def test_leaving_in_the_middle_of_a_word_keeps_the_word(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Left alone")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    bob.locator("#words").press_sequentially("Nearly do")
    bob.goto("/desk/views/queue")  # before the second in which the draft is saved is over
    bob.goto(f"/desk/t/{number}")
    expect(bob.locator("#words")).to_have_value("Nearly do")
    expect(bob.locator("#draft-state")).to_contain_text("Draft saved")
    other = sign_in("bob", domain="desk", viewport={"width": 390, "height": 800}, at=f"/desk/t/{number}")
    expect(other.locator("#words")).to_have_value("Nearly do")
    check_axe(other)
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_customer_s_mail_that_comes_while_an_agent_writes_is_seen_before_sending(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Crossing")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    bob.locator("#words").fill("Please restart it.")
    _customer_mails(stack, number, "It works again.")
    expect(bob.locator("[data-send]")).to_have_text("Review, then send", timeout=20_000)
    expect(bob.locator(".msg.is-new")).to_contain_text("It works again.")
    expect(bob.locator("#words")).to_have_value("Please restart it.")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".news")).to_contain_text("It works again.")
    assert _comments(stack, number) == []
    expect(bob.locator("#words")).to_have_value("Please restart it.")
    bob.wait_for_load_state()
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".conv .msg", has_text="Please restart it.")).to_be_visible()


def test_one_leaves_and_comes_back_and_both_send_at_once(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "There and back")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    mia = sign_in("mia", domain="desk", at=f"/desk/t/{number}")
    mia.locator("#words").press_sequentially("Mia begins, ")
    mia.goto("/desk/views/all")  # away in the middle
    bob.locator("#words").fill("Bob was first")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".msg--held")).to_be_visible()
    mia.route("**/desk/live", lambda route: route.abort())  # from now on nothing tells her
    mia.goto(f"/desk/t/{number}")
    expect(mia.locator(".conv")).to_contain_text("Bob was first")
    expect(mia.locator("#words")).to_have_value("Mia begins, ")
    mia.locator("#words").press("End")
    mia.locator("#words").press_sequentially("Mia ends")
    expect(bob.locator("#words")).to_have_value("")
    bob.wait_for_load_state()
    bob.locator("#words").fill("Bob again")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".msg--held", has_text="Bob again")).to_be_visible()
    mia.locator("#words").press("Control+Enter")  # she couldn't know
    expect(mia.locator("#problem")).to_contain_text("Something new was written")
    expect(mia.locator(".news")).to_contain_text("Bob again")
    expect(mia.locator("#words")).to_have_value("Mia begins, Mia ends")
    mia.wait_for_load_state()
    mia.locator("#words").press("Control+Enter")
    expect(mia.locator(".msg--held", has_text="Mia ends")).to_be_visible()
    wait_for(lambda: _comments(stack, number) == ["Bob was first", "Bob again", "Mia begins, Mia ends"], 30)


def test_a_third_window_keeps_its_words_when_another_sends(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Three windows")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    bob.locator("#words").press_sequentially("From the first")
    expect(bob.locator("#draft-state")).to_contain_text("Draft saved")
    other = bob.context.new_page()
    other.goto(f"/desk/t/{number}")
    expect(other.locator("#words")).to_have_value("From the first")
    with other.expect_response("**/draft"):  # "Draft saved" stands there already, of the first
        other.locator("#words").fill("From the third")
    bob.locator("#words").press_sequentially(" window")
    expect(bob.locator("#draft-state")).to_contain_text("changed in another window")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".msg--held")).to_contain_text("From the first window")
    expect(bob.locator("#words")).to_have_value("From the third")  # still there, to be sent or thrown away
    expect(other.locator("#words")).to_have_value("From the third")


def test_a_mention_is_completed_by_key_and_rings_the_colleague_s_bell(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Who knows this?")
    mia = sign_in("mia", domain="desk", at="/desk/views/all", script="""window.raised = [];
        window.Notification = class {  // a browser without windows raises none
            static permission = "granted";
            constructor(title, more) { window.raised.push([title, more.body]); }
        };""")
    bob = sign_in("bob", domain="desk")
    expect(mia.locator("#bell")).to_contain_text("nothing unread")
    bob.goto(f"/desk/t/{number}?view=all")
    expect(bob.locator("#place")).to_contain_text(" of ")
    bob.keyboard.press("n")
    bob.keyboard.type("Ask @mi")
    expect(bob.locator("#mention-list [aria-selected=true]")).to_have_text("Mia")
    check_axe(bob)
    bob.keyboard.press("Enter")
    expect(bob.locator("#words")).to_have_value("Ask @Mia ")
    expect(bob.locator("#words")).to_be_focused()
    bob.check("#mode-reply")
    expect(bob.locator("[data-mention-warning]")).to_be_visible()
    bob.check("#mode-note")
    expect(bob.locator("[data-mention-warning]")).to_be_hidden()
    bob.locator("#words").press("Control+Enter")
    expect(mia.locator("#bell .count")).to_have_text("1")
    wait_for(lambda: mia.evaluate("window.raised") == [[f"#{number} Who knows this?", "Bob mentioned you in a note"]])
    mia.keyboard.press("g")
    mia.keyboard.press("i")
    expect(mia.locator("h1")).to_have_text("Inbox")
    expect(mia.locator(".news-list")).to_contain_text("Bob mentioned you in a note")
    mia.get_by_role("link", name=f"#{number} Who knows this?").press("Enter")
    expect(mia.locator("#bell")).to_contain_text("nothing unread")  # whoever reads the ticket has read its news
    mia.goto("/desk/me#news")
    expect(mia.locator("#browser-news")).to_have_text("This browser tells you while a page of the desk is open in it.")


def test_a_reply_is_taken_back_by_a_key_and_sent_again(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Too fast")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    bob.locator("#words").fill("To the wrong person")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".msg--held")).to_be_visible()
    bob.locator("h1").click()
    bob.keyboard.press("z")
    expect(bob.locator("#words")).to_have_value("To the wrong person")
    expect(bob.locator("#words")).to_be_focused()
    expect(bob.locator(".msg--held")).to_have_count(0)
    assert _comments(stack, number) == []


def test_a_macro_by_keyboard_alone(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Macro by key")
    bob = sign_in("bob", domain="desk", at="/desk/macros/new")
    bob.fill("#id_name", "Log please")
    bob.fill("#id_body", "Hello {{requester_first}}, the log please.")
    bob.fill("#id_add_tags", "log")
    bob.click("text=Save macro")
    expect(bob.locator("main")).to_contain_text("Log please")
    bob.goto(f"/desk/t/{number}")
    bob.keyboard.press("m")
    option = bob.locator("#macros button", has_text="Log please")
    expect(option).to_be_focused()
    check_axe(bob)
    bob.keyboard.press("Enter")
    expect(bob.locator("#words")).to_have_value("Hello Carol, the log please.")
    expect(bob.locator(".effects")).to_contain_text("Tag added: log")
    bob.wait_for_load_state()  # the words are there before the keys' script is
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".tk__facts .tag")).to_have_text("log", timeout=20_000)


def test_files_are_dropped_and_pasted_ahead_of_the_words(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "With files")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    for kind, field in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        bob.evaluate("""([kind, field]) => {
            const all = new DataTransfer();
            all.items.add(new File(["line"], kind + ".log", { type: "text/plain" }));
            const event = kind === "drop" ? new DragEvent(kind, { [field]: all, bubbles: true, cancelable: true })
                : new ClipboardEvent(kind, { [field]: all, bubbles: true, cancelable: true });
            document.getElementById("words").dispatchEvent(event);
        }""", [kind, field])
        expect(bob.locator("#kept label", has_text=f"{kind}.log")).to_be_visible()
    bob.locator("#words").fill("See the files")
    bob.click("[data-send]")
    expect(bob.locator("a.file", has_text="drop.log")).to_be_visible(timeout=20_000)
    expect(bob.locator("a.file", has_text="paste.log")).to_be_visible()


def test_the_more_menu_works_with_and_without_scripts(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "More of it")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}?view=all")
    bob.keyboard.press("t")
    expect(bob.locator("#tags")).to_be_focused()
    check_axe(bob)
    bob.fill("#tags", "pump")
    bob.keyboard.press("Enter")
    expect(bob.locator(".tk__facts .tag")).to_have_text("pump")
    bob.click("[data-undo]")
    expect(bob.locator(".tk__facts .tag")).to_have_count(0)
    plain = sign_in("bob", domain="desk", java_script_enabled=False, at=f"/desk/t/{number}")
    plain.fill("#words", "Half a thought")
    plain.click("text=Save draft")
    expect(plain.locator("#words")).to_have_value("Half a thought")
    plain.fill("#words", "A whole thought")
    plain.locator("#macros-open").click()
    plain.click("text=All macros")
    expect(plain.locator("h1")).to_contain_text("Macros for")
    plain.goto(f"/desk/t/{number}")
    expect(plain.locator("#words")).to_have_value("A whole thought")
    plain.locator("[data-send]").click()
    plain.locator(".banner [data-undo]").click()
    expect(plain.locator("#words")).to_have_value("A whole thought")
    plain.goto(f"/desk/t/{number}/more")
    plain.locator("text=Until the customer writes").click()
    expect(plain.locator("body")).to_contain_text("Snoozed until the customer writes")


def test_a_cut_line_an_ended_session_and_a_slow_file_cost_no_word_and_send_nothing_twice(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Bad network")
    bob = sign_in("bob", domain="desk", at=f"/desk/t/{number}")
    bob.locator("#words").fill("Before")
    expect(bob.locator("#draft-state")).to_contain_text("Draft saved")
    bob.context.set_offline(True)
    bob.locator("#words").fill("Before and after the cut")
    expect(bob.locator("#draft-state")).to_contain_text("Not saved yet")
    bob.locator("#words").press("Control+Enter")
    bob.wait_for_url("chrome-error://**")
    bob.context.set_offline(False)
    bob.goto(f"/desk/t/{number}")  # the draft that the desk has is older
    expect(bob.locator("#words")).to_have_value("Before and after the cut")
    expect(bob.locator("#draft-state")).to_contain_text("Draft saved")
    held: list[Route] = []
    bob.route("**/uploads", lambda route: held.append(route))
    bob.set_input_files("#files", {"name": "pump.log", "mimeType": "text/plain", "buffer": b"line"})
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator("#draft-state")).to_have_text("It is sent as soon as the files are there.")
    held.pop().continue_()
    expect(bob.locator(".msg--held")).to_contain_text("Before and after the cut")
    expect(bob.locator("#words")).to_have_value("")  # what was sent doesn't come back
    bob.wait_for_load_state()
    bob.locator(".htmx-request").first.wait_for(state="detached")  # a part asked for while signed out leads to the sign-in page
    bob.context.clear_cookies(name="sd_session")
    bob.locator("#words").fill("Signed out in the middle")
    expect(bob.locator("#draft-state")).to_contain_text("You are signed out.")
    bob.locator("#words").press("Control+Enter")
    bob.fill("#id_login", "bob@desk.acme.example")
    bob.fill("#id_password", PASSWORD)
    bob.click("button[type=submit]")
    expect(bob.locator("#words")).to_have_value("Signed out in the middle")
    expect(bob.locator("#draft-state")).to_contain_text("Draft saved")
    wait_for(lambda: _comments(stack, number) == ["Before and after the cut"], 30)


def test_a_quick_hand_at_the_palette_gets_what_it_typed(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "By number")
    bob = sign_in("bob", domain="desk", at="/desk/views/all")
    bob.keyboard.press("Control+k")
    bob.keyboard.type(f"#{number}")
    bob.keyboard.press("Enter")  # the list still shows what an empty field finds
    expect(bob.locator("h1")).to_have_text("By number")
    bob.keyboard.press("z")  # there is nothing to undo, and nothing is left for it
    expect(bob.locator("h1")).to_have_text("By number")
    bob.context.set_offline(True)
    bob.keyboard.press("Control+k")
    bob.keyboard.type("mine")
    expect(bob.locator("#palette-list")).to_contain_text("No connection to the desk.")
