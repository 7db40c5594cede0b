"""The composer: what staff write on a ticket, kept as a draft until it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from desk.addresses import ticket_address
from desk.guards import staff, writes
from desk.pressing import first_press, say_pressed
from desk.promising import read_follow_up, typed_follow_up
from desk.shell import shell
from desk.views.ticket import context_of
from tickets import services
from tickets.conversation import Entry, read_seen, unseen
from tickets.enums import ChannelKind, ComposerMode, Status
from tickets.errors import UnseenError
from tickets.models import Attachment, Draft, Macro, Ticket
from tickets.queries import drafts_of_others, macro_for, ticket_for
from tickets.services.locking import lock
from tickets.services.uploads import take_uploads
from tickets.workspace import Writing
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.rendering import render_page, see_other
from toolkit.timefmt import short_moment


def _words(request: MemberRequest, files: list[Attachment]) -> services.Words:
    """What the form holds; a time that can't be read isn't there."""
    mode, then = request.POST.get("mode", ""), request.POST.get("then", "")
    return services.Words(
        body=request.POST.get("body", ""), macro=_macro(request),
        mode=ComposerMode(mode) if mode in {m.value for m in ComposerMode} else ComposerMode.REPLY,
        then=Status(then) if then in {s.value for s in Status} else None, uploads=[f.pk for f in files],
        follow_up=typed_follow_up(request))


def words_of_form(request: MemberRequest, at: datetime) -> services.Words:
    """What the composer's form holds, its new files stored."""
    files, problems = _files(request, at)
    for problem in problems:
        messages.error(request, problem)
    return _words(request, files)


def _macro(request: MemberRequest) -> Macro | None:
    """The macro whose effects go along; one that is gone by now has none."""
    number = request.POST.get("macro", "")
    try:
        return macro_for(request.member, int(number)) if number.isascii() and number.isdigit() else None
    except NotFoundError:
        return None


def _files(request: MemberRequest, at: datetime) -> tuple[list[Attachment], list[str]]:
    return take_uploads(request.FILES.getlist("files"), request.POST.getlist("upload"), by=request.member.person, at=at)


def _compose(request: MemberRequest, number: int) -> HttpResponse:
    """A reply, an internal note or a logged call, and what follows. A refusal keeps words and files."""
    ticket, at = ticket_for(request.member, number), clock_now()
    files, problems = _files(request, at)
    words = _words(request, files)
    try:
        if problems:
            raise DomainError(" ".join(problems))
        if words.mode != ComposerMode.NOTE:
            words = replace(words, follow_up=read_follow_up(request))
        with transaction.atomic(), first_press(request, ticket, words) as is_first:
            if is_first:
                _write(request, ticket, words, files, at)
            else:
                _drop_own(request, ticket)
                messages.info(request, _("That was sent already."))
    except DomainError as error:
        return _refused(request, number, words, files, error)
    return say_pressed(request, see_other(request, ticket_address(request, number)), ticket)


def _refused(request: MemberRequest, number: int, words: services.Words, files: list[Attachment],
             error: DomainError) -> HttpResponse:
    """The page again, with everything typed; and what is new, when that is the reason."""
    ticket = ticket_for(request.member, number)
    seen = read_seen(request.POST.get("seen", ""))
    conflict = isinstance(error, UnseenError)
    news: list[Entry] = unseen(request.member, ticket, seen) if conflict and seen else []
    context = context_of(request, number)
    held = context["workspace"].draft
    context |= {"problem": error.message, "news": news, "kept": files, "writing": Writing(
        words.mode, words.body, words.then or "", words.macro.pk if words.macro else None,
        [f.pk for f in files], held.revision, held.saved_at, words.follow_up.next_steps, words.follow_up.by)}
    return render_page(request, "desk/ticket.html", context, status=409 if conflict else 422)


def _write(request: MemberRequest, ticket: Ticket, words: services.Words, files: list[Attachment], at: datetime) -> None:
    """Do what the composer asks, and say so."""
    member = request.member
    if words.macro is not None and not words.body.strip() and not files:
        step = services.apply_macro(ticket, words.macro, by=member, at=at, with_status=True)
        _drop_own(request, ticket)
        messages.success(request, _("Macro “{macro}” applied.").format(macro=words.macro.name),
                         extra_tags=f"/desk/t/{ticket.number}/undo/{step.pk}" if step else "")
    elif words.mode == ComposerMode.NOTE:
        services.add_note(ticket, body=words.body, by=member, at=at, attachments=files)
        _after(request, ticket, words, at, with_status=True)
        messages.success(request, _("Note added. Customers can’t see it."))
    else:
        _require_seen(request, ticket)
        _answer(request, ticket, words, files, at)


def _answer(request: MemberRequest, ticket: Ticket, words: services.Words, files: list[Attachment],
            at: datetime) -> None:
    """Public words: a call is on record at once, a reply is held so that it can be taken back."""
    member, seconds = request.member, settings.UNDO_SEND_SECONDS
    if words.mode == ComposerMode.REPLY and seconds:
        held = services.hold_reply(ticket, words, by=member, at=at, leaves_at=at + timedelta(seconds=seconds),
                                   keeps_draft=True)
        _drop_own(request, ticket)
        messages.success(request, _("The reply leaves in {seconds} seconds.").format(seconds=seconds),
                         extra_tags=f"/desk/t/{ticket.number}/held/{held.pk}/undo")
        return
    if words.mode == ComposerMode.CALL:
        services.log_call(ticket, body=words.body, by=member, at=at, follow_up=words.follow_up, solves=words.solves)
    else:
        services.reply(ticket, services.Entry(words.body, ChannelKind.PORTAL, attachments=files,
                                              follow_up=words.follow_up, solves=words.solves), by=member, at=at)
    _after(request, ticket, words, at)
    if words.then and words.then != ticket.status:
        services.change_status(ticket, words.then, by=member, at=at)
    messages.success(request, _("Call logged.") if words.mode == ComposerMode.CALL else _("Reply sent."))


def _after(request: MemberRequest, ticket: Ticket, words: services.Words, at: datetime, *,
           with_status: bool = False) -> None:
    if words.macro is not None:
        services.apply_macro(ticket, words.macro, by=request.member, at=at, with_status=with_status)
    _drop_own(request, ticket)


def _drop_own(request: MemberRequest, ticket: Ticket) -> None:
    """The draft was sent, if it is this form's. What somebody typed in another window of theirs stays."""
    said = request.POST.get("revision", "")
    known = int(said) if said.isascii() and said.isdigit() else None
    services.drop_draft(ticket, by=request.member, revision=known)


def _require_seen(request: MemberRequest, ticket: Ticket) -> None:
    """Nothing leaves past news: what others said since the page was opened is shown first. Raises UnseenError."""
    seen = read_seen(request.POST.get("seen", ""))
    lock(ticket)  # whoever writes next waits until these words are there
    if seen is not None and unseen(request.member, ticket, seen):
        raise UnseenError(_("Something new was written while you were writing. Your words are kept: read what is new, then "
                            "send them or change them."))


compose = staff(_compose, methods=("POST",))


def _draft(request: MemberRequest, number: int) -> HttpResponse:
    """Keep what is being written. Scripts get the time and revision; without them the page comes back."""
    ticket, at = ticket_for(request.member, number), clock_now()
    files, problems = _files(request, at)
    revision = request.POST.get("revision", "")
    try:
        if request.POST.get("discard"):
            services.drop_draft(ticket, by=request.member)
            return see_other(request, ticket_address(request, number))
        saved = services.save_draft(ticket, _words(request, files), by=request.member, at=at,
                                    revision=int(revision) if revision.isascii() and revision.isdigit() else None)
    except DomainError as error:
        return _draft_refused(request, number, error)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"revision": saved.revision, "words": saved_words(request, saved)})
    for problem in problems:
        messages.error(request, problem)
    return see_other(request, ticket_address(request, number))


def _draft_refused(request: MemberRequest, number: int, error: DomainError) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"problem": error.message}, status=409)
    return _refused(request, number, _words(request, []), [], error)


def saved_words(request: MemberRequest, draft: Draft) -> str:
    """“Draft saved 10:21”."""
    return _("Draft saved {short_moment}").format(
               short_moment=short_moment(draft.updated_at, request.member.zone, draft.updated_at))


draft = staff(_draft, methods=("POST",))


@staff
def drafts(request: MemberRequest, number: int) -> HttpResponse:
    """What colleagues are writing on the ticket."""
    ticket = ticket_for(request.member, number)
    return render_page(request, "desk/drafts.html", shell(request, "queue") | {
        "ticket": ticket, "drafts": drafts_of_others(request.member, ticket)})


def _upload(request: MemberRequest, number: int) -> HttpResponse:
    """One file ahead of its entry, while the words are being written."""
    ticket_for(request.member, number)
    files, problems = _files(request, clock_now())
    if problems or not files:
        return JsonResponse({"problem": " ".join(problems) or _("Choose a file.")}, status=422)
    return JsonResponse({"pk": files[0].pk, "name": files[0].name, "size": files[0].size})


upload = staff(_upload, methods=("POST",))


def _undo(request: MemberRequest, number: int, held_id: int) -> HttpResponse:
    """The reply comes back into the composer."""
    ticket = ticket_for(request.member, number)
    try:
        services.take_back(ticket, held_id, by=request.member, at=clock_now())
        messages.success(request, _("The reply is yours again. Nobody has received it."))
    except NotFoundError as error:
        messages.error(request, error.message)
    return see_other(request, ticket_address(request, number) + "#words")


undo_send = staff(_undo, methods=("POST",))


@writes
def undo_step(request: MemberRequest, number: int, step_id: int) -> None:
    """One's own last step is taken back."""
    step = services.undo(ticket_for(request.member, number), step_id, by=request.member, at=clock_now())
    messages.success(request, _("Undone: {step}").format(step=step.label))
