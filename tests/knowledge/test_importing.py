from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from knowledge.models import Article, DocSet
from knowledge.queries import search_articles
from knowledge.services import Draft, ImportReport, doc_set_for_import, import_folder, save_article, set_published
from tests.factories.desk import Desk
from toolkit.errors import DomainError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "install").mkdir()
    (tmp_path / "install" / "first-steps.md").write_text(
        "---\ntitle: First steps\nlanguage: en\n---\n\nUnpack it, then [restore](../restore.html#copy).\n")
    (tmp_path / "Limits.md").write_text("# Limits of a job\n\n| Limit | Value |\n|---|---|\n| memory | 2 Gi |\n")
    (tmp_path / "restore.html").write_text(
        "<html><head><title>Manual</title><style>p{}</style></head><body><h1>Restore a backup</h1>"
        "<p onclick='x()'>Copy the <b>snapshot</b>.</p><script>alert(1)</script></body></html>")
    (tmp_path / ".hidden.md").write_text("# No")
    (tmp_path / "notes.txt").write_text("No")
    return tmp_path


@pytest.fixture
def handbook(acme: Desk, now: datetime) -> DocSet:
    return doc_set_for_import("Handbook", product="engine", version="2.0", by=None, at=now)


def bring(doc_set: DocSet, folder: Path, at: datetime) -> ImportReport:
    return import_folder(doc_set, folder, by=None, at=at)


def test_a_folder_becomes_articles(handbook: DocSet, folder: Path, now: datetime, acme: Desk) -> None:
    assert str(bring(handbook, folder, now)) == "3 created, 0 changed, 0 unchanged, 0 unpublished, 0 refused"
    found = {a.slug: a for a in Article.objects.all()}
    assert {slug: a.title for slug, a in found.items()} == {
        "install-first-steps": "First steps", "limits": "Limits of a job", "restore": "Restore a backup"}
    assert all(a.is_published for a in found.values())
    assert not found["limits"].body.startswith("#")
    page = acme.client("carol").get("/docs/handbook-20/restore").content.decode()
    assert "Copy the <b>snapshot</b>" in page
    assert "alert(1)" not in page
    assert "onclick" not in page
    steps = acme.client("carol").get("/docs/handbook-20/install-first-steps").content.decode()
    assert 'href="/docs/handbook-20/restore"' in steps


def test_again_changes_nothing(handbook: DocSet, folder: Path, now: datetime) -> None:
    bring(handbook, folder, now)
    before = list(Article.objects.order_by("id").values())
    events = AuditEvent.objects.count()
    assert bring(handbook, folder, now + timedelta(days=1)).unchanged == 3
    assert list(Article.objects.order_by("id").values()) == before
    assert AuditEvent.objects.count() == events


def test_changed_new_and_vanished_files(handbook: DocSet, folder: Path, now: datetime, acme: Desk) -> None:
    bring(handbook, folder, now)
    (folder / "Limits.md").write_text("# Limits of a job\n\nThe quota is generous.\n")
    (folder / "restore.html").rename(folder / "restore-all.html")
    later = now + timedelta(days=1)
    assert str(bring(handbook, folder, later)) == "1 created, 1 changed, 1 unchanged, 1 unpublished, 0 refused"
    assert not Article.objects.get(slug="restore").is_published
    assert Article.objects.get(slug="limits").updated_at == later
    assert [h.article.slug for h in search_articles(acme.member("carol"), "generous quota")] == ["limits"]
    assert AuditEvent.objects.filter(action="article.unpublished").count() == 1
    (folder / "restore-all.html").rename(folder / "restore.html")
    assert str(bring(handbook, folder, later)) == "0 created, 1 changed, 2 unchanged, 1 unpublished, 0 refused"
    assert Article.objects.get(slug="restore").is_published


def test_a_bad_file_is_named_and_the_rest_goes_on(handbook: DocSet, folder: Path, now: datetime) -> None:
    bring(handbook, folder, now)
    (folder / "Limits.md").write_bytes(b"\xff\xfe\x00broken")
    (folder / "open.md").write_text("---\ntitle: Never closed\n")
    (folder / "empty.md").write_text("# Only a title\n")
    (folder / "huge.md").write_text("x" * 1_000_001)
    (folder / "install-first-steps.html").write_text("<p>The same address</p>")
    (folder / "outside.md").symlink_to("/etc/hostname")
    (folder / "good.md").write_text("Just words.")
    report = bring(handbook, folder, now)
    assert {name: reason.split(".")[0].split(":")[0] for name, reason in report.refused} == {
        "Limits.md": "It isn’t UTF-8 text", "open.md": "Its front matter has no end", "empty.md": "There is nothing in it",
        "huge.md": "It is larger than 1 MB", "outside.md": "It leads out of the folder",
        "install-first-steps.html": "Its address “install-first-steps” belongs to install/first-steps"}
    assert (report.created, report.unchanged, report.unpublished) == (1, 2, 0)
    assert Article.objects.get(slug="good").title == "Good"
    assert Article.objects.get(slug="limits").is_published  # a file that can't be read hasn't vanished


def test_what_the_desk_changed_isn_t_lost(handbook: DocSet, folder: Path, now: datetime) -> None:
    bring(handbook, folder, now)
    article = Article.objects.get(slug="limits")
    save_article(article, Draft("Limits of a job", "Ask the desk.", "limits"), by=None, at=now)
    assert bring(handbook, folder, now).unchanged == 3
    assert Article.objects.get(slug="limits").body == "Ask the desk."
    (folder / "Limits.md").write_text("# Limits of a job\n\nFrom the folder.\n")
    assert [name for name, _why in bring(handbook, folder, now).refused] == ["Limits.md"]
    assert Article.objects.get(slug="limits").body == "Ask the desk."
    (folder / "Limits.md").write_text("# Limits of a job\n\nAsk the desk.\n")
    assert not bring(handbook, folder, now).refused


def test_what_somebody_unpublished_stays_so(handbook: DocSet, folder: Path, now: datetime) -> None:
    bring(handbook, folder, now)
    set_published(Article.objects.get(slug="limits"), False, by=None, at=now)
    bring(handbook, folder, now)
    assert not Article.objects.get(slug="limits").is_published


def test_an_empty_folder_unpublishes_nothing(handbook: DocSet, folder: Path, tmp_path: Path, now: datetime) -> None:
    bring(handbook, folder, now)
    with pytest.raises(DomainError, match="Nothing was changed"):
        bring(handbook, tmp_path / "absent", now)
    assert Article.objects.filter(is_published=True).count() == 3


def test_the_command_reports_and_names_what_it_refused(acme: Desk, folder: Path) -> None:
    out, err = StringIO(), StringIO()
    arguments = ["docs", "import", "acme", str(folder), "--set", "Engine help", "--product", "Engine", "--version", "2.0"]
    call_command(*arguments, stdout=out, stderr=err)
    assert out.getvalue() == "3 created, 0 changed, 0 unchanged, 0 unpublished, 0 refused\n"
    made = DocSet.objects.get(slug="engine-help-20")
    assert (made.about, made.is_public) == ("Engine 2.0", False)
    (folder / "bad.md").write_bytes(b"\xff")
    with pytest.raises(CommandError, match="1 files were not taken"):
        call_command(*arguments, "--public", stdout=out, stderr=err)
    assert "bad.md: It isn’t UTF-8 text." in err.getvalue()
    assert DocSet.objects.get(slug="engine-help-20").is_public
    assert DocSet.objects.count() == 1
    for wrong, why in ((["--product", "Enigne"], "Known: engine"), (["--product", "engine", "--version", "9"], "Known: 2.0"),
                       (["--version", "2.0"], "needs its product")):
        with pytest.raises(CommandError, match=why):
            call_command("docs", "import", "acme", str(folder), "--set", "X", *wrong, stdout=out)
