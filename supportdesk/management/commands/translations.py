"""Keep the catalogues of translations in step with the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from supportdesk.catalogue import messages
from supportdesk.pofile import mo_bytes, po_path, read_po, write_po


class Command(BaseCommand):
    """Take new words into each language's django.po, drop those that are gone, and compile django.mo."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many words of each language still want a translation; fails when there are any."""
        places, missing = messages(), 0
        for language in (code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE):
            path = po_path(language)
            header, entries = read_po(path.read_text(encoding="utf-8"))
            kept = {m: entries[m] for m in places if m in entries}
            path.write_text(write_po(header, kept, places), encoding="utf-8")
            path.with_suffix(".mo").write_bytes(mo_bytes(header, kept))
            wanted = [m for m in places if not all(kept.get(m, ("",)))]
            missing += len(wanted)
            self.stdout.write(f"{language}: {len(places)} messages, {len(wanted)} without a translation")
            for message in wanted[:20]:
                self.stdout.write(f"  {message.text[:100]!r} ({min(places[message])})")
        if missing:
            raise CommandError("Write the missing translations, then run this again.")
