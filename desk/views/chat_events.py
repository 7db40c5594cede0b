"""What the chat told and what became of it, newest first; what made nothing can be read again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from accounts.services.audit import record_audit
from desk.guards import staff
from desk.shell import settings_shell
from intake.enums import InboundState
from intake.models import ChatEvent
from intake.services.chat import replay_chat_event
from toolkit.clock import now as clock_now
from toolkit.errors import NotFoundError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

STATES = {InboundState.RECEIVED.value: __("Waiting"), InboundState.TICKET.value: __("Ticket"),
          InboundState.COMMENT.value: __("Comment"), InboundState.QUARANTINE.value: __("Quarantine"),
          InboundState.IGNORED.value: __("Ignored")}
_AGAIN = (InboundState.QUARANTINE.value, InboundState.IGNORED.value)


def _list(request: MemberRequest) -> HttpResponse:
    rows, state = ChatEvent.objects.select_related("ticket").defer("raw"), request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(state=state)
    page = keyset_page(rows, order=["-received_at", "-id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/settings/chat_events.html", settings_shell(request, "chat-events") | {
        "page": page, "states": STATES, "state": state, "again": _AGAIN})


def _again(request: MemberRequest, event_id: int) -> HttpResponse:
    row = ChatEvent.objects.filter(pk=event_id).first()
    if row is None:
        raise NotFoundError
    replay_chat_event(row, now=clock_now())
    record_audit(by=request.member.person, action="chat_event.read_again", subject=row, at=clock_now())
    messages.success(request, _("It is read again now."))
    return see_other(request, "/desk/settings/chat-events")


listing = staff(_list, role=AgentRole.ADMIN)
again = staff(_again, role=AgentRole.ADMIN, methods=("POST",))
