"""The people of a customer, for the desk: invite, change what they may do, take out."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole, MembershipRole
from accounts.models import Invitation, Membership
from accounts.requests import MemberRequest
from accounts.services import invitations, memberships
from desk.customer_people import InviteForm
from desk.guards import staff
from desk.invitations import welcome_customer
from desk.rooms import room_for
from desk.shell import settings_shell
from desk.views.settings import setting_page, unchanged
from tickets.services import leave_tickets
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.rendering import render_page, see_other


def _invite(request: MemberRequest, pk: int) -> HttpResponse:
    """Mail somebody a link to come in as one of the customer's people."""
    room, form = room_for("customers"), InviteForm(request.POST)
    organization = room.row(pk)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                address = welcome_customer(organization, email=data["email"], role=MembershipRole(data["role"]),
                                           by=request.member, at=clock_now())
            messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": address})
            return see_other(request, f"{room.address}/{pk}")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return setting_page(request, room, unchanged(request, room, organization), organization, invite=form, status=422)


def _membership(membership_id: int) -> Membership:
    found: Membership | None = Membership.objects.select_related("person", "organization").filter(pk=membership_id).first()
    if found is None:
        raise NotFoundError
    return found


def _role(request: MemberRequest, membership_id: int) -> HttpResponse:
    row, wanted = _membership(membership_id), request.POST.get("role", "")
    if wanted in {r.value for r in MembershipRole}:
        memberships.change_role(row, MembershipRole(wanted), by=request.member, at=clock_now())
        messages.success(request, _("Changed for %(name)s.") % {"name": row.person.name})
    else:
        messages.error(request, _("Choose what they may do."))
    return see_other(request, f"/desk/settings/customers/{row.organization_id}")


def _end(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Asked first, on a page of its own."""
    row = _membership(membership_id)
    if request.method != "POST":
        return render_page(request, "desk/settings/member_end.html", settings_shell(request, "customers") | {"row": row})
    memberships.deactivate(row, by=request.member, at=clock_now())
    leave_tickets(row.person, row.organization, by=request.member, at=clock_now())
    messages.success(request, _("%(name)s isn’t one of %(customer)s’s people any more.") % {
        "name": row.person.name, "customer": row.organization.name})
    return see_other(request, f"/desk/settings/customers/{row.organization_id}")


def _withdraw(request: MemberRequest, invitation_id: int) -> HttpResponse:
    row = Invitation.objects.filter(pk=invitation_id, organization__isnull=False).first()
    if row is None:
        raise NotFoundError
    invitations.withdraw(row, by=request.member, at=clock_now())
    messages.success(request, _("The link that %(address)s has opens nothing any more.") % {"address": row.email})
    return see_other(request, f"/desk/settings/customers/{row.organization_id}")


invite = staff(_invite, role=AgentRole.MANAGER, methods=("POST",))
role = staff(_role, role=AgentRole.MANAGER, methods=("POST",))
end = staff(_end, role=AgentRole.MANAGER, methods=("GET", "HEAD", "POST"))
withdraw = staff(_withdraw, role=AgentRole.MANAGER, methods=("POST",))
