from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.members import Member
from knowledge.enums import Place
from knowledge.queries import search_articles
from knowledge.services import doc_set_for_import, import_folder, note_miss, record_answered
from supportdesk.reference.schema import TenantFileError
from toolkit.errors import DomainError

USES = 40


def load_docs(row: dict[str, Any], *, at: datetime) -> None:
    """A set and the articles of its folder. Raises TenantFileError for the first thing that is wrong with them."""
    try:
        doc_set = doc_set_for_import(row["set"], product=row.get("product", ""), version=row.get("version", ""),
                                     language=row.get("language", ""), is_public=row.get("public"), by=None, at=at)
        report = import_folder(doc_set, row["folder"], by=None, at=at)
    except DomainError as error:
        raise TenantFileError(error.message) from error
    if report.refused:
        raise TenantFileError("; ".join(f"{row['folder'].name}/{name}: {why}" for name, why in report.refused))


def load_doc_use(people: Sequence[Member], subjects: Sequence[str], *, dice: random.Random, at: datetime) -> None:
    """Sixty days of customers who looked in the documentation first, with and without success."""
    for _ in range(USES):
        member, subject = dice.choice(people), dice.choice(subjects)
        moment = at - timedelta(days=dice.uniform(0, 60))
        hits = search_articles(member, subject, most=1)
        if hits:
            record_answered(member, hits[0].article, query=subject, place=dice.choice(list(Place)), at=moment)
        else:
            note_miss(member, subject, at=moment)
