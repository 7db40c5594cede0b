"""HTML mail: as text to read, and as safe HTML to look at."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

_BLOCKS = {"p", "div", "section", "article", "header", "footer", "table", "tr", "ul", "ol", "blockquote", "pre", "form",
           "h1", "h2", "h3", "h4", "h5", "h6"}
_SKIP = {"script", "style", "head", "title", "template"}
_TAGS = {"a", "abbr", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "hr", "i",
         "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u",
         "ul"}
_MOST = 2_000_000


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.skipping = 0
        self.preformatted = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIP:
            self.skipping += 1
        elif tag == "br":
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag in {"td", "th"}:
            self.out.append(" ")
        elif tag in _BLOCKS:
            self.out.append("\n" if tag in {"tr", "div"} else "\n\n")
        if tag == "pre":
            self.preformatted += 1
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.out)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIP:
            self.skipping = max(0, self.skipping - 1)
        elif tag in _BLOCKS:
            self.out.append("\n" if tag in {"tr", "div"} else "\n\n")
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        if tag == "a" and self.links:
            href, at = self.links.pop()
            words = "".join(self.out[at:]).strip()
            if href.startswith(("http://", "https://")) and href.rstrip("/") not in words:
                self.out.append(f" <{href}>")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.out.append(data if self.preformatted else re.sub(r"[ \t\r\n]+", " ", data))


def to_text(html: str) -> str:
    """The words of an HTML mail, with paragraphs, list dashes and link targets. Never raises."""
    reader = _Reader()
    try:
        reader.feed(html[:_MOST])
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # what was read so far is kept
    text = "".join(reader.out).replace("\xa0", " ")
    text = re.sub(r"[ \t]+\n", "\n", re.sub(r"\n[ \t]+(?=\S)", "\n", text)) if "<pre" not in html.lower() else text
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def sanitise(html: str) -> str:
    """The mail as harmless HTML: no scripts, styles, forms or images; links don't tell where they were clicked."""
    return nh3.clean(html[:_MOST], tags=_TAGS, attributes={"a": {"href"}, "td": {"colspan"}, "th": {"colspan"}},
                     url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer nofollow",
                     strip_comments=True)
