"""A message cut into its parts by offsets: bounded in time and memory whatever the bytes are.

The standard library's parser goes line by line and nests by recursion: minutes and gigabytes for hostile shapes. Here
nothing is copied, delimiters are searched for as bytes, and what goes over a limit raises TooMuchError.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from intake.parsing.text import decode_bytes

_SEPARATOR = re.compile(rb"\r?\n(?=\r?\n)")
_FIELD = re.compile(rb"^([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:(.*)$", re.DOTALL)


class TooMuchError(Exception):
    """Over a limit: the message is kept raw and not unfolded."""


@dataclass(frozen=True)
class Limits:
    """Beyond these a message is poison: kept raw and quarantined, never unfolded."""

    header_bytes: int = 256 * 1024
    one_header_bytes: int = 32 * 1024
    parts: int = 200
    depth: int = 30
    delimiters: int = 20_000
    searched_bytes: int = 512 * 1024 * 1024  # nested parts are searched once for each level


class _Effort:
    """What cutting a message up has cost so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.parts, self.delimiters, self.searched = limits, 0, 0, 0

    def add(self, *, parts: int = 0, delimiters: int = 0, searched: int = 0) -> None:
        """Raises TooMuchError over a limit."""
        self.parts += parts
        self.delimiters += delimiters
        self.searched += searched
        if self.parts > self.limits.parts or self.delimiters > self.limits.delimiters:
            raise TooMuchError("it has too many parts")
        if self.searched > self.limits.searched_bytes:
            raise TooMuchError("parts are nested too deeply")


@dataclass
class Node:
    """A part: its headers, and where its body lies in the raw bytes."""

    raw: bytes
    headers: Message
    start: int
    end: int
    parts: list[Node] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The content type in lower case, `text/plain` where none or nonsense is given."""
        return self.headers.get_content_type()

    @property
    def body(self) -> memoryview:
        """The body as it was sent, where it lies."""
        return memoryview(self.raw)[self.start:self.end]

    def leaves(self) -> Iterator[Node]:
        """The parts that carry content, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def split(raw: bytes, limits: Limits) -> Node:
    """The message as a tree. Raises TooMuchError."""
    return _node(raw, 0, len(raw), _Effort(limits), depth=0)


def read_head(raw: bytes, limits: Limits) -> Message:
    """The message's own headers; none where they are over a limit."""
    try:
        return read_headers(_body_start(raw, 0, len(raw), limits)[1], limits)[0]
    except TooMuchError:
        return Message()


def _node(raw: bytes, start: int, end: int, effort: _Effort, *, depth: int, default: str = "text/plain") -> Node:
    limits = effort.limits
    effort.add(parts=1)
    if depth > limits.depth:
        raise TooMuchError("parts are nested too deeply")
    body, head = _body_start(raw, start, end, limits)
    headers, defects, consumed = read_headers(head, limits)
    headers.set_default_type(default)
    node = Node(raw, headers, body if consumed is None else start + consumed, end, defects=defects)
    if node.kind.startswith("multipart/"):
        inner = "message/rfc822" if node.kind == "multipart/digest" else "text/plain"
        for first, last in _sections(node, effort):
            node.parts.append(_node(raw, first, last, effort, depth=depth + 1, default=inner))
        if not node.parts:
            node.defects.append("a multipart without parts")
    return node


def _body_start(raw: bytes, start: int, end: int, limits: Limits) -> tuple[int, bytes]:
    """(where the body begins, the header block)."""
    for blank in (b"\n", b"\r\n"):
        if raw.startswith(blank, start):
            return start + len(blank), b""
    found = _SEPARATOR.search(raw, start, min(end, start + limits.header_bytes + 4))
    if found is None:
        if end - start > limits.header_bytes:
            raise TooMuchError("its headers are too long")
        return end, raw[start:end]
    after = found.end() + (2 if raw.startswith(b"\r\n", found.end()) else 1)
    return after, raw[start:found.start()]


def read_headers(head: bytes, limits: Limits | None = None) -> tuple[Message, list[str], int | None]:
    """(headers, what was wrong, offset of the first line that is no header or None). 8-bit text is understood."""
    most = (limits or Limits()).one_header_bytes
    message, defects = Message(), []
    fields: list[tuple[bytes, list[bytes]]] = []
    offset = 0
    for number, line in enumerate(head.split(b"\n")):
        plain = line.rstrip(b"\r")
        match = _FIELD.match(plain)
        if plain[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(plain)
        elif match:
            fields.append((match[1], [match[2].lstrip(b" \t")]))
        elif plain and not (number == 0 and plain.startswith((b"From ", b">From "))):
            defects.append("a line among the headers is none")
            break
        offset += len(line) + 1
    else:
        offset = -1
    for name, lines in fields:
        value = b"\n".join(lines)
        if len(value) > most:
            raise TooMuchError("one of its headers is too long")
        message.set_raw(name.decode("ascii"), decode_bytes(value, ""))
    return message, defects, None if offset < 0 else offset


def _sections(node: Node, effort: _Effort) -> list[tuple[int, int]]:
    """Where the parts of a multipart lie; the last one may lack its end."""
    boundary = _boundary(node.headers)
    if not boundary:
        return []
    mark, raw, found = b"--" + boundary, node.raw, []
    effort.add(searched=node.end - node.start)
    begun, at = -1, raw.find(b"--" + boundary, node.start, node.end)
    while at != -1:
        effort.add(delimiters=1)
        after = at + len(mark)
        if at == node.start or raw[at - 1] in b"\n\r":
            line_end = raw.find(b"\n", after, min(node.end, after + 200))
            rest = raw[after:line_end if line_end != -1 else min(node.end, after + 200)]
            closing = rest.startswith(b"--")
            if not rest.removeprefix(b"--").strip():
                if begun >= 0:
                    found.append((begun, _before_break(raw, begun, at)))
                begun = -1 if closing else (line_end + 1 if line_end != -1 else node.end)
                if closing:
                    break
        at = raw.find(mark, after, node.end)
    if begun >= 0:
        found.append((begun, node.end))
    return found


def _boundary(headers: Message) -> bytes:
    try:
        return (headers.get_boundary() or "").encode("utf-8", "replace")
    except (ValueError, LookupError, TypeError):
        return b""


def _before_break(raw: bytes, start: int, at: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    if at > start and raw[at - 1] == 10:
        at -= 1
    return at - 1 if at > start and raw[at - 1] == 13 else max(at, start)
