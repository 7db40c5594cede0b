"""The README's command, as a newcomer runs it: in a data folder and on ports of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import pytest

from supportdesk.launcher.probe import free_port
from supportdesk.launcher.servers import data_folder

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """`manage.py` in its own data folder, without this test run's servers."""

    def __init__(self, var: Path) -> None:
        self.var, self.port, self.smtp_port = var, free_port(), free_port()
        dropped = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DATABASE_ROLE"}
        self.environment = {k: v for k, v in os.environ.items() if k not in dropped} | {
            "SUPPORTDESK_VAR": str(var), "SUPPORTDESK_NO_BOOTSTRAP": "1"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=self.environment, cwd=ROOT,
                              capture_output=True, text=True, check=False, timeout=300)

    def up(self) -> subprocess.CompletedProcess[str]:
        return self.run("up", "--detach", "--port", str(self.port), "--smtp-port", str(self.smtp_port))


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="sdt-up-") as folder:
        Path(folder).chmod(0o755)  # Postgres has to get in, also when these tests run as root
        found = Installation(Path(folder))
        yield found
        found.run("down")


def test_up_status_and_down(installation: Installation) -> None:
    started = installation.up()
    assert started.returncode == 0, started.stdout + started.stderr
    assert "try-supportdesk" in started.stdout
    assert started.stdout.index("Making the tables") < started.stdout.index("Tectonic: ")  # it says how far it is

    status = installation.run("status", "--json")
    told = json.loads(status.stdout)
    assert status.returncode == 0
    assert (told["running"], told["smtp"]["port"]) == (True, installation.smtp_port)
    assert set(told["processes"]) == {"postgres", "valkey", "web", "worker", "beat", "smtp"}
    assert all(process["healthy"] for process in told["processes"].values())
    assert len(told["addresses"]) == 4

    # The two web processes answer at once also on a connection that stays open: a socket that waits for the acknowledgement
    # of the headers before it sends the rest takes 40 ms each time.
    assert _seconds_on_one_connection(installation.port) < 0.03

    again = installation.up()
    assert again.returncode == 1
    assert "already running" in again.stderr

    # Other commands find the running installation by themselves.
    token = installation.run("token", next(iter(told["addresses"])), told["logins"][0]["email"])
    assert token.stdout.startswith("sdt_"), token.stderr

    # Whatever day it is: each clock of the demo data is what the engine computes, and its ledger adds up to the second.
    checked = installation.run("sla", "rebuild", "--check", "--ledgers")
    assert checked.returncode == 0, checked.stdout[-2000:]
    assert len(re.findall(r"[0-9]+ tickets, [2-9][0-9]{2,} clocks, 0 differences", checked.stdout)) == 4

    ended = installation.run("down")
    assert ended.returncode == 0
    pids = [process["pid"] for process in told["processes"].values()]
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert json.loads(installation.run("status", "--json").stdout)["running"] is False
    socket = json.loads((installation.var / "state.json").read_text())["environment"]["REDIS_URL"]
    run = Path(socket.removeprefix("unix://").partition("?")[0]).parent
    assert not run.exists() or [path.name for path in run.iterdir()] == ["programs"]
    assert (installation.var / "postgres").exists()


def _seconds_on_one_connection(port: int) -> float:
    """What a request takes in the middle, once the kernel has stopped to acknowledge each packet at once."""
    link, taken = HTTPConnection("127.0.0.1", port), []
    for _ in range(60):
        begun = time.perf_counter()
        link.request("GET", "/health/live")
        link.getresponse().read()
        taken.append(time.perf_counter() - begun)
    link.close()
    return median(taken[30:])


def test_tables_outlast_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    private, run = tmp_path / "private", tmp_path / "sd-0"
    private.mkdir(mode=0o700)
    assert data_folder(private, run) == Path("/var/lib/supportdesk/sd-0/postgres")
    assert data_folder(Path("/"), run) == Path("/postgres")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    other = Installation(tmp_path / "var")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", other.port))
        taken.listen()
        answer = other.up()
    assert answer.returncode == 1
    assert f"Port {other.port} is taken" in answer.stderr
    assert "--port" in answer.stderr


def test_status_of_nothing_says_how_to_start(tmp_path: Path) -> None:
    answer = Installation(tmp_path / "var").run("status")
    assert answer.returncode == 1
    assert "manage.py up" in answer.stdout
