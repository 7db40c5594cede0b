"""The customer's tickets: open, read, answer, close."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from accounts.errors import CannotFileError
from accounts.models import Project
from accounts.queries import colleagues, entitlements_of, require_filing_projects
from accounts.requests import MemberRequest
from knowledge.queries import sets_with_counts
from portal.forms import TicketForm
from portal.governance import governance_of
from portal.guards import customer
from portal.suggestions import suggestions
from portal.views.project import choices_for
from sla.enums import ClockState
from sla.explaining import explanations
from sla.queries import clocks_of, promises
from tickets import services
from tickets.advising import Sheet, advisor_sheet
from tickets.conversation import timeline
from tickets.enums import ChannelKind, Environment, EventKind, Status
from tickets.models import Attachment, Rating, Ticket, TicketCc, TicketEvent
from tickets.queries import attachment_for, newest_events, ticket_for
from tickets.reference import priority_levels
from tickets.rules import can_close, can_reply
from tickets.services.customers import ATTENTION_EVERY, RATE_WITHIN
from tickets.services.locking import landing
from tickets.services.uploads import take_uploads
from tickets.words import SCORE_WORDS, customer_status
from tickets.workflow import may_reopen
from toolkit.clock import now as clock_now
from toolkit.downloads import download
from toolkit.errors import DomainError
from toolkit.rendering import render_page, see_other


def _new(request: MemberRequest) -> HttpResponse:
    """File a ticket, seeing before when it is answered. Errors keep everything typed, files included."""
    at = clock_now()
    try:
        projects = require_filing_projects(request.member, at.date())
    except CannotFileError as error:
        return render_page(request, "portal/cannot_file.html", {
            "refusal": error, "nav_current": "new", "sets": sets_with_counts(request.member),
            "query": request.GET.get("subject", "")[:200]}, status=200 if request.method == "GET" else 403)
    if request.method != "POST":
        form = TicketForm(request.GET if "HX-Request" in request.headers else None, projects=projects,
                          initial={k: request.GET[k] for k in ("subject", "project") if k in request.GET})
        return _form(request, form, [], [], at, status=200)
    suggesting = "suggest" in request.POST
    form = TicketForm(None if suggesting else request.POST, projects=projects,
                      initial=request.POST.dict() if suggesting else None)
    files, problems = take_uploads(request.FILES.getlist("files"), request.POST.getlist("upload"),
                                   by=request.member.person, at=at)
    if "look" in request.POST or "suggest" in request.POST:
        form = TicketForm(initial=request.POST.dict(), projects=projects)
        return _form(request, form, files, problems, at, status=200, looked="look" in request.POST)
    if not form.is_valid() or problems:
        return _form(request, form, files, problems, at, status=422)
    ticket = _file(request, form, files, at)
    messages.success(request, _("Ticket #{number} is sent.").format(number=ticket.number))
    return see_other(request, f"/tickets/{ticket.number}")


new = customer(_new, methods=("GET", "HEAD", "POST"))


def _form(request: MemberRequest, form: TicketForm, files: list[Attachment], problems: list[str], at: datetime, *,
          status: int, looked: bool = False) -> HttpResponse:
    project = form.chosen_project()
    due = promises(project.contract, form.chosen_environment().sla_key, at) if project else {}
    chosen = form.typed("priority") or "3"
    rank = int(chosen) if chosen in {"1", "2", "3", "4"} else 3
    rights = entitlements_of(project.contract) if project else frozenset()
    return render_page(request, "portal/new.html", {
        "form": form, "colleagues": colleagues(project.organization_id) if project else [], "kept": files,
        "file_errors": problems, "due": due, "project": project,
        "promise": due.get(rank), "level": next((x for x in form.levels if x.rank == rank), None), "rank": rank,
        "phone": request.tenant.phone if "phone" in rights else "", "nav_current": "new",
        "environment": form.chosen_environment(), "most": settings.MAX_FILE_BYTES // (1024 * 1024), "looked": looked,
        "sheet": _sheet(request, form, rights), **suggestions(request.member, form.typed("subject"), project)},
        status=status)


def _sheet(request: MemberRequest, form: TicketForm, rights: frozenset[str]) -> Sheet:
    """The advisor beside the choice of priority (S14)."""
    typed = request.POST if request.method == "POST" else request.GET
    return advisor_sheet(form.chosen_environment(), typed.getlist("criteria"), rights=rights, asked="suggest" in typed)


def _file(request: MemberRequest, form: TicketForm, files: list[Attachment], at: datetime) -> Ticket:
    data = form.cleaned_data
    project: Project = form.projects[data["project"]]
    return services.open_ticket(services.NewTicket(
        requester=request.member.person, subject=data["subject"], body=data["details"], channel=ChannelKind.PORTAL,
        project=project, product=data["product"], product_version=data["product_version"],
        environment=Environment(data["environment"]), requested_priority=data["priority"], url=data["url"],
        attachments=files, ccs=[p for p in form.ccs if p.pk != request.member.person.pk]), at=at)


@customer
def page(request: MemberRequest, number: int) -> HttpResponse:
    """One ticket in the customer's words."""
    ticket = ticket_for(request.member, number)
    return render_page(request, "portal/ticket.html", _context(request, ticket), fragment="ticket")


@customer
def clocks(request: MemberRequest, number: int) -> HttpResponse:
    """How the deadlines of a ticket are counted, for whom they were promised to."""
    ticket, now = ticket_for(request.member, number), clock_now()
    return render_page(request, "portal/clocks.html", {"ticket": ticket, "now": now, "nav_current": "tickets",
                                                       "found": explanations(ticket, now)})


def _context(request: MemberRequest, ticket: Ticket) -> dict[str, Any]:
    now, member = clock_now(), request.member
    open_now = [c for c in clocks_of(ticket) if c.ended_at is None and c.state != ClockState.CANCELLED]
    levels = priority_levels()
    newest = newest_events(ticket, [EventKind.PRIORITY_CHANGED, EventKind.ATTENTION_ASKED])
    return {
        "ticket": ticket, "entries": timeline(member, ticket), "level": levels.get(ticket.priority), "now": now,
        "levels": levels,
        "governance": governance_of(member, ticket, now, changed=newest.get(EventKind.PRIORITY_CHANGED)),
        "status_words": customer_status(Status(ticket.status), ticket.status_reason),
        "clock": min((c for c in open_now if c.due_at), key=lambda c: c.due_at or now, default=None),
        "paused": any(c.state == ClockState.PAUSED for c in open_now), "late": bool(ticket.due_at and ticket.due_at < now),
        "can_reply": can_reply(member, ticket), "can_close": ticket.is_active and can_close(member, ticket),
        "can_reopen": not ticket.is_active and can_reply(member, ticket) and may_reopen(ticket.solved_at, now),
        "ccs": [c.person for c in TicketCc.objects.filter(ticket=ticket).select_related("person")],
        "nav_current": "tickets", "most": settings.MAX_FILE_BYTES // (1024 * 1024),
        "project_choices": choices_for(member, ticket),
        **_asides(request, ticket, now, asked=newest.get(EventKind.ATTENTION_ASKED))}


def _asides(request: MemberRequest, ticket: Ticket, now: datetime, *, asked: TicketEvent | None) -> dict[str, Any]:
    """What can be done besides answering; `asked` is the newest call for attention."""
    if not can_reply(request.member, ticket):
        return {}
    if ticket.is_active:
        return {"colleagues": colleagues(ticket.organization_id) if ticket.organization_id else [],
                "asked": asked if asked and asked.at > now - ATTENTION_EVERY else None}
    is_ratable = ticket.solved_at is not None and now - ticket.solved_at <= RATE_WITHIN
    return {"can_rate": is_ratable, "rating": Rating.objects.filter(ticket=ticket).first(), "scores": SCORE_WORDS}


def _answer(request: MemberRequest, number: int) -> HttpResponse:
    """The customer's answer; on the ticket that took this one in. A ticket solved long ago gets a follow-up instead."""
    ticket, at = landing(ticket_for(request.member, number)), clock_now()
    number = ticket.number
    files, problems = take_uploads(request.FILES.getlist("files"), request.POST.getlist("upload"),
                                   by=request.member.person, at=at)
    try:
        if problems:
            raise DomainError(" ".join(problems))
        if not ticket.is_active and not may_reopen(ticket.solved_at, at):
            raise DomainError(_("This ticket was solved more than 14 days ago. Open a new one and mention its number."))
        with transaction.atomic():
            services.customer_reply(ticket, services.Entry(request.POST.get("body", ""), ChannelKind.PORTAL,
                                                           attachments=files), by=request.member, at=at)
    except DomainError as error:
        ticket = ticket_for(request.member, number)
        return render_page(request, "portal/ticket.html", _context(request, ticket) | {
            "problem": error.message, "body": request.POST.get("body", ""), "kept": files}, status=422)
    messages.success(request, _("Your answer is sent."))
    return see_other(request, f"/tickets/{number}")


def _status(request: MemberRequest, number: int) -> HttpResponse:
    """It is solved, or it isn’t after all."""
    ticket = ticket_for(request.member, number)
    wanted = Status.SOLVED if request.POST.get("status") == "solved" else Status.OPEN
    try:
        if wanted == Status.OPEN and not may_reopen(ticket.solved_at, clock_now()):
            raise DomainError(_("This ticket was solved more than 14 days ago. Open a new one and mention its number."))
        services.change_status(ticket, wanted, by=request.member, at=clock_now())
        messages.success(request, _("The ticket is closed as solved.") if wanted == Status.SOLVED
                         else _("The ticket is open again, and we go on with it."))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"/tickets/{number}")


answer = customer(_answer, methods=("POST",))
status = customer(_status, methods=("POST",))


@customer
def file(request: MemberRequest, number: int, attachment_id: int) -> FileResponse:
    """A file of the conversation, to be saved."""
    found = attachment_for(request.member, number, attachment_id)
    return download(found.storage_key, found.name)

