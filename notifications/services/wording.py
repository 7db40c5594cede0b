"""Keeping a tenant's own words for a kind of mail, or going back to the product's."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from notifications.enums import Template
from notifications.models import MailTemplate
from notifications.wording import WORDINGS, problems
from tickets.errors import NotAllowedError
from tickets.rules import can_administer
from toolkit.errors import ConflictError, DomainError


def save_wording(kind: Template, language: str, *, subject: str, body: str, seen: tuple[str, str] | None, by: Member,
                 at: datetime) -> MailTemplate:
    """Keep own words. `seen` is what its editor saw stored (None: the product's own).

    Raises DomainError naming the field, and ConflictError when somebody else changed the words meanwhile.
    """
    _require(by)
    for field, words in problems(WORDINGS[kind], subject, body).items():
        raise DomainError(words, field=field, code="place")
    row = MailTemplate.objects.select_for_update().filter(kind=kind, language=language).first()
    stored = (row.subject, row.body) if row else None
    if stored not in (seen, (subject, body)):
        raise ConflictError(_("Somebody changed this mail meanwhile."))
    found: MailTemplate
    found, _new = MailTemplate.objects.update_or_create(kind=kind, language=language, defaults={
        "subject": subject, "body": body, "changed_at": at})
    changes = {name: [before, after] for name, before, after in zip(
        ("subject", "body"), stored or (None, None), (subject, body), strict=True) if before != after}
    if changes:
        record_audit(by=by.person, action="template.changed", subject=found, at=at, changes=changes)
    return found


def reset_wording(kind: Template, language: str, *, by: Member, at: datetime) -> None:
    """The product's own words again."""
    _require(by)
    row = MailTemplate.objects.filter(kind=kind, language=language).first()
    if row is not None:
        record_audit(by=by.person, action="template.reset", subject=row, at=at, changes={
            "subject": [row.subject, None], "body": [row.body, None]})
        row.delete()


def _require(member: Member) -> None:
    if not can_administer(member):
        raise NotAllowedError(_("Admins write the words of mails."))
