"""The reference tenants' documentation, and a fifth tenant's by the same means."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts.models import Person
from accounts.queries import member_for_person, person_by_email
from accounts.tenancy import tenant_scope
from knowledge.models import Article, Deflection, DocSet, SearchMiss
from knowledge.queries import search_articles
from supportdesk.reference.demo import DATA
from supportdesk.reference.documentation import load_doc_use
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import TenantFileError, read_tenant_file

LOADED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "sender", "asked"), [
    ("tectonic", "luis@bluefin.example", {
        "Registry returns 500 on push for images larger than 2 GB": "large-pushes-fail",
        "upgrade stuk at 62% after the control plane restarted": "upgrade-stops-halfway",
        "SSO login loops after certificate rotation": "rotate-identity-certificates",
        "Need the audit export for our ISO 27001 review, third quarter only": "export-audit-logs"}),
    ("platformsh", "", {
        "Checkout is down: all requests answer 503": "site-answers-503",
        "API answers 429 although we send 3 requests a second": "limits-of-api-requests",
        "Mails from our application end up in spam": "mail-ends-in-spam",
        "How do we rotate the deploy key without downtime?": "rotate-a-deploy-key",
        "build imgae pinning per enviroment": "pin-the-build-image"}),
    ("stakater", "astrid@kungsholm.example", {
        "Nightly backup job exits 137 on two of six nodes": "backups-exit-137",
        "Deploys fail with “quota exceeded” in staging although nothing is near its limit": "quota-exceeded",
        "Zugriffsrechte für neue Kolleginnen funktionieren nicht": "zugriffsrechte-neue-kollegen",
        "Node group stays NotReady after the kernel update": "node-group-not-ready",
        "Autoscaler doesn’t scale down after the nightly load test": "autoscaler-keeps-nodes",
        "Volume can’t be mounted after moving to the new zone": "moved-volume-does-not-mount"}),
    ("example", "eirik@nordlys.example", {
        "Webhook deliveries delayed by 6 to 9 minutes since Monday": "webhooks-are-late",
        "Runner picks up jobs but never finishes them": "jobs-never-finish",
        "Which versions get security fixes after March?": "supported-versions",
        "Search returns nothing for attachments uploaded before October": "missing-search-results"}),
])
def test_each_tenant_s_documentation_answers_what_its_customers_ask(slug: str, sender: str, asked: dict[str, str]) -> None:
    tenant = load_tenant(read_tenant_file(DATA / f"{slug}.toml"), at=LOADED)
    with tenant_scope(tenant):
        assert 6 <= Article.objects.filter(is_published=True).count() <= 10
        assert DocSet.objects.filter(product__isnull=False).count() == DocSet.objects.count() >= 2
        person = person_by_email(sender)
        member = member_for_person(tenant, person) if person else None
        found = {subject: [h.article.slug for h in search_articles(member, subject, most=3)] for subject in asked}
    assert {subject: slugs[:1] for subject, slugs in found.items()} == {s: [slug] for s, slug in asked.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "subject"), [
    ("stakater", "How do we rotate the deploy key without downtime?"), ("stakater", "Mails from our application end up in spam"),
    ("platformsh", "Need the audit export for our ISO 27001 review, third quarter only"),
    ("example", "Per-team storage quotas in the dashboard"), ("tectonic", "API answers 429 although we send 3 requests a second")])
def test_what_no_article_answers_brings_none_up(slug: str, subject: str) -> None:
    tenant = load_tenant(read_tenant_file(DATA / f"{slug}.toml"), at=LOADED)
    with tenant_scope(tenant):
        member = member_for_person(tenant, Person.objects.earliest("id"))
        assert search_articles(member, subject, most=3) == []


@pytest.mark.django_db
def test_the_demo_shows_what_the_documentation_spared() -> None:
    tenant = load_tenant(read_tenant_file(DATA / "stakater.toml"), at=LOADED)
    with tenant_scope(tenant):
        member = member_for_person(tenant, person_by_email("astrid@kungsholm.example"))
        load_doc_use([member], ["Backup job exits 137", "Xylophone tuning"], dice=random.Random(1), at=LOADED)
        assert {d.article.slug for d in Deflection.objects.select_related("article")} == {"backups-exit-137"}
        assert list(SearchMiss.objects.values_list("query", flat=True)) == ["xylophone tuning"]


@pytest.mark.django_db
def test_a_fifth_tenant_brings_its_documentation_along(tmp_path: Path) -> None:
    text = (DATA / "example.toml").read_text(encoding="utf-8")
    head = text.partition("[[docs]]")[0]
    fifth = head.replace("example", "fifth") + '[[docs]]\nset = "Handbook"\nfolder = "handbook"\n'
    (tmp_path / "fifth.toml").write_text(fifth, encoding="utf-8")
    with pytest.raises(TenantFileError, match="'handbook', which isn’t beside"):
        read_tenant_file(tmp_path / "fifth.toml")
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "hello.md").write_text("# Hello\n\nThe gizmo.\n")
    for _twice in range(2):
        tenant = load_tenant(read_tenant_file(tmp_path / "fifth.toml"), at=LOADED)
        with tenant_scope(tenant):
            assert Article.objects.get().title == "Hello"
    (tmp_path / "handbook" / "bad.md").write_bytes(b"\xff")
    with pytest.raises(TenantFileError, match=r"handbook/bad\.md: It isn’t UTF-8"):
        load_tenant(read_tenant_file(tmp_path / "fifth.toml"), at=LOADED)
