"""The portal's and the desk's pages of the documentation, by people without JavaScript."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from knowledge.models import Article, Deflection, DocSet, SearchMiss
from tests.factories.desk import Desk
from tests.factories.docs import make_article, make_docs
from tickets.models import Attachment, Ticket

FOUND = "<mark>Rotate</mark> the signing <mark>certificate</mark>"
QUERY = "login loops after certificate rotation"


@pytest.fixture
def docs(acme: Desk, now: datetime) -> Desk:
    make_docs(now)
    return acme


def ask(desk: Desk, **values: Any) -> Any:
    data = {"subject": QUERY, "project": desk.project().pk, "environment": "staging", "priority": "2",
            "details": "Since nine.", **values}
    return desk.client("carol").post("/tickets/new", data)


def test_home_lists_sets_and_finds_articles(docs: Desk) -> None:
    page = docs.client("carol").get("/docs").content.decode()
    assert page.index("Engine handbook") < page.index("General help")
    assert "Engine · 4 articles" in page
    found = docs.client("carol").get("/docs?q=certifcate").content.decode()
    assert "Rotate the signing <mark>certificate</mark>" in found
    assert 'href="/docs/engine-handbook/rotate-the-signing-certificate?q=certifcate"' in found


def test_visitors_read_public_sets_only(docs: Desk, globex: Desk) -> None:
    visitor = docs.client(None)
    page = visitor.get("/docs").content
    assert b"General help" in page
    assert b"Engine handbook" not in page
    assert visitor.get("/docs/general-help/reach-our-support").status_code == 200
    for path in ("/docs/engine-handbook", "/docs/engine-handbook/restore-a-backup", "/docs/no-such", "/docs/general-help/no"):
        answer = visitor.get(path)
        assert (answer.status_code, "/account/login/" in answer["location"]) == (302, True), path
    assert docs.client("carol").get("/docs/no-such").status_code == 404
    assert globex.client(None).get("/docs").status_code == 302  # nothing public: sign in


def test_a_search_in_vain_is_counted_for_people_who_are_known(docs: Desk) -> None:
    for _twice in range(2):
        assert b"Nothing found" in docs.client("carol").get("/docs?q=Xylophone  tuning!").content
    docs.client(None).get("/docs?q=xylophone")
    docs.client("carol").get("/docs/suggest?subject=xylo", headers={"hx-request": "true"})
    assert list(SearchMiss.objects.values_list("query", "times")) == [("xylophone tuning", 2)]
    assert b"xylophone tuning" in docs.client("bob").get("/desk/docs").content


def test_suggestions_while_the_subject_is_typed(docs: Desk, django_assert_max_num_queries: Any) -> None:
    carol = docs.client("carol")
    with django_assert_max_num_queries(15):
        part = carol.get("/docs/suggest", {"subject": "login redir", "project": docs.project().pk},
                         headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "Fix a <mark>login</mark> <mark>redirect</mark> loop" in part
    assert "may answer this" in part
    assert "docs__hit" not in carol.get("/docs/suggest?subject=lo", headers={"hx-request": "true"}).content.decode()
    assert "No article about this yet" in carol.get("/docs/suggest?subject=xylophone", headers={"hx-request": "true"}).content.decode()
    assert docs.client(None).get("/docs/suggest?subject=login").status_code == 302
    assert carol.get("/docs/suggest?subject=login loop")["location"] == "/docs?q=login+loop"  # never a part alone


def test_without_scripts_a_button_looks_in_the_docs_and_loses_nothing(docs: Desk) -> None:
    answer = ask(docs, look="docs", url="not an address", files=SimpleUploadedFile("a.log", b"line"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert FOUND in page
    assert "There is a problem" not in page
    for kept in (f'value="{QUERY}"', "Since nine.", 'value="not an address"', 'value="staging" checked', 'value="2" checked',
                 f'name="upload" value="{Attachment.objects.get().pk}" checked'):
        assert kept in page, kept
    assert not Ticket.objects.exists()


def test_a_refused_form_shows_the_suggestions_too(docs: Desk) -> None:
    answer = ask(docs, details="")
    assert answer.status_code == 422
    assert FOUND in answer.content.decode()
    assert ask(docs).status_code == 303
    assert Ticket.objects.get().subject == QUERY


def test_this_answered_it_counts_once_a_day(docs: Desk, now: datetime) -> None:
    carol, article = docs.client("carol"), Article.objects.get(slug="rotate-the-signing-certificate")
    for _twice in range(2):
        answer = carol.post("/docs/answered", {"article": article.pk, "q": QUERY, "from": "ticket_form"})
        assert (answer.status_code, answer["location"]) == (303, "/docs/engine-handbook/rotate-the-signing-certificate")
    row = Deflection.objects.get()
    assert (row.article, row.person, row.query, row.place) == (article, docs.member("carol").person, QUERY, "ticket_form")
    docs.client("sue").post("/docs/answered", {"article": article.pk, "q": "a\x00b"})
    assert not Ticket.objects.exists()
    report = docs.client("bob").get("/desk/docs").content.decode()
    assert "needed: 2 in the last 90 days" in report
    assert re.search(r"<td[^>]*>Engine handbook</td><td[^>]*>2</td>", report)
    for bad in ("", "x", "-1", "9" * 30, str(article.pk + 999)):
        assert carol.post("/docs/answered", {"article": bad}).status_code == 404
    assert docs.client("bob").post("/docs/answered", {"article": article.pk}).status_code == 302  # staff aren't counted
    assert carol.get("/docs/answered").status_code == 405


def test_free_plans_get_docs_and_forum_in_place_of_the_form(docs: Desk) -> None:
    page = docs.client("finn").get("/tickets/new?subject=login+loop").content.decode()
    assert 'action="/docs"' in page
    assert 'value="login loop"' in page
    assert "Engine handbook" in page
    assert "https://forum.acme.example/" in page
    assert "<textarea" not in page
    assert docs.client("finn").get("/docs/engine-handbook/restore-a-backup").status_code == 200


@pytest.mark.parametrize(("who", "path", "own"), [
    ("carol", "/docs", 1), ("carol", "/docs?q=gizmo", 3), ("carol", "/docs/engine-handbook", 2),
    ("carol", "/docs/engine-handbook/gizmo-01", 2), ("carol", "/docs/suggest?subject=gizmo", 2),
    ("bob", "/desk/docs?q=gizmo", 7), ("bob", "/desk/docs/sets/engine-handbook", 3), ("bob", "/desk/docs/likely/1", 7)])
def test_each_page_takes_few_queries_whatever_the_number_of_articles(docs: Desk, now: datetime, who: str, path: str,
                                                                     own: int) -> None:
    handbook = DocSet.objects.get(slug="engine-handbook")
    for n in range(60):
        make_article(handbook, f"Gizmo {n:02}", "The gizmo turns.", at=now)
    docs.ticket(at=now, subject="gizmo")
    client = docs.client(who)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(address, headers={"hx-request": "true"})
        return len(found)

    client.get("/docs")  # the host's tenant is remembered from here on
    frame = queries("/docs/suggest") if who == "carol" else queries("/desk/search") - 1  # but for its saved views
    assert queries(path) - frame == own


def test_lists_page_by_key_and_searches_show_the_best(docs: Desk, now: datetime) -> None:
    handbook = DocSet.objects.get(slug="engine-handbook")
    for n in range(60):
        make_article(handbook, f"Gizmo {n:02}", "The gizmo turns.", at=now)
    carol = docs.client("carol")
    first = carol.get("/docs/engine-handbook")
    assert len(first.context["page"].rows) == 50
    rest = carol.get(f"/docs/engine-handbook?after={first.context['page'].next_cursor}")
    assert len(rest.context["page"].rows) == 14
    assert len(carol.get("/docs?q=gizmo").context["hits"]) == 20


def test_an_agent_writes_previews_and_publishes(docs: Desk) -> None:
    bob = docs.client("bob")
    data = {"title": "Oil the hinge", "body": "Use **one** drop.<script>x</script>", "body_format": "markdown"}
    preview = bob.post("/desk/docs/sets/engine-handbook/new", {**data, "preview": "yes"})
    assert "Use <strong>one</strong> drop." in preview.content.decode()
    assert not Article.objects.filter(title="Oil the hinge").exists()
    bob.post("/desk/docs/sets/engine-handbook/new", {**data, "save": "yes"})
    article = Article.objects.get(slug="oil-the-hinge")
    assert (article.is_published, article.updated_by.name, article.language) == (False, "Bob", "en")
    assert docs.client("carol").get("/docs/engine-handbook/oil-the-hinge").status_code == 404
    bob.post(f"/desk/docs/{article.pk}/publish", {"version": 1, "published": "yes"})
    assert docs.client("carol").get("/docs/engine-handbook/oil-the-hinge").status_code == 200
    assert [e.action for e in AuditEvent.objects.filter(object_id=article.pk, object_type="knowledge.article").order_by("id")] \
        == ["article.created", "article.published"]
    taken = bob.post("/desk/docs/sets/engine-handbook/new", {**data, "save": "yes"})
    assert (taken.status_code, b"has an article at the address" in taken.content) == (422, True)


def test_an_admin_makes_a_set(docs: Desk) -> None:
    data = {"name": "Recipes", "product": "", "version": "", "language": "de", "is_public": "on"}
    assert docs.client("alice").post("/desk/settings/docs/new", data).status_code == 303
    made = DocSet.objects.get(slug="recipes")
    docs.client("bob").post("/desk/docs/sets/recipes/new", {"title": "Suppe", "body": "Heiß.", "body_format": "markdown",
                                                            "publish": "yes"})
    assert (made.is_public, made.articles.get().language) == (True, "de")
    assert docs.client(None).get("/docs/recipes/suppe").status_code == 200


def test_two_editors_lose_no_text(docs: Desk) -> None:
    article = Article.objects.get(slug="restore-a-backup")
    data = {"title": article.title, "slug": article.slug, "body_format": "markdown", "language": "en", "version": 1}
    path = f"/desk/docs/{article.pk}"
    assert docs.client("mia").post(path, {**data, "body": "Mia’s words."}).status_code == 303
    refused = docs.client("bob").post(path, {**data, "body": "Bob’s words."})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Bob’s words." in page
    assert "What stands there now, by Mia" in page
    assert "Mia’s words." in page
    assert 'name="version" value="2"' in page
    assert Article.objects.get(pk=article.pk).body == "Mia’s words."
    assert docs.client("bob").post(path, {**data, "version": 2, "body": "Both words."}).status_code == 303
    event = AuditEvent.objects.filter(action="article.changed").latest("id")
    assert event.changes["body"] == ["Mia’s words.", "Both words."]
    stale = docs.client("mia").post(f"{path}/publish", {"version": 2, "published": "no"}, follow=True)
    assert b"Somebody saved this article" in stale.content
    assert Article.objects.get(pk=article.pk).is_published


@pytest.mark.parametrize(("change", "said"), [
    ({"title": ""}, "Give it a title"), ({"body": " "}, "Write the text"), ({"slug": "a b"}, "valid"),
    ({"language": "english!"}, "language tag"), ({"body_format": "doc"}, "valid choice")])
def test_what_can_t_be_kept_is_said_beside_the_field(docs: Desk, change: dict[str, str], said: str) -> None:
    article = Article.objects.get(slug="restore-a-backup")
    data = {"title": "T", "slug": article.slug, "body": "B", "body_format": "markdown", "version": 1, **change}
    answer = docs.client("bob").post(f"/desk/docs/{article.pk}", data)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_receptionists_read_and_don_t_write(docs: Desk) -> None:
    rita, article = docs.client("rita"), Article.objects.first()
    assert rita.get("/desk/docs").status_code == rita.get("/desk/docs/sets/engine-handbook").status_code == 200
    assert b"New article" not in rita.get("/desk/docs/sets/engine-handbook").content
    assert rita.get(f"/desk/docs/{article.pk}").status_code == 404
    assert rita.post(f"/desk/docs/{article.pk}/publish", {"version": 1}).status_code == 404
    assert rita.get("/desk/docs/sets/engine-handbook/new").status_code == 404


def test_the_ticket_s_side_panel_lists_likely_docs(docs: Desk, now: datetime) -> None:
    number = docs.ticket(at=now, subject="Login loops after certificate rotation").number
    bob = docs.client("bob")
    assert f'hx-get="/desk/docs/likely/{number}"' in bob.get(f"/desk/t/{number}").content.decode()
    page = bob.get(f"/desk/docs/likely/{number}").content.decode()
    assert FOUND in page
    assert "](https://acme.localhost/docs/engine-handbook/rotate-the-signing-certificate)" in page.replace("http:", "https:")
    part = bob.get(f"/desk/docs/likely/{number}?q=backup", headers={"HX-Request": "true", "HX-Target": "docs-hits"})
    assert part.content.startswith(b'<ul id="docs-hits"')
    assert b"Restore a" in part.content
    assert b"No article has these words" in bob.get(f"/desk/docs/likely/{number}?q=xylophone").content


def test_old_answers_leave_the_report(docs: Desk, now: datetime) -> None:
    article, person = Article.objects.first(), docs.member("carol").person
    old = now - timedelta(days=400)
    Deflection.objects.create(article=article, person=person, place="docs", at=old, on=old.date())
    assert b"needed: 0 in the last 90 days" in docs.client("bob").get("/desk/docs").content
