"""The people of an organization, for its managers."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.enums import MembershipRole
from accounts.languages import language_for
from accounts.models import Invitation, Organization
from accounts.queries import emails_of, invitations_managed_by, membership_managed_by, memberships_managed_by
from accounts.requests import MemberRequest
from accounts.services import invitations, memberships
from notifications.links import base_url
from notifications.services import put_account_mail
from portal.guards import customer
from portal.people_forms import ROLES, InviteForm
from tickets.services import leave_tickets
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

MOST_OPEN = 50


def _listing(request: MemberRequest) -> HttpResponse:
    """Who is there, whom we wait for, and a form to invite."""
    if not request.member.managed_organizations:
        raise Http404
    organizations = list(Organization.objects.filter(pk__in=request.member.managed_organizations).order_by("name", "id"))
    form = InviteForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid() and _invited(request, form):
        return see_other(request, "/people")
    page = keyset_page(memberships_managed_by(request.member), order=["person__name", "id"],
                       cursor=request.GET.get("after", ""))
    addresses = emails_of(row.person for row in page.rows)
    return render_page(request, "portal/people.html", {
        "page": page, "rows": [(row, addresses.get(row.person_id, "")) for row in page.rows], "form": form,
        "roles": ROLES, "has_many": len(organizations) > 1, "nav_current": "people",
        "open": invitations_managed_by(request.member, clock_now()).order_by("-created_at", "-id")[:MOST_OPEN]},
        status=422 if form.errors else 200)


def _invitation(request: MemberRequest, organization: str, secret: str) -> tuple[str, str]:
    """Subject and body of the mail."""
    said = {"person": request.member.person.name, "desk": request.tenant.desk_name, "organization": organization,
            "url": f"{base_url(request.tenant)}/join/{secret}"}
    return (_("{person} invites you to {desk}").format(**said),
            _("{person} invites you to see and write the support tickets of {organization} at {desk}. Come in here, "
              "within 7 days:\n\n{url}\n\nThe link is for you alone and works once.").format(**said))


def _invited(request: MemberRequest, form: InviteForm) -> bool:
    data, at, tenant = form.cleaned_data, clock_now(), request.tenant
    organization = form.organizations[data["organization"]]
    try:
        with transaction.atomic():
            row, secret = invitations.invite(organization, email=data["email"], role=MembershipRole(data["role"]),
                                             by=request.member, at=at)
            with override(language_for(None, tenant)):  # nobody knows yet what they speak
                subject, body = _invitation(request, organization.name, secret)
                put_account_mail(tenant, to=row.email, subject=subject, body=body, at=at)
    except DomainError as error:
        form.add_error(error.field or None, error.message)
        return False
    messages.success(request, _("The invitation is on its way to {email}.").format(email=row.email))
    return True


def _role(request: MemberRequest, membership_id: int) -> HttpResponse:
    row, wanted = membership_managed_by(request.member, membership_id), request.POST.get("role", "")
    try:
        if wanted not in {r.value for r in MembershipRole}:
            raise DomainError(_("Choose what they may do."))
        memberships.change_role(row, MembershipRole(wanted), by=request.member, at=clock_now())
        messages.success(request, _("Changed for {person}.").format(person=row.person.name))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, "/people")


def _deactivate(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Asked again before it happens: the page of the question needs no JavaScript."""
    row = membership_managed_by(request.member, membership_id)
    if request.method != "POST":
        return render_page(request, "portal/person_end.html", {"row": row, "nav_current": "people"})
    try:
        with transaction.atomic():
            memberships.deactivate(row, by=request.member, at=clock_now())
            leave_tickets(row.person, row.organization, by=request.member, at=clock_now())
        messages.success(request, _("{person} isn’t one of {organization}’s people any more.").format(
                                      person=row.person.name, organization=row.organization.name))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, "/people")


def _withdraw(request: MemberRequest, invitation_id: int) -> HttpResponse:
    row: Invitation | None = invitations_managed_by(request.member, clock_now()).filter(pk=invitation_id).first()
    if row is None:
        raise NotFoundError(_("There is no such invitation."))
    invitations.withdraw(row, by=request.member, at=clock_now())
    messages.success(request, _("The link that {email} has opens nothing any more.").format(email=row.email))
    return see_other(request, "/people")


listing = customer(_listing, methods=("GET", "HEAD", "POST"))
role = customer(_role, methods=("POST",))
deactivate = customer(_deactivate, methods=("GET", "HEAD", "POST"))
withdraw = customer(_withdraw, methods=("POST",))
