"""up, status, down, test, screenshots."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from supportdesk.launcher import servers
from supportdesk.launcher.browser import MISSING, browser_program
from supportdesk.launcher.probe import health, is_free, logins
from supportdesk.launcher.state import CHECKOUT, Paths, is_running, paths, read_state
from supportdesk.launcher.supervisor import StartError, Supervisor, end_leftovers

SILENT_SECONDS = 180  # nothing new was said for so long: it won’t come up any more


def say(text: str = "") -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(command: str, arguments: list[str]) -> int:
    """Carry out a launcher command; returns the exit code."""
    if command in {"test", "screenshots"}:
        return test(arguments) if command == "test" else screenshots(arguments)
    parser = argparse.ArgumentParser(prog=f"manage.py {command}")
    if command == "up":
        parser.add_argument("--detach", action="store_true", help="return when everything is ready")
        parser.add_argument("--port", type=int, default=8000, help="web port (default 8000)")
        parser.add_argument("--smtp-port", type=int, default=2525, help="mail port (default 2525)")
    if command == "status":
        parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(arguments)
    try:
        if command == "up":
            return up(options)
        return status(as_json=options.as_json) if command == "status" else down()
    except (servers.ServerError, StartError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.strerror or error}: {error.filename or ''}\n"
                         + ("Free some disk space and try again.\n" if error.errno == 28 else ""))
        return 1


def _prepare(where: Paths, options: Any) -> None:
    """Refuse to run twice or on a taken port; end what a killed run has left behind."""
    where.var.mkdir(parents=True, exist_ok=True)
    where.logs.mkdir(exist_ok=True)
    if where.run.exists() and where.run.stat().st_uid != os.getuid():
        raise StartError(f"{where.run} belongs to another user. Set SUPPORTDESK_VAR to a folder of your own.")
    state = read_state(where)
    if is_running(state.supervisor):
        raise StartError(f"supportdesk is already running on port {state.port}. See: python3 manage.py status")
    end_leftovers(where, state)
    for port, option in ((options.port, "--port"), (options.smtp_port, "--smtp-port")):
        if not is_free(port):
            raise StartError(f"Port {port} is taken. Choose another: python3 manage.py up {option} {port + 10}")
    if shutil.disk_usage(where.var).free < 300 * 1024 * 1024:
        raise StartError(f"Less than 300 MB are free at {where.var}. Free some disk space and try again.")
    where.run.mkdir(mode=0o711, exist_ok=True)


def up(options: Any) -> int:
    """Start everything. In the foreground until Ctrl-C; detached, return when it is ready."""
    where = paths()
    _prepare(where, options)
    if options.detach:
        return _detach(where)
    supervisor = Supervisor(where, options.port, options.smtp_port)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: supervisor.ask_to_stop())
    try:
        supervisor.start(say)
        if not supervisor.stopping:
            _welcome(where)
            supervisor.watch()
    finally:
        supervisor.stop_all()
        say("Stopped.")
    return 0


def _detach(where: Paths) -> int:
    """Run the supervisor in a session of its own, tell what it says and wait until it is ready."""
    log = where.logs / "supervisor.log"
    with log.open("wb") as out:
        child = subprocess.Popen([sys.executable, str(CHECKOUT / "manage.py"),
                                  *[a for a in sys.argv[1:] if a != "--detach"]],
                                 stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, cwd=CHECKOUT)
    told, heard = 0, time.monotonic()
    while time.monotonic() < heard + SILENT_SECONDS and child.poll() is None:
        said = log.read_text(errors="replace").split("\n")[:-1]
        state = read_state(where)  # after the log: what it says once it is ready isn't said twice
        if state.ready and is_running(state.supervisor):
            _welcome(where)
            return 0
        for line in said[told:]:
            say(line)
        told, heard = len(said), time.monotonic() if len(said) > told else heard
        time.sleep(0.1)
    _end(child)
    sys.stderr.write("supportdesk did not become ready. The end of the log:\n")
    sys.stderr.write("\n".join(log.read_text(errors="replace").splitlines()[-25:]) + "\n")
    return 1


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, and insist when it doesn't within half a minute."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()


def _welcome(where: Paths) -> None:
    state = read_state(where)
    say(f"\nsupportdesk runs. Mail comes in at 127.0.0.1:{state.smtp_port}, mail sent lies in {where.var / 'mail'}.")
    for login in logins(state):
        say(f"  {login['address']:<36} {login['role']:<14} {login['email']:<40} {login['password']}")
    say("Ctrl-C or `python3 manage.py down` ends it; `python3 manage.py status` shows how it does.")


def status(*, as_json: bool) -> int:
    """How the installation does. Exit code 0 when it runs and all is healthy."""
    state = read_state(paths())
    found = health(state)
    if as_json:
        say(json.dumps(found, indent=1))
    elif not found["running"]:
        say("supportdesk is not running. Start it: python3 manage.py up")
    else:
        for slug, address in found["addresses"].items():
            say(f"{slug:<14} {address}")
        say(f"mail           {found['smtp']['host']}:{found['smtp']['port']}")
        for name, process in found["processes"].items():
            say(f"{name:<14} {process['state']:<10} pid {process['pid']}  "
                f"{'healthy' if process['healthy'] else 'NOT HEALTHY'}")
    return 0 if found["running"] and all(p["healthy"] for p in found["processes"].values()) else 1


def down() -> int:
    """End everything and wait until it is gone."""
    where = paths()
    state = read_state(where)
    if is_running(state.supervisor):
        os.kill(int(state.supervisor[0]), signal.SIGTERM)
        until = time.monotonic() + 60
        while is_running(state.supervisor) and time.monotonic() < until:
            time.sleep(0.1)
    end_leftovers(where, read_state(where))
    say("supportdesk is down.")
    return 0


def test(arguments: list[str]) -> int:
    """Run the tests against throwaway servers; the exit code is pytest's."""
    if browser_program() is None:
        sys.stderr.write(f"{MISSING}; the browser tests will fail.\n")
    try:
        with servers.throwaway() as environment:
            for name in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(name, lambda *_: sys.exit(143))
            parallel = [] if arguments else ["-n", "3"]
            return subprocess.run([sys.executable, "-m", "pytest", *parallel, *arguments],
                                  env=environment | {"DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "test-key"},
                                  cwd=CHECKOUT, check=False).returncode
    except servers.ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def screenshots(arguments: list[str]) -> int:
    """Pictures of every screen, from an installation of their own."""
    from screens.command import run as take_pictures

    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(143))
    return take_pictures(arguments)
