from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from knowledge.models import Article, ArticleSearch, DocTerm
from knowledge.queries import search_articles
from knowledge.services import Draft, create_article, save_article, set_published
from tests.factories.desk import Desk, in_desk
from tests.factories.docs import make_article, make_docs


@pytest.fixture
def docs(acme: Desk, now: datetime) -> Desk:
    make_docs(now)
    return acme


def titles(desk: Desk, query: str, who: str | None = "carol", **options: object) -> list[str]:
    member = desk.member(who) if who else None
    return [hit.article.title for hit in search_articles(member, query, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("query", [
    "rotate certificate", "certifcate rotation", "rotating the singing certificat", "ROTATE: the signing-certificate!!",
    "certificte", "SSO login loops after certificate rotation"])
def test_the_article_is_found_whatever_the_spelling(docs: Desk, query: str) -> None:
    assert titles(docs, query)[0] == "Rotate the signing certificate"


def test_titles_and_rare_words_weigh_more(docs: Desk) -> None:
    assert titles(docs, "job killed 137 memory")[:2] == ["Raise the memory limit of a job", "Restore a backup"]
    assert titles(docs, "redirect loop")[0] == "Fix a login redirect loop"


@pytest.mark.parametrize("query", ["", "   ", "the", "?!", "xylophone", "zebra crossing in the harbour", "' | & ! :*",
                                   "\\", "a" * 5000, "\u202e\x00"])
def test_what_no_article_has_gives_nothing_and_no_error(docs: Desk, query: str) -> None:
    assert titles(docs, query) == []


def test_a_word_may_be_unfinished_while_it_is_typed(docs: Desk) -> None:
    assert titles(docs, "met") == []
    assert titles(docs, "met", unfinished=True) == ["Rotate the signing certificate"]


def test_the_ticket_s_product_comes_before_equals(acme: Desk, now: datetime) -> None:
    handbook, general = make_docs(now)
    for doc_set in (general, handbook):
        make_article(doc_set, "Clean the sprocket", "Use a brush.", at=now)
    found = [h.article.doc_set for h in search_articles(acme.member("carol"), "sprocket")]
    assert found == [general, handbook]
    found = [h.article.doc_set for h in search_articles(acme.member("carol"), "sprocket", product_id=handbook.product_id)]
    assert found == [handbook, general]


def test_excerpts_mark_the_words_and_nothing_else_is_markup(acme: Desk, now: datetime) -> None:
    handbook, _general = make_docs(now)
    make_article(handbook, "Escape <b>sequences</b>", "Type `<script>alert(1)</script>` & see the *gizmo* there.", at=now)
    hit = search_articles(acme.member("carol"), "gizmo sequences")[0]
    assert hit.title == "Escape &lt;b&gt;<mark>sequences</mark>&lt;/b&gt;"
    assert "alert(1) &amp; see the <mark>gizmo</mark> there" in hit.excerpt
    assert "<script" not in hit.excerpt


def test_articles_are_found_in_their_own_language(acme: Desk, now: datetime) -> None:
    handbook, _general = make_docs(now)
    create_article(handbook, Draft("Zertifikate erneuern", "Die Zertifikate laufen nach einem Jahr ab.", language="de"),
                   by=None, at=now, publish=True)
    assert titles(acme, "Zertifikat erneuert") == ["Zertifikate erneuern"]
    assert titles(acme, "Zertfikat")[0] == "Zertifikate erneuern"


def test_visitors_find_public_sets_only(docs: Desk) -> None:
    assert titles(docs, "certificates", who=None) == ["Reach our support"]
    assert titles(docs, "rotate the signing certificate", who=None) == []
    assert set(titles(docs, "certificates")) == {"Rotate the signing certificate", "Reach our support"}


def test_another_tenant_s_words_are_not_found_and_correct_nothing(docs: Desk, globex: Desk, now: datetime) -> None:
    with in_desk(globex):
        handbook, _general = make_docs(now)
        make_article(handbook, "Canary gizmo", "The gizmo sings.", at=now)
        assert titles(globex, "gizmo") == ["Canary gizmo"]
    assert titles(docs, "gizmo") == []
    assert titles(docs, "gizmmo") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant', '', true)")
        cursor.execute("SELECT count(*) FROM search_articles(ARRAY['gizmo'], false, false, NULL, 10)")
        assert cursor.fetchone() == (0,)


def test_unpublished_articles_are_not_found_and_leave_no_words(docs: Desk, now: datetime) -> None:
    article = Article.objects.get(slug="restore-a-backup")
    set_published(article, False, by=None, at=now)
    assert titles(docs, "restore backup snapshot") == []
    assert not DocTerm.objects.filter(word="snapshot").exists()
    assert DocTerm.objects.get(word="memory").articles == 1
    set_published(article, True, by=None, at=now)
    assert titles(docs, "restore backup snapshot") == ["Restore a backup"]


def test_a_changed_text_is_found_by_its_new_words_and_the_counts_stay_exact(docs: Desk, now: datetime) -> None:
    article = Article.objects.get(slug="restore-a-backup")
    save_article(article, Draft("Restore a backup", "Ask the quartermaster for memory."), by=None, at=now)
    assert titles(docs, "quartermaster") == ["Restore a backup"]
    assert titles(docs, "snapshot") == []
    counted: dict[str, int] = {}
    for terms in ArticleSearch.objects.values_list("terms", flat=True):
        for term in terms:
            counted[term] = counted.get(term, 0) + 1
    assert dict(DocTerm.objects.values_list("word", "articles")) == counted


def test_a_search_takes_two_queries(docs: Desk, django_assert_num_queries) -> None:
    member = docs.member("carol")
    with django_assert_num_queries(2):
        assert len(search_articles(member, "certificates")) == 2
