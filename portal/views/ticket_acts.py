"""What customers do to a ticket besides writing: who reads along, a call for attention, a verdict."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.members import Member
from accounts.models import Person
from accounts.queries import colleague_by_email, member_for_person
from accounts.requests import MemberRequest
from notifications.ratelinks import person_of_key
from portal.guards import customer
from tickets import services
from tickets.models import Rating, Ticket, TicketCc
from tickets.queries import ticket_for
from tickets.words import SCORE_WORDS
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.rendering import ask_to_sign_in, render_page, see_other


def _cc(request: MemberRequest, number: int) -> HttpResponse:
    """Somebody of the organization reads along from now on, or no longer."""
    ticket = ticket_for(request.member, number)
    try:
        with transaction.atomic():
            messages.success(request, _change_cc(request, ticket))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"/tickets/{number}" if _sees(request.member, number) else "/tickets")


def _change_cc(request: MemberRequest, ticket: Ticket) -> str:
    at, member, leaving = clock_now(), request.member, request.POST.get("remove", "")
    if leaving:
        row = TicketCc.objects.select_related("person").filter(
            ticket=ticket, person_id=int(leaving) if leaving.isdecimal() and len(leaving) < 19 else 0).first()
        if row is None:
            raise DomainError(_("This person isn’t on the ticket any more."))
        services.remove_cc(ticket, row.person, by=member, at=at)
        return _("{person} reads along no longer.").format(person=row.person.name)
    found = colleague_by_email(ticket.organization_id or 0, request.POST.get("email", "")[:254])
    if found is None:
        raise DomainError(_("Nobody of your organization has this address here. A manager of your organization can invite "
                            "them."))
    if found.pk == ticket.requester_id:
        raise DomainError(_("{found} opened the ticket and reads along anyway.").format(found=found.name))
    services.add_cc(ticket, found, by=member, at=at)
    return _("{found} reads along and can answer.").format(found=found.name)


def _sees(member: Member, number: int) -> bool:
    try:
        ticket_for(member, number)
    except NotFoundError:
        return False
    return True


def _attention(request: MemberRequest, number: int) -> HttpResponse:
    """“This needs attention.”"""
    ticket = ticket_for(request.member, number)
    try:
        with transaction.atomic():
            services.ask_for_attention(ticket, reason=request.POST.get("reason", ""), by=request.member, at=clock_now())
        messages.success(request, _("The people responsible have been told."))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"/tickets/{number}")


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: MemberRequest, number: int) -> HttpResponse:
    """How it went: for whoever is signed in, and for the holder of the mailed link. Opening the link says nothing yet."""
    key = request.POST.get("key", "") or request.GET.get("key", "")
    member = _holder(request, key, number) or request.member
    if member is None:
        return ask_to_sign_in(request)
    if member.is_staff:
        return redirect(f"/desk/t/{number}")
    try:
        ticket = ticket_for(member, number)
    except NotFoundError as error:
        raise Http404(error.message) from error
    wanted, problem = request.POST.get("verdict", "") or request.GET.get("v", ""), ""
    if request.method == "POST":
        problem = _rated(request, ticket, member, wanted)
        if not problem:
            messages.success(request, _("Thank you. Your word is noted."))
            return see_other(request, f"/tickets/{number}/rate?key={key}" if key else f"/tickets/{number}")
    return render_page(request, "portal/rate.html", {
        "ticket": ticket, "key": key, "problem": problem, "wanted": wanted, "nav_current": "tickets",
        "comment": request.POST.get("comment", ""), "is_here": request.member is not None,
        "rating": Rating.objects.filter(ticket=ticket).first(), "scores": SCORE_WORDS}, status=422 if problem else 200)


def _holder(request: MemberRequest, key: str, number: int) -> Member | None:
    ticket = Ticket.objects.filter(number=number).first() if key else None
    found = person_of_key(key, ticket) if ticket else None
    person = Person.objects.filter(pk=found, is_active=True).first() if found else None
    return member_for_person(request.tenant, person) if person else None


def _rated(request: MemberRequest, ticket: Ticket, member: Member, wanted: str) -> str:
    try:
        with transaction.atomic():
            services.rate(ticket, score=int(wanted) if wanted in {"1", "2", "3", "4", "5"} else 0, by=member,
                          comment=request.POST.get("comment", ""), at=clock_now())
    except DomainError as error:
        return error.message
    return ""


cc = customer(_cc, methods=("POST",))
attention = customer(_attention, methods=("POST",))
