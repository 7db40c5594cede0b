"""The browser that tests and pictures are made with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MISSING = "Chromium is missing. On Debian: apt install chromium-headless-shell"
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the shell draws no windows: half the work
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--font-render-hinting=none",
          "--renderer-process-limit=1"]  # a quarter of the work is the start of a process for each visitor


def browser_program() -> str | None:
    """Where Chromium is, as Debian has it."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium without windows. Raises SystemExit when there is none on this machine."""
    from playwright.sync_api import sync_playwright  # of the tests' requirements

    program = browser_program()
    if program is None:
        raise SystemExit(MISSING)
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=program, args=_FLAGS)
        yield running
        running.close()
