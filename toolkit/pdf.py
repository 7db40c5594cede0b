"""A plain document as PDF: headings, paragraphs, a foot on each page. The same words always give the same bytes.

Uses the typefaces that every PDF reader brings, so letters beyond Western European ones are written by their base
letter, or as a question mark.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

_WIDTHS = (278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *(556,) * 10, 278, 278, 584, 584,
           584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,
           611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222,
           222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584)
_PAGE = (595, 842)  # A4, in points
_MARGIN, _FOOT = 56, 36
_LOOKS = {"title": ("B", 18, 26), "heading": ("B", 12, 24), "text": ("R", 10, 14)}


@dataclass(frozen=True)
class Line:
    """A paragraph. `kind` is title, heading or text."""

    text: str
    kind: str = "text"


def pdf_download(file: tuple[str, bytes]) -> HttpResponse:
    """The answer that lets a person keep a PDF; never kept by anybody in between."""
    name, content = file
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def document(lines: Iterable[Line], *, title: str, foot: str, language: str = "en") -> bytes:
    """The finished file. `foot` stands on each page, with the page's number after it."""
    pages = _paginate(lines)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> >>" % _escape(language),
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % (6 + 2 * i) for i in range(len(pages))),
                                                      len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % _escape(title),
    ]
    for index, parts in enumerate(pages):
        number = f"{foot} · {_('{page} of {pages}').format(page=index + 1, pages=len(pages))}"
        stream = zlib.compress(b"\n".join([*parts, _words(number, "R", 8, _FOOT)]))
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /R 3 0 R /B 4 0 R >> >>"
                       b" /Contents %d 0 R >>" % (*_PAGE, 7 + 2 * index))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _file(objects)


def _paginate(lines: Iterable[Line]) -> list[list[bytes]]:
    pages: list[list[bytes]] = [[]]
    height = float(_PAGE[1] - _MARGIN)
    for line in lines:
        font, size, leading = _LOOKS[line.kind]
        for text in _wrap(line.text, size, bold=font == "B"):
            if height - leading < _MARGIN + _FOOT:
                pages.append([])
                height = float(_PAGE[1] - _MARGIN)
            height -= leading
            pages[-1].append(_words(text, font, size, height))
        height -= 4 if line.kind == "text" else 2
    return pages


def _wrap(text: str, size: int, *, bold: bool) -> list[str]:
    """Lines that fit between the margins."""
    room = (_PAGE[0] - 2 * _MARGIN) * 1000 / size / (1.08 if bold else 1)
    lines, line, used = [], "", 0
    for word in text.split():
        width = sum(_WIDTHS[ord(c) - 32] if 32 <= ord(c) <= 126 else 556 for c in word) + 278
        if line and used + width > room:
            lines.append(line)
            line, used = "", 0
        line, used = f"{line} {word}".strip(), used + width
    return [*lines, line]


def _words(text: str, font: str, size: int, height: float) -> bytes:
    return b"BT /%s %d Tf %d %.1f Td (%s) Tj ET" % (font.encode(), size, _MARGIN, height, _escape(text))


def _escape(text: str) -> bytes:
    plain = "".join(c if _is_western(c) else unicodedata.normalize("NFKD", c) for c in text)
    encoded = plain.replace("→", "to").encode("cp1252", "replace")
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _is_western(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _file(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
