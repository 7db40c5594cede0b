from __future__ import annotations

from datetime import datetime

import pytest

from tests.api.test_tickets import Api
from tests.factories.desk import Desk, in_desk
from tests.factories.docs import make_article, make_docs


@pytest.fixture
def docs(acme: Desk, now: datetime) -> Desk:
    handbook, _general = make_docs(now)
    make_article(handbook, "Canary draft", "Not yet.", at=now, publish=False)
    return acme


def test_a_search_forgives_and_marks(docs: Desk, now: datetime) -> None:
    answer = Api(docs, "carol", now).get("/articles?q=certifcate+rotation").json()
    first = answer["results"][0]
    assert answer["next"] is None
    assert (first["title"], first["path"], first["product"], first["doc_set"]) == (
        "Rotate the signing certificate", "/docs/engine-handbook/rotate-the-signing-certificate", "Engine", "Engine handbook")
    assert "<mark>certificate</mark>" in first["excerpt"]
    assert Api(docs, "carol", now).get("/articles?q=xylophone").json()["results"] == []


def test_the_list_has_what_is_published(docs: Desk, now: datetime) -> None:
    titles = [a["title"] for a in Api(docs, "finn", now).get("/articles").json()["results"]]
    assert titles == sorted(titles)
    assert len(titles) == 5
    assert Api(docs, "bob", now).get("/articles?q=canary+draft").json()["results"] == []


def test_one_article_comes_with_its_text(docs: Desk, now: datetime) -> None:
    api = Api(docs, "finn", now)
    first = api.get("/articles").json()["results"][0]
    one = api.get(f"/articles/{first['id']}").json()
    assert one["html"].startswith("<p>Check the clock")
    assert {k: v for k, v in one.items() if k != "html"} == first


def test_only_tokens_of_the_tenant_with_the_scope_read(docs: Desk, globex: Desk, now: datetime) -> None:
    assert Api(docs, "carol", now, ("notes",)).get("/articles").status_code == 403
    with in_desk(globex):
        foreign = Api(globex, "carol", now)
    assert foreign.get("/articles").json()["results"] == []
    assert foreign.get("/articles?q=certificate").json()["results"] == []
    assert foreign.client.get("/api/v1/articles", headers={"authorization": ""}).status_code == 401
