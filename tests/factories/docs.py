"""Documentation that tests read: a private set about the engine, a public one about nothing in particular."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Product
from knowledge.models import Article, DocSet
from knowledge.services import Draft, create_article

ENGINE = {
    "Rotate the signing certificate": "Upload the new certificate, wait for both to be trusted, then take out the old "
                                      "one. Logins that loop after a rotation still use the cached metadata.",
    "Fix a login redirect loop": "Check the clock, the cookie domain and the proxy headers, in that order.",
    "Restore a backup": "Stop the engine, copy the snapshot back, start it again. The job that failed with exit code "
                        "137 ran out of memory.",
    "Raise the memory limit of a job": "A job that is killed with 137 needs a higher memory limit.",
}


def make_docs(at: datetime) -> tuple[DocSet, DocSet]:
    """Both sets, inside the tenant's scope: Engine handbook (private) and General help (public)."""
    product = Product.objects.get(slug="engine")
    handbook = DocSet.objects.create(name="Engine handbook", slug="engine-handbook", product=product, created_at=at)
    general = DocSet.objects.create(name="General help", slug="general-help", is_public=True, created_at=at)
    for title, body in ENGINE.items():
        make_article(handbook, title, body, at=at)
    make_article(general, "Reach our support", "Write a ticket on the portal. Certificates of attendance are sent on "
                                               "request.", at=at)
    return handbook, general


def make_article(doc_set: DocSet, title: str, body: str, *, at: datetime, publish: bool = True) -> Article:
    """One article."""
    return create_article(doc_set, Draft(title, body), by=None, at=at, publish=publish)
