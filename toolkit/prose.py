"""Light markdown as safe HTML: for what people write in tickets, where logs and addresses are as common as prose."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a", "hr",
         "table", "thead", "tbody", "tr", "th", "td", "s"}
_SHORT = 5_000
_ADDRESS = re.compile(r"https?://[^\s<>\"`]+")


def render_text(text: str) -> SafeString:
    """Safe HTML: raw HTML stays text, bare addresses become links, links don't tell where from, no images.

    Headings become bold paragraphs, so that a pasted “# comment” can't upset the outline of the page around it.
    """
    return _remembered(text) if len(text) <= _SHORT else _rendered(text)


@lru_cache(maxsize=2_000)  # the same messages are opened again and again; at most some 20 MB
def _remembered(text: str) -> SafeString:
    return _rendered(text)


def _rendered(text: str) -> SafeString:
    clean = nh3.clean(_markdown().render(text), tags=_TAGS, attributes={"a": {"href"}},
                      url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer nofollow",
                      set_tag_attribute_values={"pre": {"tabindex": "0"}})  # code scrolls in a box that keys reach
    return mark_safe(clean)  # noqa: S308 -- cleaned in the line above


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"linkify": False, "breaks": True})
    parser.core.ruler.push("bold_headings", _bold_headings)
    parser.core.ruler.push("link_addresses", _link_addresses)
    return parser


def _bold_headings(state: StateCore) -> None:
    for before, token in zip([None, *state.tokens], state.tokens, strict=False):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
        elif before is not None and before.type == "heading_open":
            token.children = [Token("strong_open", "strong", 1), *(token.children or []),
                              Token("strong_close", "strong", -1)]


def _link_addresses(state: StateCore) -> None:
    for block in state.tokens:
        inside, children = 0, []
        for token in block.children or []:
            inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            children += _with_links(token, state.md) if token.type == "text" and not inside else [token]
        if block.children:
            block.children = children


def _with_links(text: Token, parser: MarkdownIt) -> list[Token]:
    """A text token cut at the addresses in it."""
    found, at = [], 0
    for match in _ADDRESS.finditer(text.content):
        shown = _without_tail(match.group())
        target = parser.normalizeLink(shown)
        if not parser.validateLink(target):
            continue
        found += [_text(text.content[at:match.start()]), Token("link_open", "a", 1, attrs={"href": target}),
                  _text(shown), Token("link_close", "a", -1)]
        at = match.start() + len(shown)
    return [*found, _text(text.content[at:])]


def _without_tail(address: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket belongs to it if it was opened in it."""
    while address[-1] in ".,;:!?'*_" or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
