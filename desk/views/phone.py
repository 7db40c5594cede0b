"""The receptionist's form: what a caller says becomes a ticket under that customer's SLA (S11, S3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.callers import find_callers
from accounts.requests import MemberRequest
from desk.guards import staff
from desk.phone_desk import Desk, desk_for, file_call, record_call
from desk.phone_form import CallForm, PhoneForm, RefusedCallForm
from desk.shell import shell
from tickets.enums import CallDirection, Environment
from tickets.models import Call
from tickets.rules import can_take_calls
from tickets.similar import similar_open_tickets
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, ForbiddenError
from toolkit.phones import region_of
from toolkit.rendering import is_fragment_request, render_page, see_other
from toolkit.timefmt import weekday_moment
from toolkit.wording import in_sentence

_SHOWN_FOR = timedelta(hours=2)
_TYPED = set(PhoneForm.base_fields)
_PARTS = ("calls", "matches", "priorities", "duplicates")


def _phone(request: MemberRequest) -> HttpResponse:
    if not can_take_calls(request.member):
        raise ForbiddenError(_("Calls are taken by staff."))
    given = request.POST if request.method == "POST" else request.GET
    step, picked = request.POST.get("step", ""), given.get("pick") or given.get("picked", "")
    desk = desk_for(request.member, picked=picked, call=given.get("call", ""), at=clock_now())
    if desk.caller is None and not picked and step not in {"file", "record"}:
        desk = _only_match(request, desk, given.get("q") or (desk.heard.number if desk.heard else ""))
    if step in {"file", "record"} and not given.get("pick"):
        return _finish(request, desk, is_record=step == "record" or (desk.caller is not None and not desk.may_file))
    return _show(request, desk, _form(request, desk), status=200)


page = staff(_phone, methods=("GET", "HEAD", "POST"))


def _only_match(request: MemberRequest, desk: Desk, words: str) -> Desk:
    """A call whose number is one person's needs no search."""
    found = find_callers(words, region=_region(request)) if desk.heard else []
    if len(found) != 1:
        return desk
    return desk_for(request.member, picked=found[0].key, call=str(desk.heard.pk) if desk.heard else "", at=desk.at)


def _finish(request: MemberRequest, desk: Desk, *, is_record: bool) -> HttpResponse:
    """File or record; a refusal keeps everything typed."""
    form = _form(request, desk, kind=RefusedCallForm if is_record else PhoneForm, bind=True)
    if form.is_valid():
        try:
            with transaction.atomic():
                return _filed(request, desk, form.cleaned_data, is_record=is_record)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _show(request, desk, form, status=422)


def _filed(request: MemberRequest, desk: Desk, data: dict[str, Any], *, is_record: bool) -> HttpResponse:
    if is_record:
        record_call(desk, data)
        messages.success(request, _("The call is recorded: {directed_to}. There is no ticket.").format(
                                      directed_to=in_sentence(data['directed_to'])))
        return see_other(request, "/desk/phone")
    ticket = file_call(desk, data)
    messages.success(request, _("Ticket #{number} is filed. {saying} Say: “{goodbye}”").format(
                                  number=ticket.number, saying=_saying(ticket, request), goodbye=desk.script['goodbye']))
    return see_other(request, f"/desk/t/{ticket.number}")


def _form(request: MemberRequest, desk: Desk, *, kind: type[CallForm] | None = None, bind: bool = False) -> CallForm:
    """The form with what was typed; somebody just picked fills in what is known of them."""
    refused = desk.caller is not None and not desk.may_file
    kind = kind or (RefusedCallForm if refused else PhoneForm)
    common: dict[str, Any] = {"caller": desk.caller, "region": _region(request), "zone": request.member.zone, "now": desk.at}
    if bind:
        return kind(request.POST, **common)
    initial: dict[str, Any] = {"environment": Environment.PRODUCTION.value}
    initial |= {name: value for name, value in request.POST.items() if value}
    initial |= _known_of(request, desk)
    return kind(initial=initial, **common)


def _known_of(request: MemberRequest, desk: Desk) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if desk.heard is not None and not request.POST.get("callback_number"):
        known["callback_number"] = desk.heard.number
    just_picked = request.method == "GET" or "pick" in request.POST
    if desk.caller is None or desk.caller.person is None or not just_picked:
        return known
    known |= {"name": desk.caller.person.name, "email": desk.caller.email}
    if not known.get("callback_number") and not request.POST.get("callback_number"):
        known["callback_number"] = desk.caller.number
    return known


def _show(request: MemberRequest, desk: Desk, form: CallForm, *, status: int) -> HttpResponse:
    query = request.POST.get("q", "") or request.GET.get("q", "")
    if not query and desk.heard is not None and request.method == "GET":
        query = desk.heard.number
    subject = _typed(form, "summary")
    matches = find_callers(query, region=_region(request)) if query else []
    part = next((p for p in _PARTS if is_fragment_request(request, p)), None)
    context = shell(request, "phone") | {
        "form": form, "desk": desk, "script": desk.script, "wanted": query, "matches": matches,
        "picked": desk.caller.key if desk.caller else "", "just_picked": "pick" in request.POST,
        "due": desk.deadlines(_typed(form, "environment") or Environment.PRODUCTION.value),
        "is_search": request.POST.get("step") == "search", "kept": _kept(request, form),
        "nonproduction": _typed(form, "environment") not in {"", Environment.PRODUCTION.value},
        "duplicates": similar_open_tickets(request.member, desk.caller.organization, subject) if desk.caller else [],
        "calls": _waiting(desk), "sheet": desk.advice(_typed(form, "environment"), request.POST.getlist("criteria"),
                                                      asked="suggest" in request.POST)}
    return render_page(request, "desk/phone.html", context, fragment=part, status=status)


def _kept(request: MemberRequest, form: CallForm) -> list[tuple[str, str]]:
    """What was typed into fields that this state of the form doesn't show: it comes back when they do."""
    return [(name, str(value)) for name, value in request.POST.items() if name in _TYPED - set(form.fields) and value]


def _typed(form: CallForm, name: str) -> str:
    return str((form.data.get(name) if form.is_bound else form.initial.get(name)) or "")


def _waiting(desk: Desk) -> list[Call]:
    """Calls of the last hours that nobody has written down, newest first."""
    return list(Call.objects.select_related("person", "organization", "agent__person").filter(
        direction=CallDirection.INBOUND, handled_at__isnull=True, started_at__gt=desk.at - _SHOWN_FOR)
        .order_by("-started_at", "-id")[:8])


def _region(request: MemberRequest) -> str | None:
    return region_of(request.tenant.phone)


def _saying(ticket: Any, request: MemberRequest) -> str:
    """What to tell the caller."""
    if ticket.due_at is None:
        return _("Tell the caller that an engineer answers by mail as soon as possible.")
    local = ticket.due_at.astimezone(request.member.zone)
    return _("Tell the caller that an engineer answers by {moment} {zone}, usually by mail.").format(
        moment=weekday_moment(local, request.member.zone), zone=f"{local:%Z}")
