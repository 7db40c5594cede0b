"""Two agents and a customer at one ticket, in real browsers: nobody loses a word."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Stack
from tests.journeys.test_ticket import check_axe

SignIn = Callable[..., Page]
_HEAD = ("from datetime import *; from accounts.models import Tenant; from accounts.tenancy import tenant_scope\n"
         "from tests.factories.desk import Desk; from tickets.models import *; from tickets.services import *\n"
         "t = Tenant.objects.get(slug='acme')\nat = datetime.now(UTC)\nwith tenant_scope(t):\n    d = Desk(t)\n")


def _ticket(stack: Stack, subject: str) -> str:
    return stack.run(f"{_HEAD}    print(d.ticket(at=at, subject={subject!r}).number)")


def _customer_writes(stack: Stack, number: str, words: str) -> None:
    stack.run(f"{_HEAD}    k = Ticket.objects.get(number={number})\n"
              f"    add_requester_message(k, Entry({words!r}), by=k.requester, at=at)")


def _comments(stack: Stack, number: str) -> list[str]:
    return stack.run(f"{_HEAD}    print(*Comment.objects.filter(ticket__number={number}, author_kind='staff')"
                     ".order_by('id').values_list('body', flat=True), sep='\\n')").splitlines()


def test_two_agents_on_one_ticket_lose_no_word(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Two at once")
    bob, mia = sign_in("bob", domain="desk"), sign_in("mia", domain="desk")
    bob.goto(f"/desk/t/{number}")
    mia.goto(f"/desk/t/{number}")
    expect(bob.locator("#presence")).to_contain_text("Mia is looking at this too")
    mia.locator("#words").press_sequentially("Mia's half ")
    expect(bob.locator("#presence")).to_contain_text("Mia is writing")
    expect(mia.locator("#draft-state")).to_contain_text("Draft saved")
    check_axe(bob)
    bob.click("text=See draft")
    expect(bob.locator("body")).to_contain_text("Mia's half")
    check_axe(bob)
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
    bob = sign_in("bob", domain="desk")
    bob.goto(f"/desk/t/{number}")
    bob.locator("#words").press_sequentially("Nearly do")
    bob.goto("/desk/views/queue")  # before the second in which the draft is saved is over
    bob.goto(f"/desk/t/{number}")
    expect(bob.locator("#words")).to_have_value("Nearly do")
    other = sign_in("bob", domain="desk", viewport={"width": 390, "height": 800})
    other.goto(f"/desk/t/{number}")
    expect(other.locator("#words")).to_have_value("Nearly do")
    check_axe(other)
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_the_customer_writes_meanwhile_is_seen_before_sending(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Crossing")
    bob = sign_in("bob", domain="desk")
    bob.goto(f"/desk/t/{number}")
    bob.locator("#words").fill("Please restart it.")
    _customer_writes(stack, number, "It works again.")
    expect(bob.locator("[data-send]")).to_have_text("Review, then send")
    expect(bob.locator(".msg.is-new")).to_contain_text("It works again.")
    expect(bob.locator("#words")).to_have_value("Please restart it.")


def test_a_reply_is_taken_back_by_a_key_and_sent_again(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "Too fast")
    bob = sign_in("bob", domain="desk")
    bob.goto(f"/desk/t/{number}")
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
    bob = sign_in("bob", domain="desk")
    bob.goto("/desk/macros/new")
    check_axe(bob)
    bob.fill("#id_name", "Log please")
    bob.fill("#id_body", "Hello {{requester_first}}, the log please.")
    bob.fill("#id_add_tags", "log")
    bob.click("text=Keep the macro")
    check_axe(bob)
    bob.goto(f"/desk/t/{number}")
    bob.keyboard.press("m")
    option = bob.locator("#macros button", has_text="Log please")
    expect(option).to_be_focused()
    check_axe(bob)
    bob.keyboard.press("Enter")
    expect(bob.locator("#words")).to_have_value("Hello Carol, the log please.")
    expect(bob.locator(".effects")).to_contain_text("Tag added: log")
    bob.locator("#words").press("Control+Enter")
    expect(bob.locator(".tk__facts .tag")).to_have_text("log", timeout=20_000)


def test_files_are_dropped_and_pasted_ahead_of_the_words(stack: Stack, sign_in: SignIn) -> None:
    number = _ticket(stack, "With files")
    bob = sign_in("bob", domain="desk")
    bob.goto(f"/desk/t/{number}")
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
    bob = sign_in("bob", domain="desk")
    bob.goto(f"/desk/t/{number}?view=all")
    bob.keyboard.press("t")
    expect(bob.locator("#tags")).to_be_focused()
    check_axe(bob)
    bob.fill("#tags", "pump")
    bob.keyboard.press("Enter")
    expect(bob.locator(".tk__facts .tag")).to_have_text("pump")
    bob.click("[data-undo]")
    expect(bob.locator(".tk__facts .tag")).to_have_count(0)
    plain = sign_in("bob", domain="desk", java_script_enabled=False)
    plain.goto(f"/desk/t/{number}")
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
