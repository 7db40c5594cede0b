"""The customer's own service levels (S9): live, with what was attained, and a copy to keep."""

from __future__ import annotations

from django.http import HttpResponse

from accounts.requests import MemberRequest
from portal.guards import customer
from sla.document import copy_of
from sla.periods import periods
from sla.statement import contract_for, contracts_of, statement
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.pdf import pdf_download
from toolkit.rendering import render_page


@customer
def page(request: MemberRequest) -> HttpResponse:
    """Each of the customer's contracts: what is promised, what was kept, what is coming."""
    now = clock_now()
    page = keyset_page(contracts_of(request.member, now.date()), order=["reference", "id"],
                       cursor=request.GET.get("after", ""), size=5)
    return render_page(request, "portal/sla.html", {
        "page": page, "statements": [(statement(c, now), periods(c.pk, now)[1:]) for c in page.rows], "nav_current": "sla"})


@customer
def copy(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The same as a PDF, with its version and fingerprint; `since` names terms that held earlier."""
    now = clock_now()
    contract = contract_for(request.member, contract_id, now.date())
    return pdf_download(copy_of(contract, request.GET.get("since", ""), request.tenant, request.member, now))
