"""An article's text as safe HTML and as plain words."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from knowledge.addresses import address_of_link
from knowledge.enums import BodyFormat

_TAGS = {"p", "br", "em", "strong", "b", "i", "code", "pre", "kbd", "ul", "ol", "li", "blockquote", "a", "hr", "h2", "h3",
         "h4", "h5", "table", "thead", "tbody", "tr", "th", "td", "caption", "s", "dl", "dt", "dd", "sub", "sup", "h1",
         "h6", "div", "section"}
_ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}, "ol": {"start"}}
_BLOCKS = _TAGS - {"em", "strong", "b", "i", "code", "kbd", "a", "s", "sub", "sup"}
_DROPPED = {"script", "style", "head", "title", "nav", "noscript", "template"}
_HEADINGS = re.compile(r"<(/?)h([1-6])>")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_PRE = re.compile(r"<pre>")


def render_article(body: str, body_format: str, *, source_path: str = "", base: str = "") -> SafeString:
    """Safe HTML: no scripts, styles or images, headings from the second level on.

    Links to other documents of the imported folder become links to their articles under `base`.
    """
    raw = _markdown().render(body) if body_format == BodyFormat.MARKDOWN else body
    clean = nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_DROPPED,
                      url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer",
                      attribute_filter=lambda tag, name, value: _value(tag, name, value, source_path, base))
    return mark_safe(_accessible(clean))  # noqa: S308 -- cleaned in the line above


def plain_text(body: str, body_format: str) -> str:
    """The words of an article, with blocks apart."""
    reader = _Words()
    reader.feed(str(render_article(body, body_format)))
    reader.close()
    return "\n".join(line for line in ("".join(reader.found)).split("\n") if line.strip())


def title_of_html(text: str) -> str:
    """The first heading of an HTML page, else its title."""
    reader = _Title()
    reader.feed(text)
    reader.close()
    return " ".join((reader.heading or reader.title).split())


def _value(tag: str, name: str, value: str, source_path: str, base: str) -> str | None:
    if tag == "a" and name == "href" and base:
        try:
            return address_of_link(value, source_path=source_path, base=base)
        except ValueError:  # no address at all, such as http://[
            return None
    return value


def _accessible(html: str) -> str:
    """One outline under the page's own h1; wide parts can be scrolled by keyboard."""
    deeper = 1 if "<h1>" in html else 0
    html = _HEADINGS.sub(lambda m: f"<{m[1]}h{min(6, max(2, int(m[2]) + deeper))}>", html)
    html = _TABLE.sub(lambda m: f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{m[0]}</div>', html)
    return _PRE.sub('<pre tabindex="0">', html)


@cache
def _markdown() -> MarkdownIt:
    # Raw HTML inside Markdown is let through here and cleaned with the rest.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


class _Words(HTMLParser):
    """Text with line breaks where blocks end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.found.append("\n")


class _Title(HTMLParser):
    """The first h1 and the title element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heading = self.title = ""
        self._inside = ""
        self._done: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "title"} and tag not in self._done:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._done.add(tag)
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1":
            self.heading += data
        elif self._inside == "title":
            self.title += data
