"""Django's `{% translate %}` and `{% blocktranslate %}`, where words without variables become plain text when the template
is compiled: `toolkit.templating.LanguageLoader` compiles it once for each language. A page has some two hundred of them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.template import Context, Library, Node, Variable
from django.template.base import Parser, TextNode, Token, TokenType
from django.templatetags import i18n
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import gettext

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


def _is_fixed(node: Node) -> bool:
    if isinstance(node, TranslateNode):
        words = node.filter_expression
        return not (node.noop or node.asvar or node.message_context or words.filters) and (
            isinstance(words.var, Variable) and isinstance(words.var.literal, str))
    return isinstance(node, BlockTranslateNode) and not (
        node.asvar or node.plural or node.message_context or node.extra_context) and all(
        part.token_type == TokenType.TEXT for part in node.singular)


def _folding(tag: Callable[[Parser, Token], Node]) -> Callable[[Parser, Token], Node]:
    def compile_tag(parser: Parser, token: Token) -> Node:
        node = tag(parser, token)
        return TextNode(_words_of(node)) if _is_fixed(node) else node

    return compile_tag


def _words_of(node: Node) -> str:
    if isinstance(node, BlockTranslateNode):
        return gettext(node.render_token_list(node.singular)[0]) % {}  # percent signs are doubled in it
    return str(node.render(Context()))


for _name in ("translate", "trans", "blocktranslate", "blocktrans"):
    register.tag(_name, _folding(i18n.register.tags[_name]))
