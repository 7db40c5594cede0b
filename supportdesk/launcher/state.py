"""What an installation on this machine remembers: where its servers are, and which processes it started."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Paths:
    """Where things lie. Sockets have a path limit of about 100 characters, so they get a short folder of their own."""

    var: Path
    run: Path

    @property
    def state(self) -> Path:
        return self.var / "state.json"

    @property
    def logs(self) -> Path:
        return self.var / "log"


def paths() -> Paths:
    """The folders of this checkout; SUPPORTDESK_VAR moves them, so that several can run side by side."""
    var = Path(os.environ.get("SUPPORTDESK_VAR") or CHECKOUT / "var").resolve()
    name = hashlib.sha256(f"{var}:{os.getuid()}".encode()).hexdigest()[:12]
    return Paths(var, Path(tempfile.gettempdir()) / f"sd-{name}")


@dataclass
class State:
    """Written by the supervisor. `processes` maps a name to pid and start time, so that no stranger is ever ended."""

    supervisor: list[float] = field(default_factory=list)
    processes: dict[str, list[float]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    smtp_port: int = 0
    ready: bool = False

    def write(self, where: Paths) -> None:
        """Replace the state file in one step; it holds database addresses, so only its owner reads it."""
        part = where.state.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(self), indent=1))
        part.replace(where.state)


def read_state(where: Paths) -> State:
    """The last supervisor's state; an empty one when there is none or it can't be read."""
    try:
        return State(**json.loads(where.state.read_text()))
    except (OSError, ValueError, TypeError):
        return State()


def started_at(pid: int) -> float:
    """When a process began, in ticks since boot; 0 when there is none (or it is a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0 if Path("/proc").is_dir() or not _alive(pid) else 1.0
    return 0.0 if fields[0] == "Z" else float(fields[19])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def is_running(mark: list[float]) -> bool:
    """Is the process that this mark (pid, start) was made of still there."""
    return len(mark) == 2 and started_at(int(mark[0])) == mark[1] != 0


def mark_of(pid: int) -> list[float]:
    """A process's mark."""
    return [float(pid), started_at(pid)]


def secret_key(where: Paths) -> str:
    """The installation's secret, made once."""
    path = where.var / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def adopt_environment() -> None:
    """Let other commands talk to the running installation, unless the environment says which to use."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_APP_URL"):
        return
    where = paths()
    state: Any = read_state(where)
    if state.environment and is_running(state.supervisor):
        for name, value in state.environment.items():
            os.environ.setdefault(name, value)
    else:
        os.environ.setdefault("SUPPORTDESK_LOCAL", "1")
