"""Documentation: looked for before a ticket is written, and read by whoever may (S1)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.queries import filing_projects
from accounts.requests import MemberRequest, TenantRequest
from knowledge import queries
from knowledge.enums import Place
from knowledge.markup import render_article
from knowledge.models import Article
from knowledge.services import note_miss, record_answered
from portal.guards import customer, reader
from portal.suggestions import suggestions
from toolkit.clock import now as clock_now
from toolkit.errors import NotFoundError
from toolkit.paging import keyset_page
from toolkit.rendering import ask_to_sign_in, render_page, see_other

BEST = 20


@reader
def home(request: TenantRequest) -> HttpResponse:
    """Search, and the sets by product and version."""
    query = request.GET.get("q", "").strip()[:200]
    hits = queries.search_articles(request.member, query, most=BEST)
    if query and not hits:
        note_miss(request.member, query, at=clock_now())
    sets = queries.sets_with_counts(request.member)
    if request.member is None and not sets:
        return ask_to_sign_in(request)
    return render_page(request, "portal/docs.html", {
        "query": query, "hits": hits, "sets": sets, "best": BEST, "nav_current": "docs"})


@reader
def one_set(request: TenantRequest, set_slug: str) -> HttpResponse:
    """A set's articles by title."""
    found = queries.set_for(request.member, set_slug)
    rows = queries.readable_articles(request.member).filter(doc_set=found)
    page = keyset_page(rows, order=["title", "id"], cursor=request.GET.get("after", ""))
    return render_page(request, "portal/doc_set.html", {"doc_set": found, "page": page, "nav_current": "docs"})


@reader
def page(request: TenantRequest, set_slug: str, slug: str) -> HttpResponse:
    """One article. `q` is what the reader had asked: with it goes the question whether it is answered."""
    article = queries.article_for(request.member, set_slug, slug)
    base = f"/docs/{article.doc_set.slug}"
    others = queries.readable_articles(request.member).filter(doc_set=article.doc_set_id).exclude(pk=article.pk)
    return render_page(request, "portal/doc.html", {
        "article": article, "query": request.GET.get("q", "").strip()[:200], "nav_current": "docs",
        "place": _place(request.GET.get("from", "")), "others": others.order_by("title", "id")[:8],
        "text": render_article(article.body, article.body_format, source_path=article.source_path, base=base)})


@customer
def suggest(request: MemberRequest) -> HttpResponse:
    """What may answer the subject that is being typed; a part of the ticket form. By itself it is a search."""
    if not request.htmx:
        return redirect(f"/docs?{urlencode({'q': request.GET.get('subject', '')})}")
    chosen = request.GET.get("project", "")
    projects = filing_projects(request.member, clock_now().date()) if chosen else []
    project = next((p for p in projects if str(p.pk) == chosen), None)
    return render_page(request, "portal/_suggestions.html", suggestions(
        request.member, request.GET.get("subject", ""), project, unfinished=True))


def _answered(request: MemberRequest) -> HttpResponse:
    """“This answered it”: a ticket that wasn't needed."""
    article = _article(request)
    record_answered(request.member, article, query=request.POST.get("q", "")[:200],
                    place=_place(request.POST.get("from", "")), at=clock_now())
    messages.success(request, _("Good to hear. No ticket was filed."))
    return see_other(request, article.path)


answered = customer(_answered, methods=("POST",))


def _article(request: TenantRequest) -> Article:
    text = request.POST.get("article", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFoundError(_("There is no such article."))
    return queries.readable_article(request.member, int(text))


def _place(value: str) -> Place:
    return Place.TICKET_FORM if value == Place.TICKET_FORM else Place.DOCS
