#!/usr/bin/env python3
"""The one command. `up` runs the whole product here, `test` tests it, `screenshots` takes its pictures; all else is Django's.

Only the standard library is used until the environment exists.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
LAUNCHER = {"up", "down", "status", "test", "screenshots"}
OWNER_COMMANDS = {"migrate", "setup_database", "sqlmigrate", "showmigrations", "dbshell", "flush"}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def stamp_of(lock: Path) -> str:
    """Changes when the locked packages or the Python do."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def keep_bytecode() -> None:
    """What Python compiles is kept in .venv, for each of the many processes to come, also where the shell forbids it beside
    the sources: compiling is more than half of a start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(VENV / "bytecode")
    sys.dont_write_bytecode = False


def ensure_environment(*, dev: bool) -> None:
    """Make .venv hold the locked packages and go on inside it. Nothing to do where Django is installed already."""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if os.environ.get("SUPPORTDESK_NO_BOOTSTRAP") == "1" or (
            not inside and not dev and importlib.util.find_spec("django") and importlib.util.find_spec("anymail")):
        return
    keep_bytecode()
    locks = [HERE / "requirements-dev.txt"] if dev else [HERE / "requirements.txt", HERE / "requirements-dev.txt"]
    stamp = VENV / "supportdesk-stamp"
    with (HERE / ".venv.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two commands at once: one installs, the other waits
        present = stamp.read_text() if stamp.exists() else ""
        if present not in {stamp_of(lock) for lock in locks}:
            install(locks[0])
            stamp.write_text(stamp_of(locks[0]))
    if not inside:
        python = VENV / "bin" / "python"
        os.execv(python, [str(python), str(HERE / "manage.py"), *sys.argv[1:]])


def install(lock: Path) -> None:
    """Fill .venv: with uv where there is one, else pip brings it. Where uv can't (it knows nothing of pip's own certificates
    and mirrors), pip does. Hashes are always checked.
    """
    say(f"Installing the packages of {lock.name} into .venv (once) …")
    python = VENV / "bin" / "python"
    uv = shutil.which("uv")
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", **os.environ}
    if not python.exists():
        made = subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(VENV)] if uv
                              else [sys.executable, "-m", "venv", "--without-pip", str(VENV)],
                              capture_output=True, text=True, check=False)
        if made.returncode:
            broken(made)
    if not uv:
        boot = subprocess.run([*pip_for(python), "install", "-q", "--require-hashes", "-r",
                               HERE / "requirements-boot.txt"], env=quiet, check=False)
        uv = str(VENV / "bin" / "uv") if boot.returncode == 0 else None
    if uv:
        if subprocess.run([uv, "pip", "sync", "-q", "--python", python, "--require-hashes", lock], env=quiet,
                          check=False).returncode == 0:
            return
        say("uv could not; pip tries …")
    if subprocess.run([*pip_for(python), "install", "-q", "--no-deps", "--require-hashes", "-r", lock], env=quiet,
                      check=False).returncode:
        raise SystemExit("The packages could not be installed; the lines above say why. "
                         "Check the network and the free disk space, then run the command again.")


def pip_for(python: Path) -> list[str | Path]:
    """How to call pip for .venv: that of the running Python, which takes no time to make, else one inside."""
    try:
        major, minor = importlib.metadata.version("pip").split(".")[:2]
        if (int(major), int(minor)) >= (22, 3):  # the first that can work for another Python
            return [sys.executable, "-m", "pip", "--python", python]
    except (ImportError, ValueError):
        pass
    if not (python.parent / "pip").exists():
        made = subprocess.run([python, "-m", "ensurepip", "--default-pip"], capture_output=True, text=True, check=False)
        if made.returncode:
            broken(made)
    return [python, "-m", "pip"]


def broken(made: subprocess.CompletedProcess[str]) -> None:
    """Say what is missing, and leave nothing half made."""
    shutil.rmtree(VENV, ignore_errors=True)
    say((made.stdout + made.stderr).strip()[-1500:])
    raise SystemExit("Python's venv module is missing or broken. On Debian or Ubuntu: apt install python3-venv")


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 -- it is the newcomer's Python that decides
        raise SystemExit(f"supportdesk needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    ensure_environment(dev=command in {"test", "screenshots"})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
    if command in LAUNCHER:
        from supportdesk.launcher.cli import run

        return run(command, sys.argv[2:])
    if command in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from supportdesk.launcher.state import adopt_environment

    adopt_environment()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
