"""The walls of the house, checked by machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("supportdesk", "desk", "portal", "api", "intake", "notifications", "sla", "tickets", "knowledge", "accounts",
        "toolkit")
SOURCES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TENANTS = ("tectonic", "platformsh", "platform.sh", "stakater")


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(Path(sys.executable).parent / name), *arguments], cwd=ROOT, capture_output=True,
                          text=True, check=False)


def test_import_contracts_hold() -> None:
    done = _tool("lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout[-3000:]


def test_lint_is_clean() -> None:
    done = _tool("ruff", "check", ".", "--no-cache")
    assert done.returncode == 0, done.stdout[-3000:]


def test_types_agree() -> None:
    done = _tool("mypy", "--cache-dir", str(ROOT / "var" / "tests" / "types"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_keep_their_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"
            assert node.returns is not None or node.name.startswith("__"), f"{node.name} says not what it returns"


def test_no_junk_drawers() -> None:
    assert not [p for p in SOURCES if p.stem in {"utils", "helpers", "misc", "common"}]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_keep_their_size_and_carry_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert not re.search(r"\son[a-z]+=|<script(?![^>]*src=)", text)
    if "emails" not in path.parts:
        assert "style=" not in text


def test_no_tenant_is_named_in_product_code() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8").lower()
        assert not [name for name in TENANTS if name in text], path


def test_every_setting_from_the_environment_is_documented() -> None:
    names = set()
    for path in (ROOT / "supportdesk" / "settings.py", ROOT / "supportdesk" / "env.py"):
        names |= set(re.findall(r'(?:env\.\w+|env_bool)\(\s*"([A-Z_]+)"', path.read_text(encoding="utf-8")))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert not {n for n in names if n not in example}


def test_no_time_is_read_deep_inside() -> None:
    """Only edges read the clock: faces, tasks, commands, the launcher and the clock itself."""
    allowed = {"clock.py", "context.py", "ui.py", "idempotency.py", "auth.py", "ticker.py", "tasks.py", "live.py",
               "middleware.py", "sessions.py", "webhooks.py", "account_adapter.py"}
    for path in SOURCES:
        parts = set(path.relative_to(ROOT).parts)
        if path.name in allowed or parts & {"views", "commands", "launcher", "views.py"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert "datetime.now(" not in text, path
        assert "timezone.now(" not in text, path
        assert "clock import now" not in text, path


def test_no_celery_task_holds_time() -> None:
    for path in SOURCES:
        assert not re.search(r"\b(eta|countdown)=", path.read_text(encoding="utf-8")), path


def test_tenant_setting_is_never_set_for_a_session() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"set_config\('app\.tenant', [^)]*false\)|SET app\.tenant", text), path
