"""The documentation over REST: the pages' doors and their search."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import acting
from api.views import PROBLEMS
from knowledge.markup import render_article
from knowledge.models import Article
from knowledge.queries import readable_article, readable_articles, search_articles
from toolkit.paging import keyset_page


class ArticleOutput(serializers.ModelSerializer[Article]):
    """A published article. `path` is its address on this host; `excerpt` is where the words were found, as HTML."""

    doc_set = serializers.CharField(source="doc_set.name")
    product = serializers.CharField(source="doc_set.product.name", default=None, allow_null=True)
    product_version = serializers.CharField(source="doc_set.version.name", default=None, allow_null=True)
    path = serializers.CharField()
    excerpt = serializers.SerializerMethodField()

    class Meta:
        model = Article
        fields: tuple[str, ...] = ("id", "title", "path", "doc_set", "product", "product_version", "language", "published_at",
                  "updated_at", "excerpt")
        read_only_fields = fields

    def get_excerpt(self, article: Article) -> str:
        """Empty in lists without a search."""
        return str(self.context.get("excerpts", {}).get(article.pk, ""))


class ArticleText(ArticleOutput):
    """An article with its text as safe HTML."""

    html = serializers.SerializerMethodField()

    class Meta(ArticleOutput.Meta):
        fields = (*ArticleOutput.Meta.fields, "html")
        read_only_fields = fields

    def get_html(self, article: Article) -> str:
        """Sanitised; its links to other articles are paths on this host."""
        return str(render_article(article.body, article.body_format, source_path=article.source_path,
                                  base=f"/docs/{article.doc_set.slug}"))


class ArticlePage(serializers.Serializer[Any]):
    """A page; `next` is the cursor of the following one. The best answers to a search come on one page."""

    next = serializers.CharField(allow_null=True)
    results = ArticleOutput(many=True)


class Articles(APIView):
    """The published documentation."""

    @extend_schema(operation_id="articles_list", responses={200: ArticlePage, **PROBLEMS}, parameters=[
        OpenApiParameter("q", str, description="Full text; mistyped words are forgiven. The best 20, best first."),
        OpenApiParameter("after", str, description="Cursor of the page, from `next`, in lists without `q`.")])
    def get(self, request: Request) -> Response:
        query = request.query_params.get("q", "")
        if query.strip():
            hits = search_articles(acting(request), query[:300])
            shown = ArticleOutput([h.article for h in hits], many=True, context={
                "excerpts": {h.article.pk: h.excerpt for h in hits}})
            return Response({"next": None, "results": shown.data})
        page = keyset_page(readable_articles(acting(request)), order=["title", "id"],
                           cursor=request.query_params.get("after", ""))
        return Response({"next": page.next_cursor or None, "results": ArticleOutput(page.rows, many=True).data})


class OneArticle(APIView):
    """A published article by its id."""

    @extend_schema(operation_id="articles_read", responses={200: ArticleText, **PROBLEMS})
    def get(self, request: Request, article_id: int) -> Response:
        return Response(ArticleText(readable_article(acting(request), min(article_id, 2**63 - 1))).data)
