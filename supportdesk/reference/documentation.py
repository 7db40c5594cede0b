from __future__ import annotations

from datetime import datetime
from typing import Any

from knowledge.services import doc_set_for_import, import_folder
from supportdesk.reference.schema import TenantFileError
from toolkit.errors import DomainError


def load_docs(row: dict[str, Any], *, at: datetime) -> None:
    """A set and the articles of its folder. Raises TenantFileError for the first thing that is wrong with them."""
    try:
        doc_set = doc_set_for_import(row["set"], product=row.get("product", ""), version=row.get("version", ""),
                                     language=row.get("language", ""), is_public=row.get("public"), by=None, at=at)
        report = import_folder(doc_set, row["folder"], by=None, at=at)
    except DomainError as error:
        raise TenantFileError(error.message) from error
    if report.refused:
        raise TenantFileError("; ".join(f"{row['folder'].name}/{name}: {why}" for name, why in report.refused))
