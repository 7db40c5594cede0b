"""Which policy each contract carries; changing it asks about open tickets and shows the effect first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from accounts.enums import AgentRole
from accounts.models import Contract
from accounts.requests import MemberRequest
from desk.contract_terms import Choice
from desk.guards import staff
from desk.shell import settings_shell
from desk.terms_form import calendar_names
from desk.views.policies import HOME
from desk.views.publishing import effective_moment
from sla.document import copy_of
from sla.durations import METRIC_TITLES
from sla.errors import TermsError
from sla.models import Coverage, SlaPolicy
from sla.periods import periods
from sla.queries import coverage_for
from sla.replay import effects_of_move
from sla.rules import can_edit_policies
from sla.services.coverage import change_coverage
from sla.terms import METRICS, Difference, Terms, agreed_cells, compare
from tickets.enums import ACTIVE_STATUSES
from tickets.models import Ticket
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.pdf import pdf_download
from toolkit.rendering import render_page, see_other


def _list(request: MemberRequest) -> HttpResponse:
    page = keyset_page(Contract.objects.select_related("organization", "plan"), order=["reference", "id"],
                       cursor=request.GET.get("after", ""))
    now, found = clock_now(), {}
    for row in Coverage.objects.select_related("policy", "calendar").filter(
            contract__in=page.rows, effective_from__lte=now).order_by("effective_from"):
        found[row.contract_id] = row
    return render_page(request, "desk/settings/contracts.html", settings_shell(request, "terms") | {
        "page": page, "lines": [(c, found.get(c.pk)) for c in page.rows]})


def _one(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The contract's terms, and what another choice would do to its open tickets."""
    contract = Contract.objects.select_related("organization", "plan").filter(pk=contract_id).first()
    if contract is None:
        raise Http404
    now, zone = clock_now(), ZoneInfo(request.tenant.time_zone)
    present, can_edit = coverage_for(contract.pk, now), can_edit_policies(request.member)
    choice = Choice.read(request.POST if request.method == "POST" else request.GET, present, now, zone)
    if request.method == "POST" and can_edit:
        try:
            if choice.policy is None:
                raise TermsError({"policy": gettext("Choose the policy.")})
            change_coverage(contract, policy=choice.policy, calendar=choice.calendar, agreed=choice.agreed,
                            effective_from=effective_moment(choice.effective_from, zone, now),
                            move_open=choice.move_open, by=request.member, at=now)
            messages.success(request, gettext("%(contract)s follows %(policy)s.") % {
                "contract": contract.reference, "policy": choice.policy.name})
            return see_other(request, f"{HOME}/contracts/{contract.pk}")
        except TermsError as error:
            choice.errors = error.fields
    refused, names = bool(choice.errors), calendar_names()
    effects = _effects(request, contract, choice, now)
    context = settings_shell(request, "terms") | {
        "contract": contract, "choice": choice, "errors": choice.errors, "today": now.astimezone(zone).date(),
        "rows": choice.rows(now, names), "columns": [METRIC_TITLES[m] for m in METRICS],
        "history": _history(contract, names), "periods": periods(contract.pk, now),
        "policies": list(SlaPolicy.objects.order_by("name")), "calendars": names, "can_edit": can_edit, **effects}
    return render_page(request, "desk/settings/contract.html", context, fragment="effects", status=422 if refused else 200)


def _copy(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The contract's terms as a PDF, as its customer downloads them."""
    contract = Contract.objects.select_related("organization", "plan", "sales_engineer__person").filter(
        pk=contract_id).first()
    if contract is None:
        raise Http404
    return pdf_download(copy_of(contract, request.GET.get("since", ""), request.tenant, request.member, clock_now()))


def _history(contract: Contract, names: Mapping[int, str]) -> list[tuple[Coverage, list[Difference]]]:
    """What the contract carried from when on, newest first, with the targets agreed then."""
    rows = Coverage.objects.filter(contract=contract).select_related("policy", "calendar").order_by("-effective_from")
    return [(row, compare(Terms({}), Terms(agreed_cells(row.agreement_id)), names)) for row in rows[:20]]


def _effects(request: MemberRequest, contract: Contract, choice: Choice, now: datetime) -> dict[str, Any]:
    rows = Ticket.objects.filter(contract=contract, status__in=[s.value for s in ACTIVE_STATUSES])
    page = keyset_page(rows.select_related("organization"), order=["due_at", "id"], cursor=request.GET.get("after", ""),
                       size=25)
    terms = choice.terms(now)
    effects = effects_of_move(page.rows, {t.pk: terms for t in page.rows}, now) if terms else []
    return {"page": page, "effects": effects, "open_count": rows.count(), "terms": terms}


listing = staff(_list, role=AgentRole.MANAGER)
one = staff(_one, role=AgentRole.MANAGER, methods=("GET", "HEAD", "POST"))
copy = staff(_copy, role=AgentRole.MANAGER)
