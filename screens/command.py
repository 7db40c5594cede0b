"""`manage.py screenshots DIR`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from playwright.sync_api import Page

from screens.accessibility import axe
from screens.camera import Finding, Visits, misfits, moving, resize, settle, take, without_ring
from screens.installation import installation
from screens.listing import SCREENS, Screen
from screens.report import file_of, write_index, write_report
from supportdesk.launcher.browser import chromium

THEMES, WIDTHS = ("light", "dark"), (1440, 820, 390)
NARROW = (720, 320)  # 200 % zoom of 1440, and the narrowest that WCAG asks for


def run(arguments: list[str]) -> int:
    """Take the pictures; with --axe also look for faults. The exit code is 1 when some are found."""
    parser = argparse.ArgumentParser(prog="manage.py screenshots")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--axe", action="store_true", help="run axe, look for what doesn't fit, write report.txt")
    parser.add_argument("--only", default="", help="screens whose name has one of these words, with commas between")
    parser.add_argument("--language", default="", metavar="CODE", help="everybody reads this one")
    parser.add_argument("--no-pictures", action="store_true", help="with --axe: faults only")
    options = parser.parse_args(arguments)
    words = [word for word in options.only.split(",") if word]
    chosen = [s for s in SCREENS if not words or any(word in s.name for word in words)]
    options.folder.mkdir(parents=True, exist_ok=True)
    began, findings = time.monotonic(), []
    with installation(_say, language=options.language) as (port, scene), chromium() as browser:
        visits = Visits(browser, port, scene, options.language)
        for number, screen in enumerate(chosen, 1):
            _say(f"{number}/{len(chosen)} {screen.name} ({time.monotonic() - began:.0f} s)")
            findings += look(visits, screen, options.folder if not options.no_pictures else None, faults=options.axe)
        visits.close()
    write_index(options.folder, SCREENS, THEMES, WIDTHS)
    if options.axe:
        write_report(options.folder, findings, len(chosen) * len(THEMES) * len(WIDTHS))
    for one in findings:
        _say(f"{one.screen} [{one.where}] {one.what}")
    _say(f"{len(chosen)} screens, {len(findings)} findings. Look through {options.folder / 'index.html'}")
    return 1 if findings else 0


def look(visits: Visits, screen: Screen, folder: Path | None, *, faults: bool) -> list[Finding]:
    """One screen in both themes and all widths: loaded once, since whoever turns a phone doesn't load it again either."""
    page = visits.page(screen.who)
    problem = visits.open(page, screen, WIDTHS[0])
    found: list[tuple[object, str, list[str]]] = [(WIDTHS[0], "could not be shown", [problem] if problem else [])]
    for width in sorted({*WIDTHS, *(NARROW if faults else ())}, reverse=True):
        resize(page, width)
        for theme in THEMES if width in WIDTHS else ():
            settle(page, color_scheme=theme, forced_colors="none")
            if folder is not None:
                take(page, folder / file_of(screen, theme, width))
            found.append((f"{theme} {width}", "axe", axe(page, only_colors=theme != "light") if faults else []))
        settle(page, color_scheme="light")
        found.append((width, "doesn't fit", misfits(page) if faults else []))
    if faults:
        found += _other_looks(page, screen, folder)
    return [Finding(screen.name, str(where), what, details) for where, what, details in found if details]


def _other_looks(page: Page, screen: Screen, folder: Path | None) -> list[tuple[object, str, list[str]]]:
    """At rest, and in colours that the system forces upon it."""
    found: list[tuple[object, str, list[str]]] = [("reduced motion", "moves", moving(page))]
    resize(page, WIDTHS[0])
    settle(page, forced_colors="active", color_scheme="dark")
    if folder is not None:
        take(page, folder / file_of(screen, "forced", WIDTHS[0]))
    found.append(("forced colours", "focus can't be seen", without_ring(page)))
    return found


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
