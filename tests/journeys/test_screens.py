"""Every page of the product once in Chromium, on a desk or on a phone, light and dark. All states and widths in both are
looked at by `manage.py screenshots DIR --axe`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from screens.accessibility import axe
from screens.camera import Visits, misfits, moving, settle, without_ring
from screens.installation import SCENE, web
from screens.listing import SCREENS, Screen, first_of_each_page
from tests.databases import ROOT, fresh_database

_PAGES = first_of_each_page(SCREENS)
_SHARES = 4


@pytest.fixture(scope="module")
def visits(browser: Browser, tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Visits]:
    """The scene of the pictures, without the demo's history."""
    number = int(worker_name.removeprefix("gw")) if worker_name != "main" else 0
    environment = {**os.environ, "DATABASE_URL": fresh_database(f"screens_{worker_name}"),
                   "REDIS_URL": re.sub(r"db=\d+", f"db={8 + number}", os.environ["REDIS_URL"]),
                   "DJANGO_SETTINGS_MODULE": "screens.settings", "SUPPORTDESK_LOCAL": "1",
                   "SUPPORTDESK_VAR": str(tmp_path_factory.mktemp("screens")), "SUPPORTDESK_NO_BOOTSTRAP": "1"}
    made = subprocess.run([sys.executable, str(ROOT / "manage.py"), "shell", "-v", "0", "-c", SCENE.format(language="")], env=environment,
                          cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
    with web(environment) as port:
        found = Visits(browser, port, json.loads(made.stdout.splitlines()[-1]))
        yield found
        found.close()


def _faults(visits: Visits, screen: Screen, *, on_phone: bool) -> list[str]:
    page = visits.page(screen.who)
    problem = visits.open(page, screen, 390 if on_phone else 1440)
    found = [problem] if problem else []
    for scheme in ("dark", "light"):
        settle(page, color_scheme=scheme, forced_colors="none")
        found += axe(page, only_colors=scheme == "dark")
    found += misfits(page) + moving(page)
    page.set_viewport_size({"width": 320 if on_phone else 720, "height": 640})
    found += misfits(page)
    settle(page, forced_colors="active")
    found += without_ring(page)
    return [f"{screen.name}: {fault}" for fault in found]


@pytest.mark.parametrize("share", range(_SHARES))
def test_every_page_is_accessible_fits_and_rests(visits: Visits, share: int) -> None:
    faults = [fault for number, screen in enumerate(_PAGES[share::_SHARES])
              for fault in _faults(visits, screen, on_phone=(number + share) % 2 == 1)]
    assert not faults, "\n".join(faults)


def test_a_faint_colour_is_found_beside_what_was_looked_at_before(browser: Browser) -> None:
    page = browser.new_page()
    shown = '<html lang="en"><title>T</title><style>{}</style><main><h1>One</h1><p class="{}">Two</p></main>'

    def found(style: str, kind: str) -> list[str]:
        page.set_content(shown.format(style, kind))
        return [fault.partition(":")[0] for fault in axe(page)]

    assert found(".faint { color: #bbb }", "plain") == []
    assert found(".faint { color: #bbb }", "plain") == []
    assert found(".faint { color: #bbb }", "faint") == ["color-contrast"]
    assert found(".plain { color: #bbb }", "plain") == ["color-contrast"]  # the same words in another dress
    assert found(".plain { color: #bbb }", "plain") == ["color-contrast"]  # what was found is not taken for known
    page.close()
