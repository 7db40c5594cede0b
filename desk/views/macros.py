"""Macros: kept on pages of their own, used in the composer."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.members import Member
from accounts.requests import MemberRequest
from desk.forms import MacroForm
from desk.guards import staff, writes
from desk.macro_docs import DocLinks
from desk.shell import shell
from desk.views.compose import words_of_form
from tickets import services
from tickets.enums import ComposerMode, Status
from tickets.followup import FollowUp
from tickets.macros import PLACEHOLDERS, effects_of, words_of
from tickets.models import Draft, Macro, Ticket
from tickets.queries import macro_for, macros_for, ticket_for
from tickets.rules import can_change_macro
from tickets.services.drafts import Words
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, ForbiddenError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other


@staff
def listing(request: MemberRequest) -> HttpResponse:
    """All macros that the reader may use."""
    page = keyset_page(macros_for(request.member), order=["name", "id"], cursor=request.GET.get("after", ""))
    rows = [(m, effects_of(m), can_change_macro(request.member, m)) for m in page.rows]
    return render_page(request, "desk/macros.html", shell(request, "macros") | {"page": page, "rows": rows})


def _edit(request: MemberRequest, macro_id: int | None = None) -> HttpResponse:
    """A macro's form; what it refuses stays typed."""
    member = request.member
    macro = macro_for(member, macro_id) if macro_id else None
    form = MacroForm(request.POST or None, initial=MacroForm.values_of(macro) if macro else None)
    if request.method == "POST" and form.is_valid() and _names_its_articles(form, member):
        try:
            saved = services.save_macro(macro, form.values(), shared=form.cleaned_data["shared"], by=member,
                                        at=clock_now())
            messages.success(request, _("“{saved}” is kept.").format(saved=saved.name))
            return see_other(request, "/desk/macros")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return render_page(request, "desk/macro.html", shell(request, "macros") | {
        "form": form, "macro": macro, "placeholders": PLACEHOLDERS.items(),
        "may_share": member.is_at_least(AgentRole.MANAGER)}, status=422 if form.errors else 200)


def _names_its_articles(form: MacroForm, member: Member) -> bool:
    """A macro is kept only if each article that it links to can be read."""
    missing = DocLinks([form.cleaned_data["body"]], member).missing
    if missing:
        form.add_error("body", gettext("There is no published article at %(places)s.") % {"places": ", ".join(missing)})
    return not missing


edit = staff(_edit, role=AgentRole.AGENT, methods=("GET", "HEAD", "POST"))


def _delete(request: MemberRequest, macro_id: int) -> HttpResponse:
    macro = macro_for(request.member, macro_id)
    try:
        services.delete_macro(macro, by=request.member, at=clock_now())
        messages.success(request, _("“{macro}” is gone.").format(macro=macro.name))
    except ForbiddenError as error:
        messages.error(request, error.message)
    return see_other(request, "/desk/macros")


delete = staff(_delete, role=AgentRole.AGENT, methods=("POST",))


def _choose(request: MemberRequest, number: int) -> HttpResponse:
    """The macros with what each would write and change here; a POST keeps the words typed so far first."""
    ticket = ticket_for(request.member, number)
    if request.method == "POST":
        _keep(request, ticket)
    macros = list(macros_for(request.member).order_by("name", "id")[:200])
    links = DocLinks([m.body for m in macros], request.member)
    found = [(m, links.put_into(words_of(m, ticket, request.member)), effects_of(m)) for m in macros]
    return render_page(request, "desk/choose_macro.html", shell(request, "queue") | {
        "ticket": ticket, "found": found, "in_view": f"?{request.GET.urlencode()}" if request.GET else ""},
        fragment="macros")


choose = staff(_choose, role=AgentRole.AGENT, methods=("GET", "HEAD", "POST"))


def _keep(request: MemberRequest, ticket: Ticket) -> Words:
    """The words as typed so far: from the composer's form when it was sent along, else from the draft."""
    if "body" in request.POST:
        words = words_of_form(request, clock_now())
        services.save_draft(ticket, words, by=request.member, at=clock_now())
        return words
    draft = Draft.objects.filter(ticket=ticket, person=request.member.person).first()
    if draft is None:
        return Words("")
    return Words(draft.body, ComposerMode(draft.mode), Status(draft.then) if draft.then else None, draft.macro,
                 draft.uploads, FollowUp(draft.next_steps, draft.next_update_by))


@writes
def use(request: MemberRequest, number: int, macro_id: int) -> None:
    """The macro's words join the draft; its changes wait for Send and are shown until then."""
    ticket, member = ticket_for(request.member, number), request.member
    macro, words = macro_for(member, macro_id), _keep(request, ticket)
    links = DocLinks([macro.body], member)
    text = links.put_into(words_of(macro, ticket, member))
    if links.missing:
        messages.warning(request, gettext("The macro links to what isn’t published any more: %(places)s. It is left out.")
                         % {"places": ", ".join(links.missing)})
    body = "\n\n".join(part for part in (words.body.rstrip(), text) if part.strip())
    mode = ComposerMode.NOTE if macro.is_note else words.mode if text.strip() == "" else ComposerMode.REPLY
    then = Status(macro.status) if macro.status and not macro.is_note else words.then
    services.save_draft(ticket, replace(words, body=body, mode=mode, then=then, macro=_with_effects(macro, words)),
                        by=member, at=clock_now())


def _with_effects(macro: Macro, words: Words) -> Macro | None:
    return macro if macro.has_effects else words.macro


@writes
def leave_out(request: MemberRequest, number: int) -> None:
    """The words stay, the macro's changes don't."""
    ticket = ticket_for(request.member, number)
    words = _keep(request, ticket)
    services.save_draft(ticket, replace(words, macro=None), by=request.member, at=clock_now())
