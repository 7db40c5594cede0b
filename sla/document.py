"""A contract's service levels as a PDF to keep (S9), with version and fingerprint: today's, or those of an earlier time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Contract, Tenant
from sla.periods import periods
from sla.statement import Statement, past_statement, statement
from toolkit.errors import NotFoundError
from toolkit.pdf import Line, document
from toolkit.timefmt import full_moment


def copy_of(contract: Contract, since: str, tenant: Tenant, reader: Member, now: datetime) -> tuple[str, bytes]:
    """File name and content of the terms in force, or of those that began at `since` (a moment in ISO's form).

    Raises NotFoundError when no terms of the contract began then.
    """
    if since:
        began = next((p.since for p in periods(contract.pk, now) if p.since.isoformat() == since), None)
        if began is None:
            raise NotFoundError
        found = past_statement(contract, began)
    else:
        found = statement(contract, now)
    version = f"-v{found.version.number}" if found.version else ""
    day = f"-{since[:10]}" if since else ""
    return f"sla-{contract.pk}{version}{day}.pdf", _pdf(found, tenant, reader.zone)


def _pdf(found: Statement, tenant: Tenant, zone: ZoneInfo) -> bytes:
    contract, version = found.contract, found.version
    said = {"organization": contract.organization.name, "reference": contract.reference, "plan": contract.plan.name}
    lines = [Line(_("{name}: service levels").format(name=tenant.name), "title"),
             Line(_("{organization}, contract {reference}, plan {plan}").format(**said)), *_terms(found, zone)]
    for label, definition, promises in found.promises:
        lines += [Line(label, "heading"), Line(definition), *(Line(f"• {p}") for p in promises)]
    for hours in found.hours:
        lines += [Line(f"{hours.name} ({hours.zone})", "heading"), *(Line(text) for text in (*hours.week, *hours.dates))]
    for coming in found.coming:
        lines += [Line(_("Coming: {title} from {moment}").format(
                      title=coming.title, moment=full_moment(coming.effective_from, zone)), "heading"),
                  Line(coming.reason), *(Line(f"• {c}") for c in coming.changes)]
    lines += [Line(_("Fingerprint"), "heading"),
              Line(_("SHA-256 of these terms: {fingerprint}. The portal shows the same one as long as they hold.").format(
                  fingerprint=found.fingerprint))]
    foot = _("Version {number} · SHA-256 of the terms {fingerprint}").format(
        number=version.number if version else _("none"), fingerprint=found.fingerprint)
    return document([line for line in lines if line.text], foot=foot, language=get_language() or "en",
                    title=_("Service levels of {organization}, contract {reference}").format(**said))


def _terms(found: Statement, zone: ZoneInfo) -> list[Line]:
    """Which version holds since when, and who answers for it."""
    version, lines = found.version, [Line(_("This contract promises no deadlines."))]
    if version is not None and version.effective_from is not None:
        lines = [Line(_("{policy}, version {number}, in force since {moment}. {reason}").format(
            policy=version.policy.name, number=version.number, moment=full_moment(version.effective_from, zone),
            reason=version.reason))]
    if found.engineer:
        lines.append(Line(_("Your sales engineer: {name}, {address}").format(
            name=found.engineer[0], address=found.engineer[1])))
    return lines
