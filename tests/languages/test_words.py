"""The guard of every language: no word of a face outside the catalogues, and no catalogue behind the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from django.template.base import Lexer, TokenType

from supportdesk.catalogue import APPS, ROOT, Message, messages, script_messages
from supportdesk.pofile import mo_bytes, po_path, read_po
from toolkit.scriptwords import COUNTED, SAID

LANGUAGES = ("de",)
ATTRIBUTES = {"title", "aria-label", "placeholder", "alt"}
SILENT = {"code", "kbd", "pre", "script", "style", "svg"}
# Names, units and what people type: the same in every language.
ALLOWED = {"supportdesk", "UTC", "HTML", "Slack", "SHA-256", "v", "s", "P", "KB", "MB", "h", "ms", "CSV", "JSON", "API"}
# Where words are for programs, for operators, or kept as they were said.
QUIET = re.compile(r"migrations|management|models/|launcher|reference/|supportdesk/|api/|parsing/|hooks/|catalogue|"
                   r"intake/services/(chat|deciding|processing|receiving|polling|filing)|intake/(imap|smtp|webhooks)|"
                   r"sla/(calendar|engine)|knowledge/(sources|services/importing)|tenancy|notifications/(channels|accountmail)|toolkit/sealing|"
                   r"tickets/exporting")
SPEAKING = re.compile(r"^(messages\.(success|error|warning|info)|forms\.ValidationError|"
                      r"(?!Value|Type|Key|Runtime|Lookup|Import|Attribute|Index|OS|Database|Programming|NoTenant|Sealing)"
                      r"\w*Error)$")


@pytest.fixture(scope="module")
def said() -> dict[Message, set[str]]:
    return messages()


class Literals(HTMLParser):
    """Words of a page that nothing has translated."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.open.append(tag)
        self.found += [value for name, value in attrs if name in ATTRIBUTES and value and wordy(value)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open and wordy(data):
            self.found.append(data.strip())


def wordy(text: str) -> bool:
    return any(word not in ALLOWED for word in re.findall(r"[^\W\d_][\w-]*", text))


def bare(source: str) -> str:
    """A template without what is computed or translated."""
    parts, depth = [], 0
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if name in {"blocktranslate", "blocktrans"}:
            depth += 1
        elif name in {"endblocktranslate", "endblocktrans"}:
            depth -= 1
        elif token.token_type == TokenType.TEXT and not depth:
            parts.append(token.contents)
        if token.token_type == TokenType.BLOCK and name == "block" and token.contents.endswith("_class"):
            depth += 1
        elif name == "endblock" and depth:
            depth -= 1
    return "".join(parts)


@pytest.mark.parametrize("path", sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"}),
                         ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_no_template_speaks_untranslated_words(path: Path) -> None:
    plain = bare(path.read_text(encoding="utf-8"))
    if path.suffix == ".txt":
        assert not [line for line in plain.splitlines() if wordy(line)]
        return
    page = Literals()
    page.feed(plain)
    page.close()
    assert not page.found, f"put {{% translate %}} or {{% blocktranslate %}} around {page.found}"


def speaking_literals(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        given = [k.value for k in node.keywords if k.arg in {"label", "help_text", "empty_label"}
                 and not name.startswith("models.")]
        if SPEAKING.match(name) and node.args:
            given.append(node.args[1] if name.startswith("messages.") and len(node.args) > 1 else node.args[0])
        for value in given:
            if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                text = ast.unparse(value)
                if re.search(r"[A-Za-z]{2}", re.sub(r"\{[^}]*\}", "", text[1:])):
                    yield node.lineno, text


def test_no_form_message_or_error_speaks_untranslated_words() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}: {text}" for app in APPS for path in sorted((ROOT / app).rglob("*.py"))
             if not QUIET.search(str(path.relative_to(ROOT)))
             for line, text in speaking_literals(path.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str, said: dict[Message, set[str]]) -> None:
    _header, entries = read_po(po_path(language).read_text(encoding="utf-8"))
    advice = "run `python3 manage.py translations`, then write what is missing"
    assert not [f"{m.text!r} ({min(said[m])})" for m in said if not all(entries.get(m, ("",)))], advice
    assert not [m.text for m in entries if m not in said], advice


def placeholders(text: str) -> set[str]:
    named = set(re.findall(r"%\((\w+)\)s", text))
    return named or {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_placeholders_and_tags(language: str) -> None:
    _header, entries = read_po(po_path(language).read_text(encoding="utf-8"))
    for message, forms in entries.items():
        for form in forms:
            assert placeholders(form) == placeholders(message.text) | placeholders(message.plural or message.text), message
            assert sorted(re.findall(r"<[^>]+>", form)) == sorted(re.findall(r"<[^>]+>", message.text)), message
            assert (form[:1].isspace(), form[-1:].isspace()) == (message.text[:1].isspace(), message.text[-1:].isspace())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_gettext_reads_is_what_people_edited(language: str) -> None:
    path = po_path(language)
    header, entries = read_po(path.read_text(encoding="utf-8"))
    assert path.with_suffix(".mo").read_bytes() == mo_bytes(header, entries)


def test_pages_carry_what_the_scripts_say() -> None:
    spoken = {m for path in (ROOT / "static" / "js").glob("*.js") for m in script_messages(path.read_text(encoding="utf-8"))}
    assert {(m.text, m.plural) for m in spoken} == {*((text, "") for text in SAID), *COUNTED}
