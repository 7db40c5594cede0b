"""The ticket workspace, and what staff do in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse

from accounts.models import Agent, Project
from accounts.queries import email_of, entitlements_of
from desk.forms import AssignForm, PriorityForm, ProjectForm
from desk.guards import staff, writes
from desk.promising import follow_up_context, read_follow_up
from desk.reading import read_version
from desk.shell import shell
from sla.explaining import explanations
from sla.queries import ClockLine, clock_lines
from tickets import services
from tickets.conversation import timeline
from tickets.enums import STATUS_WORDS, ChannelKind, EventKind, Status
from tickets.flags import DISPUTE_FLAG
from tickets.models import Attachment, Call, Callback, Ticket
from tickets.queries import attachment_for, events_of, recent_tickets, ticket_for
from tickets.reference import priority_levels
from tickets.rules import can_reply, can_work
from tickets.services.uploads import take_uploads
from tickets.workflow import next_statuses
from tickets.workspace import workspace_for
from toolkit.clock import now as clock_now
from toolkit.downloads import download
from toolkit.errors import DomainError
from toolkit.rendering import render_page, see_other


@dataclass(frozen=True)
class ClockCard:
    """A clock (of `clock_lines`) as the page shows it; `share` of its limit is used, 0–100."""

    clock: ClockLine
    share: int
    kind: str


@staff
def page(request: HttpRequest, number: int) -> HttpResponse:
    """One ticket: what it is, when it is due, what was said. What stands beside it is fetched when it is shown."""
    return render_page(request, "desk/ticket.html", _context(request, number), fragment="ticket")


@staff
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """Who the customer is, and what happened so far: beside the ticket, or a page of its own without JavaScript."""
    ticket = ticket_for(request.member, number)
    contract = ticket.contract
    return render_page(request, "desk/panel.html", shell(request, "queue") | {
        "ticket": ticket, "now": clock_now(), "email": email_of(ticket.requester),
        "events": _steps(events_of(request.member, ticket)), "can_work": can_work(request.member),
        "past_clocks": [c for c in clock_lines(ticket) if c.ended_at is not None],
        "entitlements": sorted(entitlements_of(contract)) if contract else [],
        "callbacks": Callback.objects.filter(ticket=ticket, done_at__isnull=True).order_by("due_at", "id")[:5],
        "calls": Call.objects.filter(ticket=ticket).select_related("agent__person").order_by("-started_at", "-id")[:5],
        "recent": recent_tickets(request.member, ticket)}, fragment="panel")


@staff
def clocks(request: HttpRequest, number: int) -> HttpResponse:
    """Why it is due when it is: each clock, counted to the second."""
    ticket, now = ticket_for(request.member, number), clock_now()
    return render_page(request, "desk/clocks.html", shell(request, "queue") | {
        "ticket": ticket, "now": now, "found": explanations(ticket, now)})


@staff
def people(request: HttpRequest, number: int) -> HttpResponse:
    """To whom it can be given."""
    ticket = ticket_for(request.member, number)
    agents = Agent.objects.filter(is_active=True).select_related("person").order_by("person__name")
    return render_page(request, "desk/people.html", shell(request, "queue") | {"ticket": ticket, "agents": agents},
                       fragment="people")


@staff
def projects(request: HttpRequest, number: int) -> HttpResponse:
    """To which project it can belong."""
    ticket = ticket_for(request.member, number)
    found = Project.objects.filter(is_active=True).select_related("organization").order_by("organization__name", "name")
    return render_page(request, "desk/projects.html", shell(request, "queue") | {"ticket": ticket, "projects": found},
                       fragment="projects")


def _context(request: HttpRequest, number: int) -> dict[str, Any]:
    member, now, levels = request.member, clock_now(), priority_levels()
    workspace = workspace_for(member, number)
    ticket, lines = workspace.ticket, clock_lines(workspace.ticket)
    clocks = [_card(c, now) for c in lines]
    return shell(request, "queue") | follow_up_context(request, ticket, lines, now) | {
        "workspace": workspace, "ticket": ticket, "rail": True, "now": now, "entries": timeline(member, ticket),
        "clocks": [c for c in clocks if c.clock.ended_at is None] or clocks[-1:],
        "levels": levels, "level": levels.get(ticket.priority), "status_words": STATUS_WORDS[Status(ticket.status)],
        "next_statuses": [(s.value, STATUS_WORDS[s]) for s in next_statuses(ticket.status)],
        "can_work": can_work(member), "can_reply": can_reply(member, ticket),
        "most": settings.MAX_FILE_BYTES // (1024 * 1024), "dispute_flag": DISPUTE_FLAG,
    }


def _card(clock: ClockLine, now: datetime) -> ClockCard:
    """How much of the limit is used: by the wall clock while it runs, since the page counts wall-clock time."""
    used = clock.elapsed_seconds
    if clock.ended_at is None and clock.due_at and clock.limit_seconds:
        total = (clock.due_at - clock.started_at).total_seconds() or 1
        used = int((now - clock.started_at).total_seconds() / total * clock.limit_seconds)
    share = min(100, int(100 * used / clock.limit_seconds)) if clock.limit_seconds else 0
    kind = "over" if clock.state == "breached" else "met" if clock.state == "met" else (
        "soon" if clock.warn_at and clock.warn_at <= now and clock.state == "running" else "ok")
    return ClockCard(clock, share, kind)


_STEP_WORDS = {
    EventKind.OPENED: "Opened, clocks start", EventKind.REPLIED: "Reply sent", EventKind.REQUESTER_WROTE: "Customer wrote",
    EventKind.CALL_LOGGED: "Call logged", EventKind.NOTED: "Internal note", EventKind.ASSIGNED: "Assigned",
    EventKind.PRIORITY_CONFIRMED: "Priority confirmed", EventKind.TAGGED: "Tags changed",
    EventKind.CONTRACT_CHANGED: "Project changed", EventKind.FIELDS_CHANGED: "Details changed",
    EventKind.CC_CHANGED: "People added",
}


def _steps(events: list[Any]) -> list[tuple[Any, str]]:
    """Events with their words."""
    found = []
    for event in events:
        data, kind = event.data, EventKind(event.kind)
        text = _STEP_WORDS.get(kind, kind.partition(".")[2].replace("_", " ").capitalize())
        if kind == EventKind.STATUS_CHANGED:
            text = f"Status: {STATUS_WORDS[Status(data['status'])].lower()}"
        elif kind == EventKind.PRIORITY_CHANGED:
            text = f"Priority {data['before']} → {data['priority']}"
        if data.get("reason"):
            text += f" ({data['reason']})"
        if kind == EventKind.CHAT_EDITED:
            text += f": “{data.get('text', '')}”"
        found.append((event, text))
    return found


def _compose(request: HttpRequest, number: int) -> HttpResponse:
    """A reply, an internal note or a logged call, and the status that follows. A refusal keeps words and files."""
    ticket, at = ticket_for(request.member, number), clock_now()
    files, problems = take_uploads(request.FILES.getlist("files"), request.POST.getlist("upload"),
                                   by=request.member.person, at=at)
    try:
        if problems:
            raise DomainError(" ".join(problems))
        with transaction.atomic():
            messages.success(request, _write(request, ticket, files, at))
    except DomainError as error:
        context = _context(request, number) | {"problem": error.message, "body": request.POST.get("body", ""),
                                               "mode": request.POST.get("mode", "reply"), "kept": files}
        return render_page(request, "desk/ticket.html", context, status=409 if error.code == "ticket_changed" else 422)
    return see_other(request, f"/desk/t/{number}")


def _write(request: HttpRequest, ticket: Ticket, files: list[Attachment], at: datetime) -> str:
    """Do what the composer asks; returns what to say."""
    body, mode, member = request.POST.get("body", ""), request.POST.get("mode", "reply"), request.member
    if mode == "note":
        services.add_note(ticket, body=body, by=member, at=at, attachments=files)
        return "Note added. Customers can’t see it."
    then, follow_up = request.POST.get("then", ""), read_follow_up(request)
    solves = then in {Status.SOLVED, Status.CLOSED}
    if mode == "call":
        services.log_call(ticket, body=body, by=member, at=at, follow_up=follow_up, solves=solves)
    else:
        services.reply(ticket, services.Entry(body, ChannelKind.PORTAL, attachments=files, follow_up=follow_up,
                                              solves=solves), by=member, at=at, expected_version=read_version(request))
    if then in {s.value for s in Status} and then != ticket.status:
        services.change_status(ticket, Status(then), by=member, at=at)
    return "Call logged." if mode == "call" else "Reply sent."


compose = staff(_compose, methods=("POST",))


@writes
def status(request: HttpRequest, number: int) -> None:
    """Another status."""
    ticket = ticket_for(request.member, number)
    wanted = request.POST.get("status", "")
    if wanted not in {s.value for s in Status}:
        raise DomainError("Choose a status.")
    services.change_status(ticket, Status(wanted), by=request.member, at=clock_now(),
                           reason=request.POST.get("reason", "")[:200], expected_version=read_version(request))


@writes
def priority(request: HttpRequest, number: int) -> None:
    """Triage: the priority is confirmed, with a reason where it differs (S6, S41)."""
    ticket = ticket_for(request.member, number)
    form = PriorityForm(request.POST)
    if not form.is_valid():
        raise DomainError("Choose a priority.")
    wanted = form.cleaned_data["priority"]
    services.confirm_priority(ticket, wanted, by=request.member, at=clock_now(), reason=form.cleaned_data["reason"],
                              expected_version=read_version(request))
    messages.success(request, "Priority confirmed. The customer is told." if ticket.priority == wanted else
                     "Proposed. This customer sets the priority at will, and is asked to accept it.")


@writes
def assign(request: HttpRequest, number: int) -> None:
    """Somebody takes it."""
    ticket = ticket_for(request.member, number)
    data = request.POST.copy()
    if data.get("assignee") == "me":
        data["assignee"] = str(request.member.agent.pk)
    form = AssignForm(data)
    if not form.is_valid():
        raise DomainError("Choose somebody of this desk.")
    services.assign(ticket, to=form.cleaned_data["assignee"], team=form.cleaned_data["team"], by=request.member,
                    at=clock_now(), expected_version=read_version(request))


@writes
def project(request: HttpRequest, number: int) -> None:
    """Whose ticket it is: it runs under that project's contract from now on."""
    ticket = ticket_for(request.member, number)
    form = ProjectForm(request.POST)
    if not form.is_valid():
        raise DomainError("Choose a project.")
    services.set_project(ticket, form.cleaned_data["project"], by=request.member, at=clock_now(),
                         expected_version=read_version(request))


@staff
def file(request: HttpRequest, number: int, attachment_id: int) -> FileResponse:
    """A file, to be saved and never shown inside this site."""
    found = attachment_for(request.member, number, attachment_id)
    return download(found.storage_key, found.name)
