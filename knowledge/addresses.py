"""Where an imported document is read."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.utils.text import slugify

SUFFIXES = (".md", ".markdown", ".html", ".htm")


def slug_for(path: str) -> str:
    """The address of the article of a source path: `install/first-steps.md` → `install-first-steps`."""
    pure = PurePosixPath(path)
    name = str(pure.with_suffix("")) if pure.suffix.lower() in SUFFIXES else path
    return slugify(name.replace("/", "-"))[:120].strip("-")


def address_of_link(href: str, *, source_path: str, base: str) -> str | None:
    """A link to another document of the folder leads to its article; any other relative one leads nowhere (None)."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or href.startswith(("/", "#")):
        return href
    if not parts.path.lower().endswith(SUFFIXES):
        return None
    steps: list[str] = []
    for step in (PurePosixPath(source_path).parent / parts.path).parts:
        steps = steps[:-1] if step == ".." else [*steps, step]
    return f"{base}/{slug_for('/'.join(steps))}"
