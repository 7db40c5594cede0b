"""What happens at the phone: who calls, whether by right, and what becomes of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.callers import Caller, Standing, caller_for, standing_of
from accounts.enums import AddressKind
from accounts.members import Member
from accounts.models import Agent, Membership, OrganizationDomain, Person, PersonAddress, Project
from accounts.queries import entitlements_of, person_by_email
from notifications.links import base_url
from sla.queries import promises
from tickets.advising import Sheet, advisor_sheet
from tickets.enums import ChannelKind, Environment
from tickets.models import Call, Ticket
from tickets.script import phone_script
from tickets.services import NewTicket, WrittenCall, open_ticket, request_callback, write_down_call
from toolkit.errors import DomainError, NotFoundError


@dataclass(frozen=True)
class Desk:
    """One call as the receptionist has it before her."""

    member: Member
    at: datetime
    caller: Caller | None
    standing: Standing | None
    heard: Call | None

    @property
    def may_file(self) -> bool:
        """Can this call become a ticket."""
        return self.standing is not None and self.standing.may_call

    @property
    def script(self) -> dict[str, str]:
        """What to say, with the names in it."""
        contract = self.standing.contract if self.standing else None
        return phone_script(desk=self.member.tenant.desk_name, link=base_url(self.member.tenant),
                            customer=str(self.caller.organization) if self.caller else _("your company"),
                            plan=str(contract.plan) if contract else "")

    def deadlines(self, environment: str) -> dict[int, Any]:
        """The answer that each priority would promise this customer."""
        if self.standing is None or self.standing.contract is None or environment not in set(Environment):
            return {}
        return promises(self.standing.contract, Environment(environment).sla_key, self.at)

    def advice(self, environment: str, ticked: Collection[str], *, asked: bool) -> Sheet:
        """The criteria to ask the caller about, and the priority that they give (S14)."""
        contract = self.standing.contract if self.standing else None
        known = Environment(environment) if environment in set(Environment) else Environment.PRODUCTION
        return advisor_sheet(known, ticked, rights=entitlements_of(contract) if contract else (), asked=asked)


def desk_for(member: Member, *, picked: str, call: str, at: datetime) -> Desk:
    """The state that a request names: `picked` is `organization:person`, `call` an id. Raises NotFoundError."""
    heard = _heard(call)
    caller = _picked(picked)
    if caller is None and not picked and heard is not None and heard.organization_id:
        caller = caller_for(heard.organization_id, heard.person_id)
    standing = standing_of(caller.organization, at.date()) if caller else None
    return Desk(member, at, caller, standing, heard)


def _heard(call: str) -> Call | None:
    if not call:
        return None
    found: Call | None = Call.objects.select_related("ticket").filter(pk=int(call)).first() if _is_id(call) else None
    if found is None:
        raise NotFoundError(_("There is no such call."))
    return found


def _picked(picked: str) -> Caller | None:
    organization, _colon, person = picked.partition(":")
    if not _is_id(organization):
        return None
    return caller_for(int(organization), int(person) if _is_id(person) else None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def file_call(desk: Desk, data: dict[str, Any]) -> Ticket:
    """The call becomes a ticket under its customer's SLA, and stands in the call log.

    Raises DomainError when the address belongs to somebody else, or when a callback is asked for without the right.
    """
    if desk.caller is None or not desk.may_file:
        raise DomainError(_("This customer has no phone support. Record the call and send the caller to write."))
    if desk.heard is not None and desk.heard.ticket is not None:
        raise DomainError(_("This call is on ticket #{number} already.").format(number=desk.heard.ticket.number))
    customer = desk.caller.organization
    flags: list[str] = []
    person = _requester(desk, data, flags)
    projects = list(Project.objects.filter(organization=customer, is_active=True, contract__plan__is_paid=True))
    fitting = [p for p in projects if p.product_id == data["product"].pk] or projects
    project = data["project"] or (fitting[0] if fitting else None)
    if not data["project"] and len(fitting) != 1:
        flags.append("Filed by phone: check the project.")
    ticket = open_ticket(NewTicket(
        requester=person, subject=data["summary"], body=data["details"] or data["summary"],
        channel=ChannelKind.PHONE, project=project, organization=customer, product=data["product"],
        environment=Environment(data["environment"]), requested_priority=data["priority"],
        callback_number=data["callback_number"], triage_flags=flags), at=desk.at, by=desk.member.person)
    if data["callback_due"]:
        request_callback(ticket, number=data["callback_number"], due_at=data["callback_due"], by=desk.member, at=desk.at)
    _write(desk, data, entitled=True, person=person, ticket=ticket)
    return ticket


def record_call(desk: Desk, data: dict[str, Any]) -> Call:
    """A call without a ticket: who, what about, and where the caller was sent."""
    person = desk.caller.person if desk.caller else None
    return _write(desk, data, entitled=desk.standing.may_call if desk.standing else None, person=person, ticket=None)


def _write(desk: Desk, data: dict[str, Any], *, entitled: bool | None, person: Person | None,
           ticket: Ticket | None) -> Call:
    summary = "\n\n".join(part for part in (data["summary"], data["details"]) if part)
    return write_down_call(WrittenCall(
        caller_name=data["name"], number=data["callback_number"], summary=summary, entitled=entitled,
        organization=desk.caller.organization if desk.caller else None, person=person, ticket=ticket,
        directed_to="" if ticket else data["directed_to"], heard=desk.heard), by=desk.member, at=desk.at)


def _requester(desk: Desk, data: dict[str, Any], flags: list[str]) -> Person:
    """The person with this address, else a new one; the number is kept with them.

    A voice on the phone proves nothing: only an address of the customer's verified domains makes somebody its member.
    """
    caller, address = desk.caller, data["email"].lower()
    assert caller is not None  # noqa: S101 -- file_call has looked
    person = person_by_email(address)
    if person is None:
        person = Person.objects.create(name=data["name"], created_at=desk.at)
        PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=address, is_primary=True)
        if OrganizationDomain.objects.filter(organization=caller.organization, domain=address.rpartition("@")[2],
                                             is_verified=True).exists():
            Membership.objects.create(person=person, organization=caller.organization)
        else:
            flags.append(f"{address} is no address of {caller.organization}: check who called."[:200])
    elif not Membership.objects.filter(person=person, organization=caller.organization).exists():
        _require_stranger(person, address)
        flags.append(f"{person} is not on record at {caller.organization}: check who called."[:200])
    if data["callback_number"]:
        PersonAddress.objects.get_or_create(person=person, kind=AddressKind.PHONE, value=data["callback_number"])
    return person


def _require_stranger(person: Person, address: str) -> None:
    """Somebody who belongs elsewhere can't be the requester of this customer's ticket: it would show it to them."""
    elsewhere = Membership.objects.select_related("organization").filter(person=person).first()
    if elsewhere is not None:
        raise DomainError(_("{address} belongs to somebody of {organization}. Check customer and address.").format(
                              address=address, organization=elsewhere.organization),
                          field="email")
    if Agent.objects.filter(person=person).exists():
        raise DomainError(_("{address} belongs to somebody of this desk. Ask for the caller’s own address.").format(
                              address=address), field="email")
