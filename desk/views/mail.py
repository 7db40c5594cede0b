"""What the desk sent and what it took in, for its admins."""

from __future__ import annotations

from email import message_from_bytes, policy

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.guards import staff
from desk.shell import shell
from notifications.enums import OutboxState, Template
from notifications.mailstore import mail_path
from notifications.models import OutboxMessage
from notifications.services import retry_parked
from notifications.wording import MAIL_WORDS
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

_STATES = {OutboxState.PENDING.value: gettext_lazy("Waiting to be sent"), OutboxState.SENT.value: gettext_lazy("Sent"),
           OutboxState.PARKED.value: gettext_lazy("Given up"), OutboxState.SUPERSEDED.value: gettext_lazy("No longer needed")}


def _list(request: MemberRequest) -> HttpResponse:
    rows = OutboxMessage.objects.select_related("ticket")
    state = request.GET.get("state", "")
    if state:
        rows = rows.filter(state=state)
    page = keyset_page(rows, order=["-created_at", "-id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/mail.html", shell(request, "mail") | {
        "page": page, "state": state, "states": _STATES, "kinds": MAIL_WORDS})


def _one(request: MemberRequest, message_id: int) -> HttpResponse:
    row = OutboxMessage.objects.select_related("ticket").filter(pk=message_id).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        retry_parked(row, at=clock_now())
        messages.success(request, _("It is tried again now."))
        return see_other(request, f"/desk/mail/{row.pk}")
    path = mail_path(request.tenant.slug, row.message_id)
    # A mail about a login carries a link that lets in. A trial has no other mailbox to read it in.
    is_secret = row.template == Template.ACCOUNT and not settings.LOCAL
    mail = message_from_bytes(path.read_bytes(), policy=policy.default) if path.exists() and not is_secret else None
    body = mail.get_body(("plain",)) if mail else None
    return render_page(request, "desk/mail_one.html", shell(request, "mail") | {
        "row": row, "kinds": MAIL_WORDS, "state": _STATES[row.state], "mail": mail, "is_secret": is_secret,
        "headers": list(mail.items()) if mail else [], "text": body.get_content() if body else ""})


listing = staff(_list, role=AgentRole.ADMIN)
one = staff(_one, role=AgentRole.ADMIN, methods=("GET", "HEAD", "POST"))
