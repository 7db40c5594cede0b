"""Every word that can be translated, found in templates, code and scripts, and the catalogues that hold translations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    context_re,
    endblock_re,
    inline_re,
    plural_re,
)

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "accounts",
    "api",
    "desk",
    "intake",
    "knowledge",
    "notifications",
    "portal",
    "sla",
    "supportdesk",
    "tickets",
    "toolkit",
)
_IN_TEMPLATE = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
_IN_SCRIPT = re.compile(r"""\b(?:say|count)\(\s*"((?:[^"\\]|\\.)+)"(?:,\s*"((?:[^"\\]|\\.)+)")?""")
_FUNCTIONS = {"gettext": (None, 0, None), "gettext_lazy": (None, 0, None), "gettext_noop": (None, 0, None),
              "_": (None, 0, None), "__": (None, 0, None), "ngettext": (None, 0, 1), "ngettext_lazy": (None, 0, 1),
              "pgettext": (0, 1, None), "pgettext_lazy": (0, 1, None), "npgettext": (0, 1, 2)}


@dataclass(frozen=True)
class Message:
    """What is translated: the English words, their plural, and the context that tells equal words apart."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """Messages with the files that say them."""

    places: dict[Message, set[str]] = field(default_factory=dict)

    def add(self, message: Message, place: str) -> None:
        """Note where a message is said."""
        self.places.setdefault(message, set()).add(place)


def messages() -> dict[Message, set[str]]:
    """Every message of the product, with the files that say it."""
    found = Found()
    for path in sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"}):
        for message in template_messages(path.read_text(encoding="utf-8")):
            found.add(message, str(path.relative_to(ROOT)))
    for path in sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts):
        for message in python_messages(path.read_text(encoding="utf-8")):
            found.add(message, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "static" / "js").glob("*.js")):
        for message in script_messages(path.read_text(encoding="utf-8")):
            found.add(message, str(path.relative_to(ROOT)))
    return _joined(found.places)


def _joined(places: dict[Message, set[str]]) -> dict[Message, set[str]]:
    """Gettext looks plurals up by their singular, so one entry serves both."""
    plurals = {(m.text, m.context): m for m in places if m.plural}
    joined: dict[Message, set[str]] = {}
    for message, where in places.items():
        joined.setdefault(plurals.get((message.text, message.context), message), set()).update(where)
    return joined


def template_messages(source: str) -> Iterator[Message]:
    """What a template translates."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            yield from _literals(token.contents)
            block, inline = block_re.match(token.contents), inline_re.match(token.contents)
            if block:
                yield _block(tokens, context=_context(token.contents), is_trimmed=" trimmed" in token.contents)
            elif inline:
                yield Message(inline[1].strip("\"'").replace("%", "%%"), context=_context(token.contents))
        elif token.token_type == TokenType.VAR:
            yield from _literals(token.contents)


def _literals(contents: str) -> Iterator[Message]:
    for double, single in _IN_TEMPLATE.findall(contents):
        yield Message((double or single).replace("%", "%%"))


def _context(contents: str) -> str:
    found = context_re.match(contents)
    return found[1].strip("\"'") if found else ""


def _block(tokens: Iterator[Token], *, context: str, is_trimmed: bool) -> Message:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            if endblock_re.match(token.contents):
                break
            if plural_re.match(token.contents):
                parts.append([])
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents.strip()})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
    texts = ["".join(p) for p in parts]
    texts = [trim_whitespace(t) for t in texts] if is_trimmed else texts
    return Message(texts[0], texts[1] if len(texts) > 1 else "", context)


def python_messages(source: str) -> Iterator[Message]:
    """What Python code translates."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(
            node.func, ast.Attribute) else ""
        if name not in _FUNCTIONS:
            continue
        words = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args]
        at_context, at_text, at_plural = _FUNCTIONS[name]
        if len(words) > at_text and words[at_text]:
            yield Message(words[at_text] or "", (words[at_plural] or "") if at_plural is not None else "",
                          (words[at_context] or "") if at_context is not None else "")


def script_messages(source: str) -> Iterator[Message]:
    """What a script translates: say("…") and count("one", "many", n)."""
    for text, plural in _IN_SCRIPT.findall(source):
        yield Message(text, plural)
