from __future__ import annotations

from knowledge.services.articles import Draft, create_article, save_article, set_published
from knowledge.services.deflecting import note_miss, record_answered
from knowledge.services.importing import ImportReport, import_folder
from knowledge.services.sets import doc_set_for_import

__all__ = ["Draft", "ImportReport", "create_article", "doc_set_for_import", "import_folder", "note_miss",
           "record_answered", "save_article", "set_published"]
