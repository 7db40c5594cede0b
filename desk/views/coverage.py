"""Which policy each contract carries; changing it asks about open tickets and shows the effect first. And the audit."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.models import AuditEvent, Contract
from desk.guards import staff
from desk.shell import settings_shell
from desk.views.policies import HOME
from desk.views.publishing import effective_moment
from sla.errors import TermsError
from sla.models import Calendar, Coverage, SlaPolicy
from sla.queries import coverage_for, version_in_force
from sla.replay import effects_of_move
from sla.rules import can_edit_policies
from sla.services.coverage import change_coverage
from tickets.enums import ACTIVE_STATUSES
from tickets.models import Ticket
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other


def _list(request: HttpRequest) -> HttpResponse:
    page = keyset_page(Contract.objects.select_related("organization", "plan"), order=["reference", "id"],
                       cursor=request.GET.get("after", ""))
    now, found = clock_now(), {}
    for row in Coverage.objects.select_related("policy", "calendar").filter(
            contract__in=page.rows, effective_from__lte=now).order_by("effective_from"):
        found[row.contract_id] = row
    return render_page(request, "desk/settings/contracts.html", settings_shell(request, "contracts") | {
        "page": page, "lines": [(c, found.get(c.pk)) for c in page.rows]})


def _one(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The contract's terms, and what another choice would do to its open tickets."""
    contract = Contract.objects.select_related("organization", "plan").filter(pk=contract_id).first()
    if contract is None:
        raise Http404
    now, zone = clock_now(), ZoneInfo(request.tenant.time_zone)
    present = coverage_for(contract.pk, now)
    data = request.POST if request.method == "POST" else request.GET
    typed = {"policy": data.get("policy", str(present.policy_id) if present else ""),
             "calendar": data.get("calendar", str(present.calendar_id or "") if present else ""),
             "effective_from": data.get("effective_from", now.astimezone(zone).date().isoformat()),
             "open": data.get("open", "keep")}
    policy = SlaPolicy.objects.filter(pk=typed["policy"]).first() if typed["policy"].isdigit() else None
    calendar = Calendar.objects.filter(pk=typed["calendar"]).first() if typed["calendar"].isdigit() else None
    errors: dict[str, str] = {}
    if request.method == "POST" and can_edit_policies(request.member):
        try:
            if policy is None:
                raise TermsError({"policy": _("Choose the policy.")})
            change_coverage(contract, policy=policy, calendar=calendar, move_open=typed["open"] == "move", by=request.member,
                            effective_from=effective_moment(typed["effective_from"], zone, now), at=now)
            messages.success(request, _("{contract} follows {policy}.").format(
                contract=contract.reference, policy=policy.name))
            return see_other(request, f"{HOME}/contracts/{contract.pk}")
        except TermsError as error:
            errors = error.fields
    context = settings_shell(request, "contracts") | {
        "contract": contract, "present": present, "typed": typed, "errors": errors, "today": now.astimezone(zone).date(),
        "history": list(Coverage.objects.filter(contract=contract).select_related("policy", "calendar")
                        .order_by("-effective_from")),
        "policies": list(SlaPolicy.objects.order_by("name")), "calendars": list(Calendar.objects.order_by("name")),
        "can_edit": can_edit_policies(request.member), "chosen": policy, **_effects(request, contract, policy, calendar, now)}
    return render_page(request, "desk/settings/contract.html", context, fragment="effects", status=422 if errors else 200)


def _effects(request: HttpRequest, contract: Contract, policy: SlaPolicy | None, calendar: Calendar | None,
             now: Any) -> dict[str, Any]:
    version = version_in_force(policy.pk, now) if policy else None
    rows = Ticket.objects.filter(contract=contract, status__in=[s.value for s in ACTIVE_STATUSES])
    page = keyset_page(rows.select_related("organization"), order=["due_at", "id"], cursor=request.GET.get("after", ""),
                       size=25)
    terms = (version.pk, calendar.pk if calendar else None) if version else None
    effects = effects_of_move(page.rows, {t.pk: terms for t in page.rows}, now) if terms else []
    return {"page": page, "effects": effects, "open_count": rows.count(), "version": version}


def _audit(request: HttpRequest) -> HttpResponse:
    """Who changed what, from what to what; newest first."""
    rows = AuditEvent.objects.select_related("actor")
    action = request.GET.get("action", "")
    if action:
        rows = rows.filter(action__startswith=f"{action}.")
    page = keyset_page(rows, order=["-at", "-id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/settings/audit.html", settings_shell(request, "audit") | {
        "page": page, "action": action, "lines": [(e, _changes(e)) for e in page.rows]})


def _changes(event: AuditEvent) -> list[tuple[str, Any, Any]]:
    found = []
    for name, value in event.changes.items():
        before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
        found.append((name, before, after))
    return found


listing = staff(_list, role=AgentRole.MANAGER)
one = staff(_one, role=AgentRole.MANAGER, methods=("GET", "HEAD", "POST"))
audit = staff(_audit, role=AgentRole.ADMIN)
