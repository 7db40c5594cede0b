"""Who may be calling: customers found by name, domain, mail address or telephone number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import AddressKind, Entitlement
from accounts.models import Contract, Membership, Organization, Person, PersonAddress
from accounts.queries import entitlements_of, in_force
from toolkit.phones import digits_of, to_e164

MOST = 12


@dataclass(frozen=True)
class Caller:
    """Somebody of a customer, or (person None) anybody else of it."""

    organization: Organization
    person: Person | None = None
    email: str = ""
    number: str = ""

    @property
    def key(self) -> str:
        """`organization:person`, for forms."""
        return f"{self.organization.pk}:{self.person.pk if self.person else 0}"


def find_callers(words: str, *, region: str | None = None) -> list[Caller]:
    """Whom these words may mean, at most MOST: people first, then their customers as such.

    A number is compared in E.164 (`region` reads one without country code), part of one by its digits. Whoever shares a
    number is offered, each once per customer.
    """
    text = words.strip()[:200]
    digits = digits_of(text)
    if len(text) < 2 or (digits and len(digits) < 4):
        return []
    if digits:
        return _people(_by_number(text, digits, region), digits)[:MOST]
    organizations = list(Organization.objects.filter(
        Q(name__icontains=text) | Q(domains__domain__icontains=text.rpartition("@")[2]), is_active=True)
        .distinct().order_by("name")[:MOST])
    condition = _by_words(text)
    if len(organizations) == 1:  # no doubt which customer: its people are what is left to ask for
        condition |= Q(organization=organizations[0])
    people = _people(condition)[:max(MOST - len(organizations), MOST // 2)]
    return [*people, *(Caller(o) for o in organizations)][:MOST]


def caller_for(organization_id: int, person_id: int | None) -> Caller | None:
    """The caller with these ids, in the chosen tenant; None when that person isn't of that customer."""
    if person_id:
        found = _people(Q(person_id=person_id, organization_id=organization_id))
        return found[0] if found else None
    organization = Organization.objects.filter(pk=organization_id, is_active=True).first()
    return Caller(organization) if organization else None


def _by_number(text: str, digits: str, region: str | None) -> Q:
    number = to_e164(text, region)
    exact = PersonAddress.objects.filter(kind=AddressKind.PHONE, value=number).values("person_id")
    if number and exact.exists():
        return Q(person_id__in=exact)
    part = digits.removeprefix("00").removeprefix("0")
    return Q(person_id__in=PersonAddress.objects.filter(kind=AddressKind.PHONE, value__contains=part)
             .values("person_id")[:200])


def _by_words(text: str) -> Q:
    by_mail = PersonAddress.objects.filter(kind=AddressKind.EMAIL, value__icontains=text).values("person_id")[:200]
    return Q(person__name__icontains=text) | Q(person_id__in=by_mail)


def _people(condition: Q, digits: str = "") -> list[Caller]:
    rows = list(Membership.objects.select_related("person", "organization").filter(
        condition, person__is_active=True, organization__is_active=True)
        .order_by("organization__name", "person__name", "id")[:MOST])
    mails, phones = _addresses({m.person_id for m in rows}, digits)
    return [Caller(m.organization, m.person, mails.get(m.person_id, ""), phones.get(m.person_id, "")) for m in rows]


def _addresses(person_ids: Iterable[int], digits: str) -> tuple[dict[int, str], dict[int, str]]:
    """Mail address and number of each person: the primary ones, else the first, but the number that was asked for."""
    mails: dict[int, str] = {}
    phones: dict[int, str] = {}
    for row in PersonAddress.objects.filter(person_id__in=person_ids).order_by("is_primary", "-id"):
        if row.kind == AddressKind.EMAIL:
            mails[row.person_id] = row.value
        elif not (digits and phones.get(row.person_id, "").endswith(digits[-6:])):
            phones[row.person_id] = row.value
    return mails, phones


@dataclass(frozen=True)
class Standing:
    """What a customer's contract says about calling. `reason` is empty when calls are answered."""

    may_call: bool
    may_be_called_back: bool
    contract: Contract | None
    reason: str


def standing_of(organization: Organization, on: date) -> Standing:
    """A customer's right to phone support on a day (S3) and to callbacks (S13): of any of its paid contracts."""
    contracts = list(Contract.objects.select_related("plan").filter(
        in_force(on), organization=organization, plan__is_paid=True).order_by("starts_on", "id"))
    rights = {c.pk: entitlements_of(c) for c in contracts}
    with_phone = [c for c in contracts if Entitlement.PHONE in rights[c.pk]]
    calls_back = any(Entitlement.CALLBACK in r for r in rights.values())
    if with_phone:
        return Standing(True, calls_back, with_phone[0], "")
    if contracts:
        return Standing(False, calls_back, contracts[0], _("The plan {plan} has no phone support.").format(
                                                             plan=contracts[0].plan))
    return Standing(False, False, None, _("There is no support contract in force."))
