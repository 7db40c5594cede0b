"""Catalogues of translations: the text that people edit (.po) and what gettext reads (.mo), without gettext's tools."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from supportdesk.catalogue import ROOT, Message

Forms = tuple[str, ...]
_KEYWORDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")


def po_path(language: str) -> Path:
    """Where a language's catalogue stands."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read_po(text: str) -> tuple[str, dict[Message, Forms]]:
    """The header and the translations. Entries marked fuzzy are left out, so that they count as missing."""
    found: dict[Message, Forms] = {}
    header = ""
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines or any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines()):
            continue
        values = _values(lines)
        forms = tuple(v for k, v in values.items() if k.startswith("msgstr"))
        if not values.get("msgid"):
            header = forms[0]
        else:
            found[Message(values["msgid"], values.get("msgid_plural", ""), values.get("msgctxt", ""))] = forms
    return header, found


def _values(lines: Iterable[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    name = ""
    for line in lines:
        if not line.startswith('"'):
            name, _space, line = line.partition(" ")
        values[name] = values.get(name, "") + ast.literal_eval(line)
    return values


def write_po(header: str, entries: Mapping[Message, Forms], places: Mapping[Message, Iterable[str]]) -> str:
    """The catalogue as text, in the order of the files that say the words."""
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(_quoted(line + "\n") for line in header.strip().split("\n"))]
    for message in sorted(places, key=lambda m: (min(places[m]), m.text, m.context)):
        lines = [f"#: {place}" for place in sorted(places[message])]
        if message.context:
            lines.append(f"msgctxt {_quoted(message.context)}")
        lines.append(f"msgid {_quoted(message.text)}")
        forms = entries.get(message) or (("", "") if message.plural else ("",))
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{i}] {_quoted(form)}" for i, form in enumerate(forms)]
        else:
            lines.append(f"msgstr {_quoted(forms[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def mo_bytes(header: str, entries: Mapping[Message, Forms]) -> bytes:
    """What gettext reads: two tables of lengths and offsets, then the words, sorted by the English ones."""
    words = {b"": header.encode()}
    for message, forms in entries.items():
        if all(forms):
            key = f"{message.context}\x04{message.text}" if message.context else message.text
            words[(f"{key}\x00{message.plural}" if message.plural else key).encode()] = "\x00".join(forms).encode()
    keys = sorted(words)
    ids, texts = b"".join(k + b"\0" for k in keys), b"".join(words[k] + b"\0" for k in keys)
    at_ids = 28 + 16 * len(keys)
    tables = [*_table(keys, at_ids), *_table([words[k] for k in keys], at_ids + len(ids))]
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return head + struct.pack(f"<{len(tables)}I", *tables) + ids + texts


def _table(texts: Iterable[bytes], at: int) -> list[int]:
    found = []
    for text in texts:
        found += [len(text), at]
        at += len(text) + 1
    return found
