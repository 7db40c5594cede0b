"""The ticket workspace, and what staff do in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Agent, Project
from accounts.queries import email_of, entitlements_of, phones_of
from accounts.requests import MemberRequest
from desk.composer import composer_context
from desk.forms import AssignForm, PriorityForm, ProjectForm
from desk.guards import staff, writes
from desk.promising import follow_up_context
from desk.reading import read_version
from desk.rooms.catalogue import rights_words
from desk.shell import shell
from desk.verdicts import attention_of, satisfaction_of, verdict_of
from desk.views.intake_held import held_beside
from desk.views.moves import say_done
from desk.views.neighbours import place_in_view
from notifications.queries import bounced_mails
from sla.explaining import explanations
from sla.queries import ClockLine, clock_lines
from tickets import services
from tickets.conversation import seen_of, timeline
from tickets.enums import Status
from tickets.flags import DISPUTE_FLAG
from tickets.history import event_words
from tickets.models import Call, Callback, Ticket
from tickets.queries import (
    attachment_for,
    custom_fields_of,
    events_of,
    links_of,
    recent_tickets,
    ticket_for,
)
from tickets.reference import priority_levels
from tickets.rules import can_reply, can_work
from tickets.services.steps import remember_fields, snapshot
from tickets.words import STATUS_WORDS
from tickets.workflow import next_statuses
from tickets.workspace import workspace_for
from toolkit.clock import now as clock_now
from toolkit.deadline import warned_from
from toolkit.downloads import download
from toolkit.errors import DomainError
from toolkit.rendering import render_page
from toolkit.timefmt import weekday_moment


@dataclass(frozen=True)
class ClockCard:
    """A clock (of `clock_lines`) as the page shows it; `share` of its limit is used, 0–100."""

    clock: ClockLine
    share: int
    kind: str


@staff
def page(request: MemberRequest, number: int) -> HttpResponse:
    """One ticket: what it is, when it is due, what was said. What stands beside it is fetched when it is shown."""
    return render_page(request, "desk/ticket.html", context_of(request, number), fragment="ticket")


@staff
def panel(request: MemberRequest, number: int) -> HttpResponse:
    """Who the customer is, and what happened so far: beside the ticket, or a page of its own without JavaScript."""
    ticket, member, now = ticket_for(request.member, number), request.member, clock_now()
    contract, events = ticket.contract, events_of(member, ticket)
    return render_page(request, "desk/panel.html", shell(request, "queue") | {
        "ticket": ticket, "now": now, "email": email_of(ticket.requester), "phones": phones_of(ticket.requester),
        "local_time": _local_time(ticket, now), "can_work": can_work(member),
        "attention": attention_of(ticket, events), "verdict": verdict_of(events),
        "satisfaction": satisfaction_of(ticket, now),
        "events": [(e, event_words(e.kind, e.data)) for e in events],
        "past_clocks": [c for c in clock_lines(ticket) if c.ended_at is not None],
        "entitlements": rights_words(sorted(entitlements_of(contract))) if contract else "",
        "fields": custom_fields_of(ticket), "links": links_of(ticket),
        "callbacks": Callback.objects.filter(ticket=ticket, done_at__isnull=True).order_by("due_at", "id")[:5],
        "calls": Call.objects.filter(ticket=ticket).select_related("agent__person").order_by("-started_at", "-id")[:5],
        "held": held_beside(member, ticket), "place": place_in_view(request, ticket),
        "in_view": f"?{request.GET.urlencode()}" if request.GET else "",
        "recent": [(t, STATUS_WORDS[Status(t.status)]) for t in recent_tickets(member, ticket)]}, fragment="panel")


def _local_time(ticket: Ticket, now: datetime) -> str:
    """What the clock on the requester's wall says, and where: “Tue 10:22, Oslo”. Empty when nobody knows the zone."""
    name = ticket.requester.time_zone or (ticket.organization.time_zone if ticket.organization else "")
    return f"{weekday_moment(now, ZoneInfo(name))}, {name.rpartition('/')[2].replace('_', ' ')}" if name else ""


@staff
def clocks(request: MemberRequest, number: int) -> HttpResponse:
    """Why it is due when it is: each clock, counted to the second."""
    ticket, now = ticket_for(request.member, number), clock_now()
    return render_page(request, "desk/clocks.html", shell(request, "queue") | {
        "ticket": ticket, "now": now, "found": explanations(ticket, now)})


@staff
def people(request: MemberRequest, number: int) -> HttpResponse:
    """To whom it can be given."""
    ticket = ticket_for(request.member, number)
    agents = Agent.objects.filter(is_active=True).select_related("person").order_by("person__name")
    return render_page(request, "desk/people.html", shell(request, "queue") | {"ticket": ticket, "agents": agents},
                       fragment="people")


@staff
def projects(request: MemberRequest, number: int) -> HttpResponse:
    """To which project it can belong."""
    ticket = ticket_for(request.member, number)
    found = Project.objects.filter(is_active=True).select_related("organization").order_by("organization__name", "name")
    return render_page(request, "desk/projects.html", shell(request, "queue") | {"ticket": ticket, "projects": found},
                       fragment="projects")


def context_of(request: MemberRequest, number: int) -> dict[str, Any]:
    """What the workspace shows (4 queries; a draft with a macro or files asks for those besides)."""
    member, now, levels = request.member, clock_now(), priority_levels()
    workspace = workspace_for(member, number)
    ticket, lines = workspace.ticket, clock_lines(workspace.ticket)
    clocks, entries = [_card(c, now) for c in lines], timeline(member, ticket, changes=True)
    follow_up = follow_up_context(request, workspace, lines, now)
    return shell(request, "queue") | composer_context(member, workspace) | follow_up | {
        "workspace": workspace, "ticket": ticket, "rail": True, "now": now, "entries": entries,
        "seen": seen_of(entries), "in_view": f"?{request.GET.urlencode()}" if request.GET else "",
        "bounced": bounced_mails(ticket),
        "clocks": sorted((c for c in clocks if c.clock.ended_at is None), key=_nearest) or clocks[-1:],
        "levels": levels, "level": levels.get(ticket.priority), "status_words": STATUS_WORDS[Status(ticket.status)],
        "next_statuses": [(s.value, STATUS_WORDS[s]) for s in next_statuses(ticket.status)],
        "can_work": can_work(member), "can_reply": can_reply(member, ticket),
        "most": settings.MAX_FILE_BYTES // (1024 * 1024), "dispute_flag": DISPUTE_FLAG,
    }


def _nearest(card: ClockCard) -> tuple[bool, datetime]:
    """The deadline that comes first stands first; a clock that stands still after those that run."""
    due_at = card.clock.due_at
    return due_at is None, due_at or card.clock.started_at


def _card(clock: ClockLine, now: datetime) -> ClockCard:
    """How much of the limit is used: by the wall clock while it runs, since the page counts wall-clock time."""
    if clock.ended_at is None and clock.due_at:
        total = (clock.due_at - clock.started_at).total_seconds() or 1
        used = (now - clock.started_at).total_seconds() / total
    else:
        used = clock.elapsed_seconds / clock.limit_seconds if clock.limit_seconds else 0
    share = min(100, int(100 * used))
    warn_at = warned_from(clock.due_at, clock.warn_at)
    kind = "over" if clock.state == "breached" else "met" if clock.state == "met" else (
        "soon" if warn_at and warn_at <= now and clock.state == "running" else "ok")
    return ClockCard(clock, share, kind)


@writes
def status(request: MemberRequest, number: int) -> None:
    """Another status."""
    ticket = ticket_for(request.member, number)
    wanted = request.POST.get("status", "")
    if wanted not in {s.value for s in Status}:
        raise DomainError(_("Choose a status."))
    at, before = clock_now(), snapshot(ticket)
    services.change_status(ticket, Status(wanted), by=request.member, at=at,
                           reason=request.POST.get("reason", "")[:200], expected_version=read_version(request))
    step = remember_fields(ticket, before, _("Status"), by=request.member, at=at)
    say_done(request, ticket, step, _("Status: {status}.").format(status=STATUS_WORDS[Status(ticket.status)]))


@writes
def priority(request: MemberRequest, number: int) -> None:
    """Triage: the priority is confirmed, with a reason where it differs (S6, S41)."""
    ticket = ticket_for(request.member, number)
    form = PriorityForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Choose a priority."))
    wanted = form.cleaned_data["priority"]
    services.confirm_priority(ticket, wanted, by=request.member, at=clock_now(), reason=form.cleaned_data["reason"],
                              expected_version=read_version(request))
    messages.success(request, _("Priority confirmed. The customer is told.") if ticket.priority == wanted else
                     _("Proposed. This customer sets the priority at will, and is asked to accept it."))


@writes
def assign(request: MemberRequest, number: int) -> None:
    """Somebody takes it."""
    ticket = ticket_for(request.member, number)
    data = request.POST.copy()
    if data.get("assignee") == "me":
        data["assignee"] = str(request.member.agent_id)
    form = AssignForm(data)
    if not form.is_valid():
        raise DomainError(_("Choose somebody of this desk."))
    at, before, to = clock_now(), snapshot(ticket), form.cleaned_data["assignee"]
    services.assign(ticket, to=to, team=form.cleaned_data["team"], by=request.member, at=at,
                    expected_version=read_version(request))
    step = remember_fields(ticket, before, _("Assignee"), by=request.member, at=at)
    say_done(request, ticket, step, _("Assigned to {name}.").format(name=to.person.name) if to else _("Assigned to nobody."))


@writes
def project(request: MemberRequest, number: int) -> None:
    """Whose ticket it is: it runs under that project's contract from now on."""
    ticket = ticket_for(request.member, number)
    form = ProjectForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Choose a project."))
    services.set_project(ticket, form.cleaned_data["project"], by=request.member, at=clock_now(),
                         expected_version=read_version(request))


@staff
def file(request: MemberRequest, number: int, attachment_id: int) -> FileResponse:
    """A file, to be saved and never shown inside this site."""
    found = attachment_for(request.member, number, attachment_id)
    return download(found.storage_key, found.name)
