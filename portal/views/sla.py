"""The customer's own service levels (S9): live, with what was attained, and a copy to keep."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.guards import customer
from sla.statement import Statement, contract_for, contracts_of, statement
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.pdf import Line, document
from toolkit.rendering import render_page
from toolkit.timefmt import full_moment


@customer
def page(request: HttpRequest) -> HttpResponse:
    """Each of the customer's contracts: what is promised, what was kept, what is coming."""
    now = clock_now()
    page = keyset_page(contracts_of(request.member, now.date()), order=["reference", "id"],
                       cursor=request.GET.get("after", ""), size=5)
    return render_page(request, "portal/sla.html", {
        "page": page, "statements": [statement(c, now) for c in page.rows], "nav_current": "sla"})


@customer
def copy(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The same as a PDF, with its version and fingerprint."""
    now = clock_now()
    found = statement(contract_for(request.member, contract_id, now.date()), now)
    response = HttpResponse(_pdf(found, request), content_type="application/pdf")
    version = f"-v{found.version.number}" if found.version else ""
    response["Content-Disposition"] = f'attachment; filename="sla-{found.contract.pk}{version}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _pdf(found: Statement, request: HttpRequest) -> bytes:
    contract, version, name = found.contract, found.version, request.tenant.name
    title = _("Service levels of {organization}, contract {reference}").format(
                organization=contract.organization.name, reference=contract.reference)
    lines = [
        Line(_("{name}: service levels").format(name=name), "title"),
        Line(_("{organization}, contract {reference}, plan {plan}").format(
            organization=contract.organization.name, reference=contract.reference, plan=contract.plan.name)),
    ]
    if version is None:
        lines.append(Line(_("This contract promises no deadlines.")))
    else:
        lines.append(
            Line(
                _("{policy}, version {number}, in force since {full_moment}. {reason}").format(
                    policy=version.policy.name,
                    number=version.number,
                    full_moment=full_moment(version.effective_from, request.member.zone),
                    reason=version.reason,
                )
            )
        )
    if found.engineer:
        lines.append(Line(_("Your sales engineer: {engineer}, {engineer2}").format(
                              engineer=found.engineer[0], engineer2=found.engineer[1])))
    for label, definition, promises in found.promises:
        lines += [Line(label, "heading"), Line(definition), *(Line(f"• {p}") for p in promises)]
    for hours in found.hours:
        lines += [Line(f"{hours.name} ({hours.zone})", "heading"), *(Line(text) for text in (*hours.week, *hours.dates))]
    for coming in found.coming:
        lines += [
            Line(
                _("Coming: {coming} from {full_moment}").format(
                    coming=coming.title, full_moment=full_moment(coming.effective_from, request.member.zone)
                ),
                "heading",
            ),
            Line(coming.reason),
            *(Line(f"• {c}") for c in coming.changes),
        ]
    foot = _("Version {number} · SHA-256 of the terms {fingerprint}").format(
               number=version.number if version else 'none', fingerprint=found.fingerprint)
    lines += [
        Line(_("Fingerprint"), "heading"),
        Line(
            _("SHA-256 of these terms: {fingerprint}. The portal shows the same one as long as they hold.").format(
                fingerprint=found.fingerprint
            )
        ),
    ]
    return document([line for line in lines if line.text], title=title, foot=foot, language=get_language() or "en")
