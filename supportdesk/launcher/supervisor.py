"""Starts every process in order, restarts what falls over, ends everything in the reverse order."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.launcher import servers
from supportdesk.launcher.probe import smtp_answers, web_answers
from supportdesk.launcher.state import CHECKOUT, Paths, State, is_running, mark_of, secret_key

_STOP_ORDER = ("web", "smtp", "beat", "worker", "valkey", "postgres")


class StartError(RuntimeError):
    """The installation can't start; the message says what to do."""


@dataclass
class Child:
    """A process, how to start it again and how often it fell over lately."""

    process: subprocess.Popen[bytes]
    start: Callable[[], subprocess.Popen[bytes]]
    falls: int = 0
    began: float = 0.0


class Supervisor:
    """One installation on this machine."""

    def __init__(self, where: Paths, port: int, smtp_port: int) -> None:
        self.where = where
        self.children: dict[str, Child] = {}
        self.stopping = False
        self.command: subprocess.Popen[str] | None = None
        self.state = State(supervisor=mark_of(os.getpid()), port=port, smtp_port=smtp_port)
        self.environment = self._environment(port)
        self.state.environment = {k: self.environment[k] for k in (
            "DATABASE_URL", "REDIS_URL", "SUPPORTDESK_VAR", "SECRET_KEY", "SUPPORTDESK_LOCAL", "PUBLIC_PORT")}

    def _environment(self, port: int) -> dict[str, str]:
        run = self.where.run
        return {
            **os.environ, "SUPPORTDESK_LOCAL": "1", "SUPPORTDESK_NO_BOOTSTRAP": "1", "PUBLIC_PORT": f":{port}",
            "SUPPORTDESK_VAR": str(self.where.var), "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(self.where),
            "DATABASE_URL": os.environ.get("DATABASE_URL") or servers.database_url(run),
            "REDIS_URL": os.environ.get("REDIS_URL") or servers.redis_url(run),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, say: Callable[[str], None]) -> None:
        """Servers, database, demo data, then the product's own processes; ready when all of them answer."""
        self.state.write(self.where)
        run, logs = self.where.run, self.where.logs
        if not os.environ.get("DATABASE_URL"):
            data = servers.data_folder(self.where.var, run)
            self._add("postgres", lambda: servers.start_postgres(data, run, logs / "postgres.log"))
        if not os.environ.get("REDIS_URL"):
            self._add("valkey", lambda: servers.start_valkey(run, logs / "valkey.log"))
        self._once("prepared", _digest("migrations", "management", "reference"), self._prepare, say)
        say("Starting the web server, worker, beat and mail listener …")
        self._start_product()
        self._wait_ready()
        self.state.ready = not self.stopping
        self.state.write(self.where)

    def _once(self, name: str, digest: str, work: Callable[[Callable[[str], None]], None],
              say: Callable[[str], None]) -> None:
        """Work that a running start repeats only when its files or the database are others than last time."""
        stamp = self.where.var / name
        wanted = f"{digest} {self.environment['DATABASE_URL']} {self._database_age()}"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        work(say)
        if not self.stopping:
            stamp.write_text(wanted)

    def _database_age(self) -> int:
        """Tells a new embedded database from the one of last time."""
        version = servers.data_folder(self.where.var, self.where.run) / "PG_VERSION"
        return version.stat().st_mtime_ns if version.exists() else 0

    def _prepare(self, say: Callable[[str], None]) -> None:
        say("Making the tables (once) …")
        self._manage("setup_database", "--migrate", owner=True)
        say("Filling the demo tenants (once) …")
        self._manage("load_demo", say=lambda line: say(f"  {line}"))
        (self.where.var / "logins.json").write_text(self._manage("demo_logins", "--json", "--port", "0"))

    def _start_product(self) -> None:
        python, port = sys.executable, str(self.state.port)
        manage = str(CHECKOUT / "manage.py")
        beat = self.where.var / "beat"
        beat.mkdir(exist_ok=True)
        commands = {
            "worker": [python, "-m", "celery", "-A", "supportdesk", "worker", "--pool", "threads", "--concurrency", "4",
                       "-l", "warning", "--without-gossip", "--without-mingle"],
            "beat": [python, "-m", "celery", "-A", "supportdesk", "beat", "-s", str(beat / "schedule"), "-l", "warning",
                     "--pidfile="],
            "smtp": [python, manage, "smtp_listener", "--port", str(self.state.smtp_port)],
            "web": [python, "-m", "uvicorn", "supportdesk.asgi:application", "--host", "127.0.0.1", "--port", port,
                    "--workers", "2", "--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"],
        }
        for name, command in commands.items():
            self._add(name, lambda name=name, command=command: self._spawn(name, command))  # type: ignore[misc]

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.where.logs / f"{name}.log").open("ab") as out:
            return subprocess.Popen(command, env=self.environment, cwd=CHECKOUT, stdout=out, stderr=out,
                                    stdin=subprocess.DEVNULL, start_new_session=True)

    def _add(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        if self.stopping:
            return
        self.children[name] = Child(start(), start, began=time.monotonic())
        self._remember(name)

    def _remember(self, name: str) -> None:
        self.state.processes[name] = mark_of(self.children[name].process.pid)
        self.state.write(self.where)

    def _manage(self, *arguments: str, owner: bool = False, say: Callable[[str], None] | None = None) -> str:
        """Run a Django command to its end; returns what it printed, and says it meanwhile. Raises StartError with its last
        words.
        """
        if self.stopping:
            return ""
        environment = self.environment | ({"DATABASE_ROLE": "owner"} if owner else {})
        lines: list[str] = []
        with tempfile.TemporaryFile("w+") as errors:
            self.command = subprocess.Popen([sys.executable, str(CHECKOUT / "manage.py"), *arguments], env=environment,
                                            cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=errors, text=True,
                                            start_new_session=True)
            with self.command as running:
                for line in running.stdout or ():
                    lines.append(line)
                    if say:
                        say(line.rstrip())
            if running.returncode and not self.stopping:
                errors.seek(0)
                tail = ("".join(lines) + errors.read()).strip()[-2500:]
                raise StartError(f"`manage.py {' '.join(arguments)}` failed:\n{tail}")
        return "".join(lines)

    def _wait_ready(self) -> None:
        until = time.monotonic() + 60
        while not self.stopping:
            if web_answers(self.state.port) and smtp_answers(self.state.smtp_port) and self._all_up():
                return
            if time.monotonic() > until or not self._all_up():
                down = [n for n, c in self.children.items() if c.process.poll() is not None] or ["web"]
                log = self.where.logs / f"{down[0]}.log"
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
                raise StartError(f"The {down[0]} process did not come up:\n{tail}")
            time.sleep(0.1)

    def _all_up(self) -> bool:
        return all(child.process.poll() is None for child in self.children.values())

    def ask_to_stop(self) -> None:
        """From a signal handler: finish soon."""
        self.stopping = True
        if self.command and self.command.returncode is None:
            self.command.terminate()

    def watch(self) -> None:
        """Until asked to stop: start again what has ended, a little later each time it keeps falling over."""
        while not self.stopping:
            time.sleep(0.25)
            for name, child in self.children.items():
                if child.process.poll() is None or self.stopping:
                    continue
                if time.monotonic() - child.began > 60:
                    child.falls = 0
                if time.monotonic() - child.began < min(30, 0.5 * 2 ** child.falls):
                    continue
                child.falls, child.began = child.falls + 1, time.monotonic()
                try:
                    child.process = child.start()
                except servers.ServerError as error:
                    sys.stderr.write(f"{error}\n")
                self._remember(name)

    def stop_all(self) -> None:
        """End everything, the servers last, and leave no socket behind."""
        self.stopping = True
        self.state.ready = False
        self.state.write(self.where)
        for name in _STOP_ORDER:
            child = self.children.get(name)
            if child is not None:
                servers.stop(child.process, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        self.state.processes = {}
        self.state.supervisor = []
        self.state.write(self.where)
        remove_sockets(self.where)


def _digest(*folders: str) -> str:
    """Changes when a file of the product in a folder of one of these names does."""
    found = hashlib.sha256()
    for app in sorted(p for p in CHECKOUT.iterdir() if (p / "__init__.py").exists()):
        for path in sorted(app.rglob("*")):
            if path.suffix in {".py", ".toml", ".md"} and set(path.relative_to(app).parts) & set(folders):
                found.update(path.read_bytes())
    return found.hexdigest()


def end_leftovers(where: Paths, state: State) -> None:
    """End what a killed supervisor left running: only processes that it noted, by pid and start time."""
    for name in _STOP_ORDER:
        mark = state.processes.get(name, [])
        if not is_running(mark):
            continue
        pid = int(mark[0])
        os.kill(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        until = time.monotonic() + 15
        while is_running(mark) and time.monotonic() < until:
            time.sleep(0.05)
        if is_running(mark):
            os.kill(pid, signal.SIGKILL)
    remove_sockets(where)


def remove_sockets(where: Paths) -> None:
    """Clear the short folder; programs that had to be copied stay."""
    if not where.run.exists():
        return
    for path in where.run.iterdir():
        if path.name != "programs":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if not any(where.run.iterdir()):
        where.run.rmdir()
