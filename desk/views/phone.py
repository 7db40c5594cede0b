"""The receptionist's form: what a caller says becomes a ticket under that customer's SLA (S11, S3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.enums import AddressKind, Entitlement
from accounts.models import Contract, Membership, Organization, Person, PersonAddress, Project
from accounts.queries import entitlements_of, in_force, person_by_email
from desk.forms import PhoneForm
from desk.guards import staff
from desk.shell import shell
from sla.queries import promises
from tickets.advising import advisor_sheet
from tickets.enums import ChannelKind, Environment
from tickets.rules import can_take_calls
from tickets.services import NewTicket, open_ticket
from toolkit.clock import now as clock_now
from toolkit.errors import ForbiddenError
from toolkit.rendering import render_page, see_other


def _phone(request: HttpRequest) -> HttpResponse:
    at = clock_now()
    if not can_take_calls(request.member):
        raise ForbiddenError("Calls are taken by staff.")
    suggesting = request.method == "GET" or "suggest" in request.POST
    typed = request.GET if request.method == "GET" else request.POST
    form = PhoneForm(None if suggesting else request.POST, region=None, initial=typed.dict() if suggesting else None)
    refusal = ""
    if not suggesting and form.is_valid():
        data = form.cleaned_data
        refusal = _refusal(data["customer"], at)
        if not refusal:
            ticket = _file(request, data, at)
            messages.success(request, f"Ticket #{ticket.number} is filed. {_saying(ticket, request)}")
            return see_other(request, f"/desk/t/{ticket.number}")
    contract, environment = _chosen(typed, at)
    rights = entitlements_of(contract) if contract else frozenset()
    context = shell(request, "phone") | {
        "form": form, "refusal": refusal, "can_phone": _may_phone(at),
        "due": promises(contract, environment.sla_key, at) if contract else {},
        "sheet": advisor_sheet(environment, typed.getlist("criteria"), rights=rights, asked="suggest" in typed)}
    status = 200 if suggesting else 422
    return render_page(request, "desk/phone.html", context, fragment="phone", status=status)


page = staff(_phone, methods=("GET", "HEAD", "POST"))


def _contract_of(customer: Organization, at: datetime) -> Contract | None:
    found: Contract | None = Contract.objects.select_related("plan").filter(
        in_force(at.date()), organization=customer, plan__is_paid=True).first()
    return found


def _may_phone(at: datetime) -> set[int]:
    """Ids of the customers with phone support, so that the form can say it before."""
    contracts = Contract.objects.select_related("plan").filter(in_force(at.date()))
    return {c.organization_id for c in contracts if Entitlement.PHONE in entitlements_of(c)}


def _refusal(customer: Organization, at: datetime) -> str:
    """Why a call can't become a ticket, in words to say; empty when it can."""
    contract = _contract_of(customer, at)
    if contract is None:
        return f"{customer} has no support contract in force. Give the caller the documentation address."
    if Entitlement.PHONE not in entitlements_of(contract):
        return (f"{customer} has the plan {contract.plan}, without phone support. "
                "Ask the caller to write by mail or on the portal: it is answered under their SLA.")
    return ""


def _file(request: HttpRequest, data: dict[str, Any], at: datetime) -> Any:
    customer = data["customer"]
    projects = list(Project.objects.filter(organization=customer, is_active=True, contract__plan__is_paid=True))
    fitting = [p for p in projects if p.product_id == data["product"].pk] or projects
    project = data["project"] or (fitting[0] if fitting else None)
    flags = [] if data["project"] or len(fitting) == 1 else ["Filed by phone: check the project."]
    return open_ticket(NewTicket(
        requester=_caller(data, customer, at), subject=data["summary"], body=data["details"] or data["summary"],
        channel=ChannelKind.PHONE, project=project, organization=customer, product=data["product"],
        environment=Environment(data["environment"]), requested_priority=data["priority"],
        callback_number=data["callback_number"], triage_flags=flags), at=at, by=request.member.person)


def _caller(data: dict[str, Any], customer: Organization, at: datetime) -> Person:
    """The person with this address, else a new one of the customer's; the number is kept."""
    address = data["email"].lower()
    person = person_by_email(address)
    if person is None:
        person = Person.objects.create(name=data["name"], created_at=at)
        PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=address, is_primary=True)
        Membership.objects.create(person=person, organization=customer)
    PersonAddress.objects.get_or_create(person=person, kind=AddressKind.PHONE, value=data["callback_number"])
    return person


def _chosen(typed: QueryDict, at: datetime) -> tuple[Contract | None, Environment]:
    """The chosen customer's contract and the environment, whatever else the form says: deadlines and advice hang on them."""
    chosen, environment = typed.get("customer", ""), typed.get("environment", "")
    customer = Organization.objects.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() and len(
        chosen) < 19 else None
    known = Environment(environment) if environment in set(Environment) else Environment.PRODUCTION
    return (_contract_of(customer, at) if customer else None), known


def _saying(ticket: Any, request: HttpRequest) -> str:
    """What to tell the caller."""
    if ticket.due_at is None:
        return "Tell the caller that an engineer answers by mail as soon as possible."
    local = ticket.due_at.astimezone(request.member.zone)
    return f"Tell the caller that an engineer answers by {local:%a %H:%M} {local:%Z}, usually by mail."
