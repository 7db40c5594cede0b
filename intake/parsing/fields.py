"""The labelled lines of a support mail (S4): Product, Version, Priority, Describe the Issue."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LABELS = {
    "product": "product", "produkt": "product", "produit": "product", "producto": "product", "prodotto": "product",
    "produto": "product",
    "version": "version", "versión": "version", "versione": "version", "versão": "version", "versie": "version",
    "priority": "priority", "priorität": "priority", "prio": "priority", "priorité": "priority",
    "prioridad": "priority", "priorità": "priority", "prioridade": "priority", "prioriteit": "priority",
    "describe the issue": "description", "description": "description", "describe issue": "description",
    "issue": "description", "beschreibung": "description", "descripción": "description", "descrizione": "description",
    "descrição": "description", "omschrijving": "description",
}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_NAMES = "|".join(sorted((re.escape(label) for label in _LABELS), key=len, reverse=True))
# Bold in markdown or plain, after a bullet or not; a full-width colon counts.
_LINE = re.compile(rf"^[ \t>•·*_\-–—]*({_NAMES})[ \t]*[*_]*[ \t]*[:：][ \t]*[*_]*[ \t]*(.*)$", re.IGNORECASE)

_LONGEST = 2_000  # a longer line is a log's


@dataclass(frozen=True)
class Fields:
    """What the lines said; None where a line is missing or empty. `rest` is what stood before the first line."""

    product: str | None = None
    version: str | None = None
    priority: str | None = None
    description: str | None = None
    rest: str = ""

    @property
    def is_empty(self) -> bool:
        """No labelled line at all: an ordinary mail."""
        return self.product is self.version is self.priority is self.description is None


def read_fields(text: str) -> Fields:
    """Read the lines in any order; a value may stand on the line after its label. Never raises."""
    values: dict[str, list[str]] = {}
    rest: list[str] = []
    current: str | None = None
    plain_text = unicodedata.normalize("NFC", text.translate(_INVISIBLE).replace("\xa0", " ").replace("\u202f", " "))
    for line in plain_text.splitlines():
        match = _LINE.match(line) if len(line) < _LONGEST else None
        if match:
            label = _LABELS[match[1].lower()]
            if label not in values or not "".join(values[label]).strip():
                current = label
                values[label] = [match[2]]
                continue
        if current is None:
            rest.append(line)
        elif current != "description" and "".join(values[current]).strip():
            # A one-line value is complete; what follows belongs to the description.
            values.setdefault("description", []).append(line)
        else:
            values[current].append(line)
    plain = {label: _clean(lines, single=label != "description") for label, lines in values.items()}
    return Fields(product=plain.get("product"), version=plain.get("version"), priority=plain.get("priority"),
                  description=plain.get("description"), rest="\n".join(rest).strip())


def _clean(lines: list[str], *, single: bool) -> str | None:
    text = "\n".join(lines).strip()
    if single:
        text = text.strip("*_ \t()").strip()[:120]
    return text or None
