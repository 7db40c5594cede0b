"""The customer says which of their projects a ticket is about (S17, S18)."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.errors import CannotFileError
from accounts.members import Member
from accounts.models import Project
from accounts.queries import require_filing_projects
from accounts.requests import MemberRequest
from portal.guards import customer
from tickets.models import Ticket
from tickets.queries import ticket_for
from tickets.rules import can_reply
from tickets.services import choose_project
from tickets.workflow import is_undecided
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.rendering import see_other


def choices_for(member: Member, ticket: Ticket) -> list[Project]:
    """The projects that the ticket can be put under by this person; none when that is decided already."""
    if not is_undecided(ticket.triage_flags) or not can_reply(member, ticket):
        return []
    try:
        return require_filing_projects(member, clock_now().date())
    except CannotFileError:
        return []


def _choose(request: MemberRequest, number: int) -> HttpResponse:
    ticket, chosen = ticket_for(request.member, number), request.POST.get("project", "")
    try:
        project = next((p for p in require_filing_projects(request.member, clock_now().date()) if str(p.pk) == chosen), None)
        if project is None:
            raise DomainError(_("Choose one of your projects."), field="project")
        with transaction.atomic():
            choose_project(ticket, project, by=request.member, at=clock_now())
        messages.success(request, _("This ticket is about {project}.").format(project=project.name))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"/tickets/{number}")


choose = customer(_choose, methods=("POST",))
