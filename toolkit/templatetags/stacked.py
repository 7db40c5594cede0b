"""`{% stacked %}<table> … </table>{% endstacked %}`: a table whose rows are cards on a phone.

Each cell says the name of its column, which the style sheet shows before it where the head has no room. A table that isn't
laid out as one is none any more for some screen readers, so that its parts say what they are.
"""

from __future__ import annotations

import re

from django.template import Context, Library, Node, NodeList
from django.template.base import Parser, Token
from django.utils.html import strip_tags

register = Library()

_HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_OPENING = re.compile(r"<(table|thead|tbody|tfoot|tr|th|td)\b([^>]*)>")
_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup",
          "tr": "row", "td": "cell"}
_JOINED = re.compile(r'colspan="(\d+)"')
_UNSEEN = 'class="vh"'  # a column whose name is only spoken: its cells speak for themselves


class StackedNode(Node):
    """What it holds, with the names of the columns at the cells."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes

    def render(self, context: Context) -> str:
        """The table, its cells named."""
        return named(self.nodes.render(context))


def named(table: str) -> str:
    """This table of one head, each cell with the name of its column; a cell across several has none."""
    head, ends, body = table.partition("</thead>")
    names = ["" if _UNSEEN in words else strip_tags(words).strip().replace('"', "&quot;") for words in _HEAD.findall(head)]
    column = 0

    def part(found: re.Match[str]) -> str:
        nonlocal column
        tag, attributes = found.groups()
        if tag == "table":
            return f'<table role="table"{attributes.replace("plain", "plain stacked", 1)}>'
        if tag == "tr":
            column = 0
        if tag not in ("th", "td"):
            return f'<{tag} role="{_ROLES[tag]}"{attributes}>'
        role = _ROLES.get(tag) or ("rowheader" if "row" in attributes else "columnheader")
        joined = _JOINED.search(attributes)
        name = names[column] if role != "columnheader" and column < len(names) and not joined else ""
        column += int(joined[1]) if joined else 1
        return f'<{tag} role="{role}"{attributes}' + (f' data-label="{name}">' if name else ">")

    return _OPENING.sub(part, head) + ends + _OPENING.sub(part, body)


@register.tag
def stacked(parser: Parser, _token: Token) -> StackedNode:
    """The tag that holds a table."""
    nodes = parser.parse(("endstacked",))
    parser.delete_first_token()
    return StackedNode(nodes)
