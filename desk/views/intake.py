"""What came in, what became of it, and the mailboxes: for admins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.guards import View, staff
from desk.rooms.mailboxes import answers_believed
from desk.shell import shell
from intake import queries, services
from intake.enums import InboundState, MailboxState
from intake.letting_in import lets_in, without_links
from intake.models import InboundMessage
from intake.parsing import parse
from intake.raw import is_gone, raw_of
from tickets.queries import ticket_for
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.lazy import Words
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

_SHOWN = 64 * 1024
STATE_WORDS = {
    InboundState.RECEIVED: gettext_lazy("Waiting"),
    InboundState.TICKET: gettext_lazy("Ticket"),
    InboundState.COMMENT: gettext_lazy("Comment"),
    InboundState.QUARANTINE: gettext_lazy("Quarantine"),
    InboundState.IGNORED: gettext_lazy("Ignored"),
}
MAILBOX_WORDS = {
    MailboxState.DISARMED: gettext_lazy("Disarmed: mail is kept, nothing is made of it"),
    MailboxState.SHADOW: gettext_lazy("Shadow: shows what it would do, sends nothing"),
    MailboxState.ARMED: gettext_lazy("Armed: mail becomes tickets and is answered"),
}

_BECAME = {
    MailboxState.DISARMED: gettext_lazy("{address} is disarmed now."),
    MailboxState.SHADOW: gettext_lazy("{address} is shadow now."),
    MailboxState.ARMED: gettext_lazy("{address} is armed now."),
}


_LETS_IN = gettext_lazy("It carries a link that lets somebody in. Only who was meant may read that: the message stays here "
                        "as it is.")


def _list(request: MemberRequest) -> HttpResponse:
    state, box = request.GET.get("state", ""), request.GET.get("mailbox", "")
    mailbox_id = int(box) if box.isascii() and box.isdigit() and len(box) < 19 else None
    rows = queries.messages(request.member, state=state, mailbox_id=mailbox_id)
    page = keyset_page(rows, order=["-received_at", "-id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/intake.html", shell(request, "intake") | {
        "page": page, "state": state, "mailbox_id": mailbox_id, "words": _by_text(STATE_WORDS),
        "mailboxes": [(m, MAILBOX_WORDS[MailboxState(m.state)], answers_believed(m))
                      for m in queries.mailboxes(request.member)],
        "mailbox_states": [s.value for s in MailboxState],
        "ledger": queries.recent_ledger(request.member, now=clock_now())}, fragment="intake-messages")


def _by_text(words: Mapping[InboundState, Words]) -> dict[str, Words]:
    return {state.value: text for state, text in words.items()}


def _one(request: MemberRequest, message_id: int) -> HttpResponse:
    return _page(request, queries.message_for(request.member, message_id))


def _page(request: MemberRequest, row: InboundMessage, **extra: Any) -> HttpResponse:
    raw = raw_of(row)
    mail = parse(raw)
    head = raw[:_SHOWN].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return render_page(request, "desk/intake_one.html", shell(request, "intake") | {
        "row": row, "mail": mail, "head": without_links(head.decode("utf-8", "replace")),
        "text": without_links(mail.text[:_SHOWN]), "lets_in": lets_in(raw),
        "is_cut": len(mail.text) > _SHOWN, "words": STATE_WORDS[InboundState(row.state)],
        "can_replay": row.state in {InboundState.QUARANTINE, InboundState.IGNORED} and row.comment_id is None
        and not is_gone(row), "can_ignore": row.state == InboundState.QUARANTINE, **extra}, status=422 if extra else 200)


def _raw(request: MemberRequest, message_id: int) -> HttpResponse:
    """The message as it arrived, to be saved; a browser must not open it in this site's name."""
    row = queries.message_for(request.member, message_id)
    content = raw_of(row)
    if lets_in(content):
        return _page(request, row, problem=_LETS_IN)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, f"message-{row.pk}.eml") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _acting(act: Callable[[MemberRequest, InboundMessage], str]) -> View:
    """A button on a message's page: does it and says so, or says why not, with what was typed."""

    def view(request: MemberRequest, message_id: int) -> HttpResponse:
        row = queries.message_for(request.member, message_id)
        try:
            messages.success(request, act(request, row))
        except DomainError as error:
            row = queries.message_for(request.member, message_id)
            return _page(request, row, problem=error.message, typed=request.POST)
        return see_other(request, f"/desk/intake/{message_id}")

    return staff(view, role=AgentRole.ADMIN, methods=("POST",))


def _replay(request: MemberRequest, row: InboundMessage) -> str:
    if services.replay(row, by=request.member, at=clock_now()):
        return _("It is read again now. Reload in a moment to see what became of it.")
    return _("It has its place already: nothing was done.")


def _refuse_links(row: InboundMessage) -> None:
    if lets_in(raw_of(row)):
        raise DomainError(str(_LETS_IN))


def _assign(request: MemberRequest, row: InboundMessage) -> str:
    _refuse_links(row)
    number = request.POST.get("number", "").strip().lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise DomainError(_("Give the ticket’s number, such as 1042."), field="number")
    try:
        ticket = ticket_for(request.member, int(number))
    except NotFoundError as error:
        raise DomainError(_("There is no ticket #{number}.").format(number=number), field="number") from error
    placed = services.assign_to_ticket(row, ticket, by=request.member, at=clock_now())
    return _("It is on ticket #{number}.").format(number=placed.number)


def _open(request: MemberRequest, row: InboundMessage) -> str:
    _refuse_links(row)
    ticket = services.open_as_ticket(row, by=request.member, at=clock_now())
    return _("It is ticket #{number}.").format(number=ticket.number)


def _ignore(request: MemberRequest, row: InboundMessage) -> str:
    services.ignore(row, reason=request.POST.get("reason", ""), by=request.member, at=clock_now())
    return _("It is put aside. Its raw message stays.")


def _mailbox(request: MemberRequest, mailbox_id: int) -> HttpResponse:
    mailbox, wanted = queries.mailbox_for(request.member, mailbox_id), request.POST.get("state", "")
    if wanted not in {s.value for s in MailboxState}:
        raise Http404
    woken = services.set_mailbox_state(mailbox, MailboxState(wanted), by=request.member, at=clock_now())
    messages.success(request, str(_BECAME[MailboxState(wanted)]).format(address=mailbox.address))
    if woken:
        messages.info(request, ngettext("{count} waiting message is read now.", "{count} waiting messages are read now.",
                                        woken).format(count=woken))
    return see_other(request, "/desk/intake")


listing = staff(_list, role=AgentRole.ADMIN)
one = staff(_one, role=AgentRole.ADMIN)
raw = staff(_raw, role=AgentRole.ADMIN)
replay, assign, open_ticket, ignore = _acting(_replay), _acting(_assign), _acting(_open), _acting(_ignore)
mailbox = staff(_mailbox, role=AgentRole.ADMIN, methods=("POST",))
