"""The folder's index.html to look through, and the report of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from screens.camera import Finding
from screens.listing import Screen

_STYLE = ("body{font:15px/1.5 system-ui,sans-serif;margin:2rem}section{margin:0 0 3rem}h2{margin:0}"
          ".row{display:flex;gap:12px;overflow:auto;align-items:flex-start}"
          "img{border:1px solid #999;height:420px;width:auto;display:block}figure{margin:0}figcaption{color:#555}")


def file_of(screen: Screen, theme: str, width: int) -> str:
    """A picture's name."""
    return f"{screen.name}-{theme}-{width}.png"


def write_index(folder: Path, screens: Iterable[Screen], themes: Sequence[str], widths: Sequence[int]) -> None:
    """All pictures that are there, screen by screen."""
    parts = []
    for screen in screens:
        names = [(theme, width, file_of(screen, theme, width)) for theme in themes for width in widths]
        names.append(("forced", widths[0], file_of(screen, "forced", widths[0])))
        shown = "".join(f'<figure><a href="{name}"><img src="{name}" loading="lazy" alt="{escape(screen.name)}, {theme}, '
                        f'{width} pixels"></a><figcaption>{theme} {width}</figcaption></figure>'
                        for theme, width, name in names if (folder / name).exists())
        parts.append(f'<section id="{screen.name}"><h2>{escape(screen.name)}</h2><p><code>{escape(screen.path)}</code> '
                     f'as {screen.who or "a visitor"}</p><div class="row">{shown}</div></section>')
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title><style>{_STYLE}</style>'
        f"<h1>{len(parts)} screens</h1>{''.join(parts)}</html>", encoding="utf-8")


def write_report(folder: Path, findings: Sequence[Finding], looked: int) -> None:
    """report.txt: each finding, and in the first line how many."""
    lines = [f"{len(findings)} findings on {looked} views", ""]
    for one in findings:
        lines += [f"{one.screen} [{one.where}] {one.what}", *(f"    {detail}" for detail in one.details)]
    (folder / "report.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
