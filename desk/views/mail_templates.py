"""The tenant's own words for each kind of mail and language, with a preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.forms import styled
from desk.guards import staff
from desk.rooms.form import fingerprint
from desk.shell import settings_shell
from notifications.enums import Template
from notifications.models import MailTemplate
from notifications.services.wording import reset_wording, save_wording
from notifications.wording import WORDINGS, filled, problems, sample_values
from tickets.models import PriorityLevel
from toolkit.clock import now as clock_now
from toolkit.errors import ConflictError, DomainError
from toolkit.rendering import render_page, see_other

LANGUAGES = dict(settings.LANGUAGES)
ADDRESS = "/desk/settings/mails"


class WordingForm(forms.Form):
    """Subject and text. Names in double braces are filled in."""

    subject = forms.CharField(label=__("Subject"), max_length=200, error_messages={"required": __("Write a subject")})
    body = forms.CharField(label=__("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}),
                           error_messages={"required": __("Write the text, or go back to the product’s own words")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()


def _kind(kind: str, language: str) -> Template:
    found = next((k for k in WORDINGS if k.value == kind), None)
    if found is None or language not in LANGUAGES:
        raise Http404
    return found


def _list(request: MemberRequest) -> HttpResponse:
    """Every kind of mail, and in which languages the tenant wrote its words."""
    own = set(MailTemplate.objects.values_list("kind", "language"))
    lines = [(kind, wording, [(code, name, (kind.value, code) in own) for code, name in LANGUAGES.items()])
             for kind, wording in WORDINGS.items()]
    return render_page(request, "desk/settings/mails.html", settings_shell(request, "mails") | {"lines": lines})


def _stored(kind: Template, language: str) -> dict[str, str]:
    """What stands there now; empty where the product's own words do."""
    row = MailTemplate.objects.filter(kind=kind, language=language).first()
    return {"subject": row.subject, "body": row.body} if row else {}


def _start(kind: Template, language: str) -> dict[str, str]:
    with translation.override(language):
        return {"subject": str(WORDINGS[kind].start_subject), "body": str(WORDINGS[kind].start)}


def _edit(request: MemberRequest, kind: str, language: str) -> HttpResponse:
    """The words in a form; what is refused stays typed, and what somebody else saved meanwhile stands beside it."""
    which, theirs, status = _kind(kind, language), {}, 200
    stored = _stored(which, language)
    form = WordingForm(request.POST or None, initial=stored or _start(which, language))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        as_seen = request.POST.get("seen") == fingerprint(stored)
        try:
            seen = (stored["subject"], stored["body"]) if stored and as_seen else None
            if not as_seen and stored != data:
                raise ConflictError(_("Somebody changed this mail meanwhile."))
            save_wording(which, language, subject=data["subject"], body=data["body"], seen=seen, by=request.member,
                         at=clock_now())
            messages.success(request, _("From now on this mail says it in your words."))
            return see_other(request, f"{ADDRESS}/{kind}/{language}")
        except ConflictError:
            theirs, status = stored or _start(which, language), 409
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, which, language, form, theirs=theirs, status=422 if form.errors else status)


def _preview(request: MemberRequest, kind: str, language: str) -> HttpResponse:
    """What is typed, as it would look; nothing is kept."""
    which, form = _kind(kind, language), WordingForm(request.POST)
    if form.is_valid():
        for field, words in problems(WORDINGS[which], **form.cleaned_data).items():
            form.add_error(field, words)
    return _page(request, which, language, form, seen=request.POST.get("seen", ""))


def _page(request: MemberRequest, kind: Template, language: str, form: WordingForm, *, theirs: dict[str, str] | None = None,
          seen: str | None = None, status: int = 200) -> HttpResponse:
    typed = {name: str(form[name].value() or "") for name in form.fields}
    stored = _stored(kind, language)
    level = PriorityLevel.objects.filter(rank=2).first()
    with translation.override(language):
        values = sample_values(request.tenant.desk_name, str(level or "P2"))
    shown = {name: filled(text, values) for name, text in typed.items()}
    return render_page(request, "desk/settings/mail_template.html", settings_shell(request, "mails") | {
        "kind": kind.value, "wording": WORDINGS[kind], "language": language, "language_name": LANGUAGES[language],
        "form": form, "shown": shown, "is_own": bool(stored), "theirs": theirs or {},
        "seen": fingerprint(stored) if seen is None else seen, "places": WORDINGS[kind].places.items()},
        fragment="mail-preview", status=status)


def _reset(request: MemberRequest, kind: str, language: str) -> HttpResponse:
    reset_wording(_kind(kind, language), language, by=request.member, at=clock_now())
    messages.success(request, _("This mail says it in the product’s own words again."))
    return see_other(request, f"{ADDRESS}/{kind}/{language}")


listing = staff(_list, role=AgentRole.ADMIN)
edit = staff(_edit, role=AgentRole.ADMIN, methods=("GET", "HEAD", "POST"))
preview = staff(_preview, role=AgentRole.ADMIN, methods=("POST",))
reset = staff(_reset, role=AgentRole.ADMIN, methods=("POST",))
