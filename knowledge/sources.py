"""From a file of a documentation folder to an article's text. Knows files and formats, and no database."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.addresses import slug_for
from knowledge.enums import BodyFormat
from knowledge.errors import SourceError
from knowledge.markup import title_of_html

FORMATS = {".md": BodyFormat.MARKDOWN, ".markdown": BodyFormat.MARKDOWN, ".html": BodyFormat.HTML, ".htm": BodyFormat.HTML}
MOST_BYTES = 1_000_000
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FIRST_H1 = re.compile(r"<h1\b[^>]*>.*?</h1\s*>", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"\A\s*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$\n?", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """What a file says. `language` is empty when it names none."""

    path: str
    slug: str
    title: str
    body: str
    body_format: BodyFormat
    language: str


def digest_of(title: str, body: str, body_format: str, language: str) -> str:
    """Changes when anything does that an article takes from its file."""
    return hashlib.sha256("\x00".join((title, body, body_format, language)).encode()).hexdigest()


def files_in(folder: Path) -> Iterator[Path]:
    """The folder's documents, in a stable order; what begins with a dot is none."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in FORMATS and path.is_file() and not hidden:
            yield path


def read_source(folder: Path, path: Path) -> Source:
    """The article that a file holds. Raises SourceError with the reason when it holds none."""
    name = path.relative_to(folder).as_posix()
    body_format = FORMATS[path.suffix.lower()]
    facts, body = _front_matter(_text(folder, path))
    if body_format == BodyFormat.MARKDOWN:
        heading = _HEADING.match(body)
        title = facts.get("title") or (heading.group(1) if heading else "")
        if heading and title == heading.group(1):
            body = body[heading.end():]  # the page shows the title itself
    else:
        title = facts.get("title") or title_of_html(body)
        body = _FIRST_H1.sub("", body, count=1)
    slug = slug_for(name)
    if not slug or len(name) > 300:
        raise SourceError("Give the file a name with letters or digits, of at most 300 characters.")
    if not body.strip():
        raise SourceError("There is nothing in it.")
    return Source(name, slug, _line(title) or _line(path.stem.replace("-", " ").capitalize()), body.strip(), body_format,
                  facts.get("language", "")[:12])


def _text(folder: Path, path: Path) -> str:
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise SourceError("It leads out of the folder.")
        if path.stat().st_size > MOST_BYTES:
            raise SourceError("It is larger than 1 MB.")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("It isn’t UTF-8 text.") from error
    except OSError as error:
        raise SourceError(f"It can’t be read: {error.strerror}.") from error
    return text.replace("\r\n", "\n").replace("\x00", "")


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """`key: value` lines between two lines of three dashes, and the rest."""
    if not re.match(r"---[ \t]*\n", text):
        return {}, text
    found = _FRONT.match(text)
    if found is None:
        raise SourceError("Its front matter has no end: close it with a line of three dashes.")
    facts = {}
    for line in found.group(1).splitlines():
        key, colon, value = line.partition(":")
        if colon and value.strip() and not key.startswith((" ", "#", "-")):
            facts[key.strip().lower()] = value.strip().strip("\"'")
    return facts, text[found.end():]


def _line(text: str) -> str:
    """A title: one line without markup, at most 200 characters."""
    return " ".join(re.sub(r"[`*]|(?<!\w)_|_(?!\w)", "", text).split())[:200]
