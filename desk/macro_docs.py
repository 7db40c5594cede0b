"""Links to articles in a macro's words: `{{ doc set/article }}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.members import Member
from knowledge.queries import readable_articles
from notifications.links import base_url
from tickets.macros import DOC

_PLACE = re.compile(r"\{\{\s*" + DOC.pattern + r"\s*\}\}")


class DocLinks:
    """The articles that some texts name, read at once (1 query; none where no text names one)."""

    def __init__(self, texts: Iterable[str], member: Member) -> None:
        named = {match.groups() for text in texts for match in _PLACE.finditer(text)}
        rows = readable_articles(member).filter(
            doc_set__slug__in={s for s, _a in named}, slug__in={a for _s, a in named}) if named else []
        self._titles = {(row.doc_set.slug, row.slug): row.title for row in rows}
        self._base = base_url(member.tenant) if named else ""
        self.missing = sorted(f"{s}/{a}" for s, a in named if (s, a) not in self._titles)

    def put_into(self, text: str) -> str:
        """The text with each article's title and address; nothing where there is no such article (any more)."""
        return _PLACE.sub(self._link, text)

    def _link(self, match: re.Match[str]) -> str:
        title = self._titles.get((match[1], match[2]))
        return f"{title}: {self._base}/docs/{match[1]}/{match[2]}" if title else ""
