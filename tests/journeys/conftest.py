"""The real thing for browsers: web server, worker and mail listener as processes, on a database of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from redis import Redis

from supportdesk.launcher.browser import chromium
from supportdesk.launcher.probe import free_port, smtp_answers, web_answers
from tests.databases import ROOT, fresh_database
from tests.factories.desk import PASSWORD
from tests.journeys.windows import Windows

_files = count(1)
PROCESSES = ("web", "worker", "smtp", "shell")
_SHELL = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import close_old_connections
for line in sys.stdin:
    said, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(line), {})
    except Exception:
        error = traceback.format_exc()
    close_old_connections()
    print(json.dumps({"said": said.getvalue(), "error": error}), flush=True)
"""


@dataclass
class Stack:
    """A running installation. `worker` can be killed and started again."""

    environment: dict[str, str]
    port: int
    smtp_port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    signed_in: dict[str, list[Any]] = field(default_factory=dict)  # session cookies by address

    def start(self, name: str) -> None:
        python, manage = sys.executable, str(ROOT / "manage.py")
        command = {
            "web": [python, "-m", "uvicorn", "supportdesk.asgi:application", "--host", "127.0.0.1", "--port",
                    str(self.port), "--timeout-graceful-shutdown", "1", "--log-level", "warning", "--no-access-log"],
            "worker": [python, "-m", "celery", "-A", "supportdesk", "worker", "--pool", "threads", "--concurrency", "2",
                       "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"],
            "smtp": [python, manage, "smtp_listener", "--port", str(self.smtp_port)],
            "shell": [python, "-c", _SHELL],
        }[name.partition("-")[0]]
        log = Path(self.environment["SUPPORTDESK_VAR"]) / f"{name}.log"
        with log.open("ab") as out:
            talks = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} if name == "shell" else {"stdout": out}
            self.processes[name] = subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=out, **talks)  # type: ignore[call-overload]

    def kill(self, name: str) -> None:
        """SIGKILL: no time to tidy up."""
        self.processes[name].kill()
        self.processes[name].wait()

    def run(self, code: str) -> str:
        """Python inside the installation, in a process that stays. Gives what it prints."""
        shell = self.processes["shell"]
        assert shell.stdin
        assert shell.stdout
        shell.stdin.write(json.dumps(code).encode() + b"\n")
        shell.stdin.flush()
        done = json.loads(shell.stdout.readline())
        assert not done["error"], done["error"][-2000:]
        return str(done["said"]).strip()


def wait_for(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """The condition's value as soon as it is true."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, "it didn't happen in time"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Stack]:
    """The processes; what they work on is made anew for each file of journeys."""
    number = int(worker_name.removeprefix("gw")) if worker_name != "main" else 0
    environment = {**os.environ, "DATABASE_URL": fresh_database(f"journeys_{worker_name}"),
                   "REDIS_URL": re.sub(r"db=\d+", f"db={8 + number}", os.environ["REDIS_URL"]),
                   "DJANGO_SETTINGS_MODULE": "supportdesk.settings", "SUPPORTDESK_LOCAL": "1",
                   "SUPPORTDESK_VAR": str(tmp_path_factory.mktemp("var")), "SUPPORTDESK_NO_BOOTSTRAP": "1", "UNDO_SEND_SECONDS": "3"}
    running = Stack(environment, free_port(), free_port())
    for name in PROCESSES:
        running.start(name)
    try:
        wait_for(lambda: web_answers(running.port) and smtp_answers(running.smtp_port), 90)
        yield running
    finally:
        for process in running.processes.values():
            process.kill()  # nothing of it is kept; a polite end takes two seconds
        for process in running.processes.values():
            process.wait()


@pytest.fixture(scope="module")  # journeys of one file share what they find; those of another find nothing of theirs
def stack(installation: Stack, worker_name: str) -> Stack:
    """acme and globex, empty of tickets."""
    for name in set(installation.processes) - set(PROCESSES):
        installation.kill(name)
        del installation.processes[name]
    for name in PROCESSES:
        if installation.processes[name].poll() is not None:
            installation.start(name)
    fresh_database(f"journeys_{worker_name}", next_ids=100_000 * next(_files))
    # The processes remember settings by their version: those of the copy must not look like what they know.
    installation.run("from accounts.models import Tenant; import time\n"
                     "Tenant.objects.update(settings_version=time.time_ns())")
    waiting = Redis.from_url(installation.environment["REDIS_URL"])
    if keys := [key for key in waiting.scan_iter() if not key.startswith(b"_kombu.binding")]:
        waiting.delete(*keys)
    shutil.rmtree(Path(installation.environment["SUPPORTDESK_VAR"]) / "mail", ignore_errors=True)
    installation.signed_in.clear()
    return installation


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as Debian has it."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def windows(installation: Stack, browser: Browser) -> Windows:
    """At acme."""
    return Windows(browser, f"http://acme.localhost:{installation.port}")


@pytest.fixture
def sign_in(stack: Stack, windows: Windows) -> Iterator[Callable[..., Page]]:
    """A page of acme's, `at` an address, signed in as somebody: the first of a file by the form, all else by a cookie.

    Any script error or refused inline code fails the test.
    """
    def open_page(name: str, *, domain: str, at: str = "/", **options: Any) -> Page:
        who = f"{name}@{domain}.acme.example"
        page = windows.take(**options)
        if stack.signed_in:
            if who not in stack.signed_in:
                key = stack.run(f"from screens.cast import session_for; print(session_for({who!r}))")
                stack.signed_in[who] = [{**next(iter(stack.signed_in.values()))[0], "value": key}]
            page.context.add_cookies(stack.signed_in[who])
        else:
            page.goto("/account/login/")
            page.fill("#id_login", who)
            page.fill("#id_password", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_url(lambda url: "/account/login" not in url)
            stack.signed_in[who] = [c for c in page.context.cookies() if c["name"] == "sd_session"]  # type: ignore[misc]
        page.goto(at)
        return page

    windows.problems.clear()
    yield open_page
    windows.give_back()
    assert windows.problems == []
