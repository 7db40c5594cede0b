"""HTML mail: as text to read, and as safe HTML to look at.

The text is read by a scanner of our own, which looks at each character a bounded number of times: html.parser takes
minutes for half a megabyte of `<!--`, and the sanitiser seconds for deep nesting, so that is measured first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import nh3

_BLOCKS = {"p", "div", "section", "article", "header", "footer", "table", "tr", "ul", "ol", "blockquote", "pre", "form",
           "h1", "h2", "h3", "h4", "h5", "h6", "hr", "dl", "dt", "dd"}
_TIGHT = {"tr", "div", "dt", "dd"}
_SKIP = {"script", "style", "title", "template", "noscript"}
_UNNESTED = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "p", "li", "dt",
             "dd", "option", "head", "body", "html"}
_TAGS = {"a", "abbr", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "hr", "i",
         "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u",
         "ul"}
_MOST = 512 * 1024  # the raw mail holds the rest
_DEEPEST, _MOST_TAGS = 400, 30_000
_NAME = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n]+")
_LONGEST_TAG = 8_192


class _Scanner:
    """One pass over the text; never raises."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.out: list[str] = []
        self.preformatted = 0
        self.link: tuple[str, int] | None = None
        self.tags = self.depth = self.deepest = 0
        self.unclosed: set[str] = set()

    def run(self) -> None:
        """Read all of it."""
        html, at = self.html, 0
        while True:
            begin = html.find("<", at)
            if begin == -1:
                self._say(html[at:])
                return
            self._say(html[at:begin])
            at = self._markup(begin)
            if at == -1:
                return

    def _markup(self, begin: int) -> int:
        """What follows a “<”; returns where to go on, -1 at the end."""
        html = self.html
        if html.startswith("<!--", begin):
            end = html.find("-->", begin + 4)
            return -1 if end == -1 else end + 3
        name = _NAME.match(html, begin + 1)
        if name is None and not html.startswith(("<!", "<?"), begin):
            self.out.append("<")
            return begin + 1
        end = self._tag_end(begin)
        if end == -1:
            self._say(html[begin:])
            return -1
        if name is None:
            return end + 1
        tag = name[2].lower()
        if not name[1] and tag in _SKIP and tag not in self.unclosed:
            close = re.compile(rf"</{tag}\b", re.IGNORECASE).search(html, end)
            if close:
                return close.start()
            self.unclosed.add(tag)
        self._tag(tag, bool(name[1]), html[name.end():min(end, begin + _LONGEST_TAG)])
        return end + 1

    def _tag_end(self, begin: int) -> int:
        """The “>” that ends a tag; one inside quotes does not, as long as the quotes end soon."""
        end = self.html.find(">", begin)
        for _ in range(3):
            if end == -1 or end - begin > _LONGEST_TAG or self.html.count('"', begin, end) % 2 == 0:
                break
            end = self.html.find(">", end + 1)
        return end

    def _tag(self, tag: str, is_end: bool, attributes: str) -> None:
        self.tags += 1
        if tag not in _UNNESTED:
            self.depth = max(0, self.depth - 1) if is_end else self.depth + 1
            self.deepest = max(self.deepest, self.depth)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1) if is_end else self.preformatted + 1
        if tag in _BLOCKS:
            self.out.append("\n" if tag in _TIGHT else "\n\n")
        elif tag == "br":
            self.out.append("\n")
        elif tag == "li" and not is_end:
            self.out.append("\n- ")
        elif tag in {"td", "th"} and not is_end:
            self.out.append(" ")
        elif tag == "a":
            self._anchor(is_end, attributes)

    def _anchor(self, is_end: bool, attributes: str) -> None:
        if not is_end:
            href = _HREF.search(attributes)
            self.link = (unescape(href[1] or href[2] or href[3] or "") if href else "", len(self.out))
        elif self.link is not None:
            href_text, at = self.link
            self.link = None
            words = "".join(self.out[at:]).strip()
            if href_text.startswith(("http://", "https://")) and href_text.rstrip("/") not in words:
                self.out.append(f" <{href_text}>")

    def _say(self, text: str) -> None:
        if text:
            plain = unescape(text)
            self.out.append(plain if self.preformatted else _SPACES.sub(" ", plain))


class Page:
    """An HTML text, scanned once: its words, and whether it may be shown as it looks."""

    def __init__(self, html: str) -> None:
        self.html = html[:_MOST]
        self._scanner = _Scanner(self.html)
        self._scanner.run()

    def text(self) -> str:
        """The words, with paragraphs, list dashes and link targets."""
        text = "".join(self._scanner.out).replace("\xa0", " ")
        if "<pre" not in self.html.lower():
            text = "\n".join(line.strip(" \t") for line in text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def harmless(self) -> str:
        """No scripts, styles, forms or images; links don't tell where they were clicked.

        Empty where it is nested too deeply to be a letter: its text is there all the same.
        """
        if self._scanner.deepest > _DEEPEST or self._scanner.tags > _MOST_TAGS:
            return ""
        return nh3.clean(self.html, tags=_TAGS, attributes={"a": {"href"}, "td": {"colspan"}, "th": {"colspan"}},
                         url_schemes={"http", "https", "mailto"}, url_relative="deny", strip_comments=True,
                         link_rel="noopener noreferrer nofollow")


def harmless(pages: Sequence[Page]) -> str:
    """The pages of a mail, one below the other, as HTML that is safe to look at."""
    if not pages:
        return ""
    return (pages[0] if len(pages) == 1 else Page("\n".join(page.html for page in pages))).harmless()
