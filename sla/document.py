"""A contract's service levels as a PDF to keep (S9), with version and fingerprint: today's, or those of an earlier time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

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
    contract, version, name = found.contract, found.version, tenant.name
    title = f"Service levels of {contract.organization.name}, contract {contract.reference}"
    lines = [Line(f"{name}: service levels", "title"), Line(f"{contract.organization.name}, contract {contract.reference}, "
                                                           f"plan {contract.plan.name}")]
    if version is None:
        lines.append(Line("This contract promises no deadlines."))
    else:
        lines.append(Line(f"{version.policy.name}, version {version.number}, in force since "
                          f"{full_moment(version.effective_from, zone)}. {version.reason}"))
    if found.engineer:
        lines.append(Line(f"Your sales engineer: {found.engineer[0]}, {found.engineer[1]}"))
    for label, definition, promises in found.promises:
        lines += [Line(label, "heading"), Line(definition), *(Line(f"• {p}") for p in promises)]
    for hours in found.hours:
        lines += [Line(f"{hours.name} ({hours.zone})", "heading"), *(Line(text) for text in (*hours.week, *hours.dates))]
    for coming in found.coming:
        lines += [Line(f"Coming: {coming.title} from {full_moment(coming.effective_from, zone)}", "heading"),
                  Line(coming.reason), *(Line(f"• {c}") for c in coming.changes)]
    foot = f"Version {version.number if version else 'none'} · SHA-256 of the terms {found.fingerprint}"
    lines += [Line("Fingerprint", "heading"), Line(f"SHA-256 of these terms: {found.fingerprint}. The portal shows the same "
                                                  "one as long as they hold.")]
    return document([line for line in lines if line.text], title=title, foot=foot, language=tenant.language)
