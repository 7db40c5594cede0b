from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.models import Person
from knowledge.errors import SourceError
from knowledge.models import Article, DocSet
from knowledge.services.articles import Draft, create_article, save_article, set_published
from knowledge.sources import Source, digest_of, files_in, read_source
from toolkit.errors import DomainError


@dataclass
class ImportReport:
    """What an import did; `refused` names each file that it couldn't take, with the reason."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unpublished: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return (f"{self.created} created, {self.changed} changed, {self.unchanged} unchanged, "
                f"{self.unpublished} unpublished, {len(self.refused)} refused")


def import_folder(doc_set: DocSet, folder: Path, *, by: Person | None, at: datetime) -> ImportReport:
    """Bring a set in line with a folder of Markdown and HTML files. Doing it again changes nothing.

    New files are published. Articles whose file vanished are unpublished, and published when it is back; what somebody
    unpublished at the desk stays so, and what was written at the desk isn't touched. A text that was changed at the
    desk and in the folder is refused, as one of the two would be lost. Raises DomainError when there is no document.
    """
    files = list(files_in(folder)) if folder.is_dir() else []
    if not files:
        raise DomainError(_("{folder} has no Markdown or HTML files. Nothing was changed.").format(
                              folder=folder), code="folder")
    report, present = ImportReport(), set()
    known = {a.slug: a for a in Article.objects.select_related("doc_set").filter(doc_set=doc_set)}
    for path in files:
        name = path.relative_to(folder).as_posix()
        present.add(name)
        try:
            source = read_source(folder, path)
            _take(doc_set, known, source, report, by, at)
        except DomainError as error:
            report.refused.append((name, error.message))
    for article in known.values():
        if article.source_path and article.source_path not in present and not article.is_missing:
            _withdraw(article, report, by, at)
    return report


def _take(doc_set: DocSet, known: dict[str, Article], source: Source, report: ImportReport, by: Person | None,
          at: datetime) -> None:
    article = known.get(source.slug)
    draft = Draft(source.title, source.body, source.slug, source.body_format, source.language or doc_set.language)
    digest = digest_of(draft.title, draft.body, draft.body_format, draft.language)
    if article is None:
        known[source.slug] = create_article(doc_set, draft, by=by, at=at, publish=True, source_path=source.path,
                                            source_digest=digest)
        report.created += 1
        return
    if article.source_path != source.path:
        other = article.source_path or _("an article written at the desk")
        raise SourceError(f"Its address “{source.slug}” belongs to {other}.")
    returned = article.is_missing
    if returned:
        set_published(article, True, by=by, at=at, is_missing=False)
    here = digest_of(article.title, article.body, article.body_format, article.language)
    if digest == article.source_digest:
        written = False  # what the desk made of it since stays
    elif here not in {article.source_digest, digest}:
        raise SourceError("It was changed here and at the desk. Put one text into both places, then import again.")
    else:
        written = save_article(article, draft, by=by, at=at, source_digest=digest)
    if written or returned:
        report.changed += 1
    else:
        report.unchanged += 1


def _withdraw(article: Article, report: ImportReport, by: Person | None, at: datetime) -> None:
    if article.is_published:
        set_published(article, False, by=by, at=at, is_missing=True)
        report.unpublished += 1

