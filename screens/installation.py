"""An installation of its own for as long as it is needed: servers, database, scene and web server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from supportdesk.launcher import servers
from supportdesk.launcher.probe import free_port
from supportdesk.launcher.state import CHECKOUT

_MANAGE = str(CHECKOUT / "manage.py")
SCENE = "import json; from screens.scene import prepare_scene; print(json.dumps(prepare_scene({language!r})))"
_READY_SECONDS = 60


@contextmanager
def installation(say: Callable[[str], None], *, history: bool = True, language: str = "") -> Iterator[tuple[int, dict[str, Any]]]:
    """Its port and its scene; with `history`, the demo's tickets too. All of it ends with the block."""
    with servers.throwaway() as environment:
        environment |= {"DJANGO_SETTINGS_MODULE": "screens.settings", "UNDO_SEND_SECONDS": "3600"}
        say("Making a database …")
        _run([_MANAGE, "setup_database", "--migrate"], environment | {"DATABASE_ROLE": "owner"})
        if history:
            say("Loading the demo tenants …")
            _run([_MANAGE, "load_demo"], environment)
        say("Making every state …")
        scene = json.loads(_run([_MANAGE, "shell", "-v", "0", "-c", SCENE.format(language=language)], environment).splitlines()[-1])
        with web(environment) as port:
            yield port, scene


@contextmanager
def web(environment: dict[str, str]) -> Iterator[int]:
    """The web server alone; gives its port."""
    port = free_port()
    log = Path(environment["SUPPORTDESK_VAR"]) / "web.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "supportdesk.asgi:application", "--host", "127.0.0.1", "--port", str(port),
             "--timeout-graceful-shutdown", "1", "--log-level", "warning", "--no-access-log"],
            env=environment | {"PUBLIC_PORT": f":{port}"}, cwd=CHECKOUT, stdout=out, stderr=out)
    try:
        _wait(process, port, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The web server did not come up:\n{log.read_text(errors='replace')[-1500:]}")


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *arguments], env={**os.environ, **environment}, cwd=CHECKOUT,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout
