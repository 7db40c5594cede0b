"""The documentation at the desk: what there is, what it spared, what it lacks; writing and publishing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.doc_forms import ArticleForm
from desk.guards import staff
from desk.shell import shell
from knowledge import queries, reports
from knowledge.markup import render_article
from knowledge.models import Article, DocSet
from knowledge.services import create_article, note_miss, save_article, set_published
from notifications.links import base_url
from tickets.queries import ticket_for
from toolkit.clock import now as clock_now
from toolkit.errors import ConflictError, DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

DAYS = 90
LIKELY = 5


@staff
def home(request: MemberRequest) -> HttpResponse:
    """The sets, a search, and the report."""
    query, at = request.GET.get("q", "").strip()[:200], clock_now()
    hits = queries.search_articles(request.member, query)
    if query and not hits:
        note_miss(request.member, query, at=at)
    return render_page(request, "desk/docs.html", shell(request, "docs") | {
        "docs_query": query, "hits": hits, "sets": reports.sets_to_keep(), "days": DAYS,
        "use": reports.use_since(at - timedelta(days=DAYS)), "can_write": _can_write(request)})


@staff
def one_set(request: MemberRequest, slug: str) -> HttpResponse:
    """A set's articles by title, drafts too."""
    found = queries.set_for(request.member, slug)
    state = request.GET.get("state", "")
    rows = Article.objects.select_related("updated_by").filter(doc_set=found)
    if state in {"draft", "published"}:
        rows = rows.filter(is_published=state == "published")
    page = keyset_page(rows, order=["title", "id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/doc_set.html", shell(request, "docs") | {
        "doc_set": found, "page": page, "state": state, "can_write": _can_write(request)})


def _new(request: MemberRequest, slug: str) -> HttpResponse:
    """An article that isn't there yet."""
    found = queries.set_for(request.member, slug)
    form = ArticleForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid() or "preview" in request.POST:
        return _editor(request, found, form)
    publish = "publish" in request.POST
    try:
        with transaction.atomic():
            article = create_article(found, form.draft(), by=request.member.person, at=clock_now(), publish=publish)
    except DomainError as error:
        form.add_error(error.field, error.message)
        return _editor(request, found, form)
    messages.success(request, _("It is published.") if publish else _("It is kept as a draft. Customers can’t see it yet."))
    return see_other(request, f"/desk/docs/{article.pk}")


new = staff(_new, role=AgentRole.AGENT, methods=("GET", "HEAD", "POST"))


def _edit(request: MemberRequest, article_id: int) -> HttpResponse:
    """An article's text. When somebody else saved in between, both texts stand on the page (409)."""
    article = queries.article_to_edit(request.member, article_id)
    if request.method != "POST":
        return _editor(request, article.doc_set, ArticleForm.of(article), article=article)
    form = ArticleForm(request.POST)
    if not form.is_valid() or "preview" in request.POST:
        return _editor(request, article.doc_set, form, article=article, version=request.POST.get("version"))
    try:
        with transaction.atomic():
            written = save_article(article, form.draft(), by=request.member.person, at=clock_now(),
                                   expected_version=_version(request))
    except ConflictError as error:
        theirs = queries.article_to_edit(request.member, article_id)
        return _editor(request, article.doc_set, form, article=theirs, conflict=error.message, status=409)
    except DomainError as error:
        form.add_error(error.field, error.message)
        return _editor(request, article.doc_set, form, article=queries.article_to_edit(request.member, article_id),
                       version=request.POST.get("version"))
    messages.success(request, _("Saved.") if written else _("Nothing was different."))
    return see_other(request, f"/desk/docs/{article.pk}")


edit = staff(_edit, role=AgentRole.AGENT, methods=("GET", "HEAD", "POST"))


def _publish(request: MemberRequest, article_id: int) -> HttpResponse:
    """Shown to customers from now on, or not any more."""
    article = queries.article_to_edit(request.member, article_id)
    wanted = request.POST.get("published") == "yes"
    try:
        with transaction.atomic():
            set_published(article, wanted, by=request.member.person, at=clock_now(), expected_version=_version(request))
        messages.success(request, _("It is published.") if wanted else _("Customers can’t see it any more."))
    except ConflictError:
        messages.error(request, _("Somebody saved this article in between. Look at it once more, then decide."))
    return see_other(request, f"/desk/docs/{article_id}")


publish = staff(_publish, role=AgentRole.AGENT, methods=("POST",))


@staff
def likely(request: MemberRequest, number: int) -> HttpResponse:
    """What may help with a ticket, to be put into the answer: a part of the ticket's page, or a page without scripts."""
    ticket = ticket_for(request.member, number)
    typed = request.GET.get("q", "").strip()[:200]
    product = ticket.product_id or (ticket.project.product_id if ticket.project else None)
    hits = queries.search_articles(request.member, typed or ticket.subject, product_id=product, most=LIKELY,
                                   unfinished=bool(typed))
    return render_page(request, "desk/docs_likely.html", shell(request, "docs") | {
        "ticket": ticket, "hits": hits, "typed": typed, "base": base_url(request.tenant)}, fragment="docs-hits")


def _editor(request: MemberRequest, doc_set: DocSet, form: ArticleForm, *, article: Article | None = None,
            version: str | None = None, conflict: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "doc_set": doc_set, "form": form, "article": article, "conflict": conflict,
        "version": version or (article.version if article else ""), "preview": None}
    if form.is_bound and "preview" in request.POST:
        context["preview"] = render_article(form.data.get("body", ""), form.data.get("body_format", ""), base=(
            f"/docs/{doc_set.slug}"), source_path=article.source_path if article else "")
    elif form.errors:
        status = 422
    return render_page(request, "desk/doc_edit.html", shell(request, "docs") | context, status=status)


def _can_write(request: MemberRequest) -> bool:
    return bool(request.member.is_at_least(AgentRole.AGENT))


def _version(request: MemberRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)
