"""Looking at screens with Chromium: steps done on them, pictures, and what doesn't fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, Page

from screens.accessibility import AXE_SCRIPT
from screens.listing import Screen
from screens.roles import ROLES

HEIGHTS = {1440: 900, 820: 1100, 720: 450, 390: 844, 320: 640}
_TALLEST = 2600
_SETTLED = """async () => {
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const busy = () => document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling");
    const moving = () => document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    await document.fonts.ready;
    for (let turn = 0; turn < 40 && busy(); turn++) await new Promise((done) => setTimeout(done, 25));
    await frames();
    for (let turn = 0; turn < 20 && moving().length; turn++) {  // a colour that is inherited moves after its parent's
        await Promise.allSettled(moving().map((one) => one.finished));
        await frames();
    }
}"""
# A look is put on at once: as long as colours fade, everything is painted again and again.
_AT_ONCE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after { transition: none !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
_AS_IT_WAS = "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); }"
# What sticks out of the page, and what can be pressed but lies outside of it (not inside of a box that scrolls).
_MISFITS = """() => {
    const found = [], wide = document.documentElement.clientWidth, root = document.documentElement;
    if (root.scrollWidth > wide) {
        const guilty = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > wide + 1
            && !e.closest(".vh")).slice(-1)[0];
        found.push(`the page scrolls sideways by ${root.scrollWidth - wide} px` + (guilty ? `, to ${name(guilty)}` : ""));
    }
    for (const e of document.querySelectorAll("a, button, input, select, textarea, summary")) {
        const box = e.getBoundingClientRect();
        if (!box.width || e.closest(".vh, .skip, dialog:not([open])") || scrolls(e) || getComputedStyle(e).visibility === "hidden") continue;
        if (box.right > wide + 1 || box.left < -1) found.push(`out of sight: ${name(e)}`);
    }
    function scrolls(e) {
        for (let p = e.parentElement; p; p = p.parentElement) {
            if (["auto", "scroll"].includes(getComputedStyle(p).overflowX) && p !== root && p !== document.body) return true;
        }
        return false;
    }
    function name(e) { return e.outerHTML.slice(0, 120).replace(/\\s+/g, " "); }
    return found.slice(0, 5);
}"""
_RING = """() => {
    const one = [...document.querySelectorAll("main a[href], main button, main input:not([type=hidden])")]
        .find((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest(".vh") && !e.disabled);
    if (!one || document.querySelector("dialog[open]")) return "";
    one.focus({focusVisible: true});
    const look = getComputedStyle(one);
    return look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 1 ? one.outerHTML.slice(0, 120) : "";
}"""
_MOVING = """() => document.getAnimations().filter((a) => (a.effect?.getComputedTiming().duration ?? 0) > 50)
    .map((a) => a.effect.target?.className ?? "?").slice(0, 5)"""


@dataclass
class Finding:
    """Something wrong with a screen."""

    screen: str
    where: str
    what: str
    details: list[str] = field(default_factory=list)


class Visits:
    """Pages of an installation, as each role sees them."""

    def __init__(self, browser: Browser, port: int, scene: dict[str, Any], language: str = "") -> None:
        self.browser, self.port, self.scene, self.language = browser, port, scene, language or "en-GB"
        self._pages: dict[str, Page] = {}
        self._touched: set[Page] = set()

    def address(self, screen: Screen) -> str:
        """Where the screen is."""
        host = screen.host or ROLES.get(screen.who, ("stakater",))[0]
        return f"http://{host}.localhost:{self.port}{screen.path.format(**self.scene['values'])}"

    def page(self, who: str) -> Page:
        """The page of this role, signed in. All of its screens come one after the other in it: to make a page takes longer than to load one."""
        if who not in self._pages:
            context = self.browser.new_context(reduced_motion="reduce", locale=self.language)
            context.add_init_script(AXE_SCRIPT)
            if who:
                context.add_cookies([{"name": "sd_session", "value": self.scene["sessions"][who], "path": "/",
                                      "domain": f"{ROLES[who][0]}.localhost"}])
            self._pages[who] = context.new_page()
            self._pages[who].set_default_timeout(20_000)
        return self._pages[who]

    def open(self, page: Page, screen: Screen, width: int) -> str:
        """Go there and do the steps. What went wrong, if something did."""
        resize(page, width)
        if page in self._touched:  # words that were typed on an earlier screen are kept for this window; not for the next picture
            page.goto(urljoin(page.url, "/health/live"))
            page.evaluate("sessionStorage.clear()")
            self._touched.discard(page)
        if screen.steps:
            self._touched.add(page)
        answer = page.goto(self.address(screen))
        if answer is None or answer.status != screen.status:
            return f"answered {answer.status if answer else 'nothing'} in place of {screen.status}"
        try:
            page.wait_for_load_state("load")
            page.locator(".htmx-request").first.wait_for(state="detached", timeout=3000)
            for step in screen.steps:
                do(page, *step)
        except Error as error:
            return f"a step failed: {str(error).splitlines()[0]}"
        return ""

    def close(self) -> None:
        """End all sessions."""
        for page in self._pages.values():
            page.context.close()


def do(page: Page, act: str, *what: str) -> None:
    """One step on a page."""
    if act == "click":
        page.locator(what[0]).first.click()
    elif act == "fill":
        page.locator(what[0]).first.fill(what[1])
    elif act == "type":
        page.locator(what[0]).first.press_sequentially(what[1])
    elif act == "key":
        page.keyboard.press(what[0])
    elif act == "see":
        page.locator(what[0]).first.wait_for(state="visible")
    elif act == "send":
        page.evaluate("""() => { const form = document.querySelector("main form[method=post]:has(.btn--primary)");
            form.noValidate = true; form.requestSubmit(form.querySelector(".btn--primary[type=submit], .btn--primary")); }""")
        page.wait_for_load_state()
    elif act == "submit":
        page.evaluate("(where) => { const form = document.querySelector(where); form.noValidate = true; form.requestSubmit(); }", what[0])
        page.wait_for_load_state()
    elif act == "show":  # with the words of its button, where a script would write them
        page.evaluate("""([where, words]) => { const one = document.querySelector(where); one.hidden = false;
            if (words) one.querySelector("button").textContent = words; }""", [what[0], *what[1:], ""][:2])
    elif act == "rest":
        page.wait_for_timeout(400)
    else:
        raise ValueError(act)


def resize(page: Page, width: int) -> None:
    """Another window, the page in it as it stands."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def settle(page: Page, **media: Any) -> None:
    """Wear these looks, and be done with changing."""
    page.evaluate(_AT_ONCE)
    page.emulate_media(**media)
    page.evaluate(_SETTLED)
    page.evaluate(_AS_IT_WAS)


def take(page: Page, file: Path) -> None:
    """A picture of the whole page; of what is in sight where something lies over the page."""
    if page.locator("dialog[open], details.menu[open]").count():
        page.screenshot(path=file)
        return
    page.evaluate("scrollTo(0, 0)")
    height = min(_TALLEST, page.evaluate("Math.max(document.documentElement.scrollHeight, innerHeight)"))
    size = page.viewport_size or {"width": 1440}
    page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": height})


def misfits(page: Page) -> list[str]:
    """What doesn't fit the width."""
    return list(page.evaluate(_MISFITS))


def without_ring(page: Page) -> list[str]:
    """The first thing to focus, if one can't see that it has the focus."""
    found = page.evaluate(_RING)
    return [found] if found else []


def moving(page: Page) -> list[str]:
    """What moves although the visitor asked for rest."""
    return list(page.evaluate(_MOVING))
