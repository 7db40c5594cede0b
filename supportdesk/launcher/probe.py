"""Looking at the running installation from outside, as a person would."""

from __future__ import annotations

import http.client
import json
import random
import socket
import urllib.error
import urllib.request
from typing import Any

from supportdesk.launcher.state import State, is_running, paths


def is_free(port: int) -> bool:
    """Could a server listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """One for a server that starts soon. Not of those that the system gives to outgoing connections: it may be given away
    before the server is there.
    """
    return next(port for port in iter(lambda: random.SystemRandom().randrange(15_000, 32_000), 0) if is_free(port))


def web_answers(port: int) -> bool:
    """Does the web server say that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return False


def smtp_answers(port: int) -> bool:
    """Does the mail listener greet."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
            link.settimeout(2)
            return link.recv(64).startswith(b"220")
    except OSError:
        return False


def logins(state: State) -> list[dict[str, str]]:
    """The demo logins, with the address to use them at; none when there is no demo data."""
    try:
        found: list[dict[str, str]] = json.loads((paths().var / "logins.json").read_text())
    except (OSError, ValueError):
        return []
    return [{**row, "address": row["address"].replace(":0", f":{state.port}")} for row in found]


def health(state: State) -> dict[str, Any]:
    """The answer of `status --json`."""
    running = is_running(state.supervisor)
    processes = {}
    for name, mark in state.processes.items():
        alive = is_running(mark)
        healthy = alive and {"web": lambda: web_answers(state.port), "smtp": lambda: smtp_answers(state.smtp_port)}.get(
            name, lambda: True)()
        processes[name] = {"pid": int(mark[0]) if mark else 0, "state": "running" if alive else "stopped",
                           "healthy": healthy}
    found = logins(state) if running else []
    return {
        "running": running, "ready": running and state.ready,
        "addresses": {row["tenant"]: row["address"] for row in found if row["tenant"]},
        "smtp": {"host": "127.0.0.1", "port": state.smtp_port}, "logins": found,
        "processes": processes if running else {},
    }
