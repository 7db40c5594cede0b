"""What the documentation says to the subject of a ticket that isn't written yet (S1)."""

from __future__ import annotations

from typing import Any

from accounts.members import Member
from accounts.models import Project
from knowledge.queries import search_articles

SHOWN = 3


def suggestions(member: Member, subject: str, project: Project | None, *, unfinished: bool = False) -> dict[str, Any]:
    """The context of the suggestions for a subject; those about the project's product come before equals."""
    subject = subject.strip()[:200]
    hits = search_articles(member, subject, product_id=project.product_id if project else None, most=SHOWN,
                           unfinished=unfinished) if len(subject) > 2 else []
    return {"docs_query": subject, "hits": hits}
