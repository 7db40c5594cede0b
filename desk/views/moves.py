"""What else can be done with a ticket: tags, people, snooze, merge, link, split, redact, the tenant's own fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.queries import contact_for
from accounts.requests import MemberRequest
from desk.forms import split_tags
from desk.guards import View, staff, writes
from desk.shell import shell
from tickets import services
from tickets.conversation import timeline
from tickets.models import Ticket, UndoStep
from tickets.queries import cc_person, ccs_of, custom_fields_of, follows, links_of, ticket_for
from tickets.rules import can_work
from tickets.services.steps import remember_fields, snapshot
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.rendering import render_page

SNOOZES = {"1h": (gettext_lazy("One hour"), timedelta(hours=1)), "3h": (gettext_lazy("Three hours"), timedelta(hours=3)),
           "1d": (gettext_lazy("One day"), timedelta(days=1)), "1w": (gettext_lazy("One week"), timedelta(weeks=1))}


@staff
def more(request: MemberRequest, number: int) -> HttpResponse:
    """The forms behind “⋯”: a menu of the ticket, or a page of its own without JavaScript."""
    ticket, member = ticket_for(request.member, number), request.member
    entries = [e for e in timeline(member, ticket) if not e.leaves_at]
    return render_page(request, "desk/more.html", shell(request, "queue") | {
        "ticket": ticket, "can_work": can_work(member), "ccs": ccs_of(ticket), "links": links_of(ticket),
        "follows": follows(member, ticket), "snoozes": [(k, words) for k, (words, _span) in SNOOZES.items()],
        "comments": [e for e in entries if not e.is_note and e.body.strip()],
        "files": [f for e in entries for f in e.files], "fields": custom_fields_of(ticket),
        "in_view": f"?{request.GET.urlencode()}" if request.GET else ""}, fragment="more")


def say_done(request: MemberRequest, ticket: Ticket, step: UndoStep | None, words: str) -> None:
    """Tell what was done, with its Undo."""
    messages.success(request, words, extra_tags=f"/desk/t/{ticket.number}/undo/{step.pk}" if step else "")


def _moves(action: Callable[[MemberRequest, Ticket, datetime], None]) -> View:
    """A POST on the ticket of the address, at the present moment."""
    def guarded(request: MemberRequest, number: int) -> None:
        action(request, ticket_for(request.member, number), clock_now())

    return writes(guarded)


def _other(request: MemberRequest) -> Ticket:
    """The ticket whose number was typed, “#12” or “12”."""
    number = request.POST.get("number", "").strip().lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise DomainError(_("Write the number of the other ticket."), field="number")
    try:
        return ticket_for(request.member, int(number))
    except NotFoundError as error:
        raise DomainError(_("There is no ticket #{number}.").format(number=int(number)), field="number") from error


def _id(request: MemberRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@_moves
def tags(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """Other tags."""
    before = snapshot(ticket)
    services.set_tags(ticket, split_tags(request.POST.get("tags", "")), by=request.member, at=at)
    say_done(request, ticket, remember_fields(ticket, before, _("Tags"), by=request.member, at=at), _("Tags changed."))


@_moves
def cc(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """Somebody reads along, or no longer."""
    if chosen := _id(request, "remove"):
        person = cc_person(ticket, chosen)
        if person is not None:
            services.remove_cc(ticket, person, by=request.member, at=at)
            messages.success(request, _("{name} reads along no longer.").format(name=person.name))
        return
    address = request.POST.get("email", "").strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise DomainError(_("Write a mail address: name@company.com"), field="email") from error
    person = contact_for(address, at=at)
    services.add_cc(ticket, person, by=request.member, at=at)
    messages.success(request, _("{name} reads along from now on.").format(name=person.name))


@_moves
def follow(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """Be told of it, or no longer."""
    on = request.POST.get("on") == "yes"
    services.follow(ticket, by=request.member, at=at, on=on)
    messages.success(request, _("You follow this ticket.") if on else _("You follow this ticket no longer."))


@_moves
def snooze(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """Out of the queue for a while, or back."""
    wanted = request.POST.get("until", "")
    if wanted == "now":
        services.wake_up(ticket, by=request.member, at=at, reason="Taken up again")
        messages.success(request, _("Taken up again."))
        return
    if wanted not in {*SNOOZES, "reply", "moment"}:
        raise DomainError(_("Choose until when."), field="until")
    until = None if wanted == "reply" else _moment(request) if wanted == "moment" else at + SNOOZES[wanted][1]
    step = services.snooze(ticket, until=until, by=request.member, at=at)
    say_done(request, ticket, step,
             _("Snoozed. It comes back by itself: then, or when the customer writes or a deadline nears."))


def _moment(request: MemberRequest) -> datetime:
    """A typed moment, in the reader's zone."""
    try:
        typed = datetime.fromisoformat(request.POST.get("moment", ""))
    except ValueError as error:
        raise DomainError(_("Write the moment as a date and a time."), field="until") from error
    return typed.replace(tzinfo=request.member.zone).astimezone(UTC)


@_moves
def merge(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """It becomes a part of another ticket."""
    target = _other(request)
    step = services.merge(ticket, target, by=request.member, at=at)
    say_done(request, ticket, step, _("Merged into #{number}. Its people read along there.").format(number=target.number))


@_moves
def link(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """It belongs with another ticket, or no longer."""
    if row := _id(request, "remove"):
        services.unlink(ticket, row, by=request.member, at=at)
        messages.success(request, _("No longer linked."))
        return
    other = _other(request)
    say_done(request, ticket, services.link(ticket, other, by=request.member, at=at), _("Linked to #{number}.").format(
                                                                                      number=other.number))


@_moves
def split(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """One of its messages becomes a ticket of its own."""
    new, step = services.split(ticket, _id(request, "comment"), request.POST.get("subject", ""), by=request.member,
                               at=at)
    say_done(request, ticket, step, _("#{number} was opened from that message.").format(number=new.number))


@_moves
def redact(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """Words or a file go for good."""
    reason = request.POST.get("reason", "")
    if file := _id(request, "file"):
        services.redact_file(ticket, file, by=request.member, at=at, reason=reason)
        messages.success(request, _("The file is gone for good."))
        return
    places = services.redact_words(ticket, request.POST.get("words", ""), by=request.member, at=at, reason=reason)
    messages.success(request, ngettext(
        "The words are gone for good, in {places} place.", "The words are gone for good, in {places} places.",
        places).format(places=places))


@_moves
def custom(request: MemberRequest, ticket: Ticket, at: datetime) -> None:
    """The tenant's own fields."""
    values: dict[str, Any] = {f.key: request.POST.get(f"field-{f.key}", "") for f, _value in custom_fields_of(ticket)}
    services.set_custom(ticket, values, by=request.member, at=at)
    messages.success(request, _("Saved."))
