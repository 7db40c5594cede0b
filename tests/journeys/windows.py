"""Browser windows for one test after the other: a new one is a new process, which starts for longer than most tests work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

_SIZE = {"width": 1280, "height": 720}
_QUIET = "/health/live"  # of the same origin, without scripts


class Windows:
    """Those of one browser. What a page says of errors and of refused inline code gathers in `problems`."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser, self.base_url = browser, base_url
        self.problems: list[str] = []
        self._free: dict[str, list[Page]] = {}
        self._taken: list[tuple[str, Page]] = []

    def take(self, *, viewport: Any = None, script: str = "", **options: Any) -> Page:
        """A window without cookies and memory; `script` runs in each of its pages."""
        kind = "" if script else repr(sorted(options.items()))
        page = self._free[kind].pop() if self._free.get(kind) else self._new(options)
        if script:
            page.add_init_script(script)
        page.set_viewport_size(viewport or _SIZE)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
        self._taken.append((kind, page))
        return page

    def give_back(self) -> None:
        """All that were taken, emptied for the next test."""
        for kind, page in self._taken:
            if not kind:
                page.context.close()
                continue
            page.context.set_offline(False)
            page.unroute_all(behavior="ignoreErrors")
            for other in page.context.pages:
                if other is not page:
                    other.close()
            page.mouse.move(0, 0)
            page.goto(_QUIET)
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.context.clear_cookies()
            self._free.setdefault(kind, []).append(page)
        self._taken.clear()

    def _new(self, options: dict[str, Any]) -> Page:
        page = self.browser.new_context(base_url=self.base_url, **options).new_page()
        page.set_default_timeout(10_000)
        page.keyboard.press = _patient(page, page.keyboard.press)  # type: ignore[method-assign]
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda m: self.problems.append(m.text) if "Content Security" in m.text else None)
        return page


def _patient(page: Page, press: Callable[[str], None]) -> Callable[[str], None]:
    """Keys as a hand presses them: once the page is there and its scripts listen."""
    def pressing(key: str) -> None:
        page.wait_for_load_state()
        press(key)
    return pressing
