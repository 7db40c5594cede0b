"""What an agent is told of: the inbox, the bell that counts it, and the rules of who wants what how."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from accounts.services.personal import set_mails_off
from accounts.services.preferences import set_preferences
from desk.guards import staff
from desk.shell import shell
from notifications.enums import DigestRhythm
from notifications.models import StaffNews
from notifications.newswords import news_words
from notifications.preferences import STAFF_NEWS, NewsRules
from notifications.queries import newest_for_browser, news_of, unread_count
from notifications.services import mark_read
from tickets.queries import ticket_for
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other


@staff
def listing(request: MemberRequest) -> HttpResponse:
    """One's news, newest first; what follows one another about the same ticket stands together."""
    show_all = request.GET.get("show") == "all"
    rows = news_of(request.member) if show_all else news_of(request.member).filter(read_at__isnull=True)
    page = keyset_page(rows, order=["-at", "-id"], cursor=request.GET.get("after", ""))
    groups = [(ticket, [(row, news_words(row.kind, row.data)) for row in found])
              for ticket, found in groupby(page.rows, lambda row: row.ticket)]
    return render_page(request, "desk/inbox.html", shell(request, "inbox") | {
        "page": page, "groups": groups, "show_all": show_all})


def _read(request: MemberRequest) -> HttpResponse:
    """These are read, or all."""
    ids = [int(text) for text in request.POST.getlist("entry") if text.isascii() and text.isdigit() and len(text) < 19]
    mark_read(request.member, at=clock_now(), ids=ids, everything=bool(request.POST.get("all")))
    return see_other(request, f"/desk/inbox{'?show=all' if request.POST.get('show') == 'all' else ''}")


read = staff(_read, methods=("POST",))


@staff
def bell(request: MemberRequest) -> HttpResponse:
    """How many are unread, and the newest for the browser: a part of every page of the desk, loaded after it."""
    return render_page(request, "desk/bell.html", shell(request, "inbox") | _bell(request), fragment="bell")


def _bell(request: MemberRequest) -> dict[str, Any]:
    newest: StaffNews | None = newest_for_browser(request.member)
    return {"unread": unread_count(request.member), "newest": newest,
            "words": news_words(newest.kind, newest.data) if newest else ""}


def _seen(request: MemberRequest, number: int) -> HttpResponse:
    """Whoever has opened a ticket has read the news of it."""
    mark_read(request.member, at=clock_now(), ticket=ticket_for(request.member, number))
    return render_page(request, "desk/bell.html", shell(request, "inbox") | _bell(request), fragment="bell")


seen = staff(_seen, methods=("POST",))


def _rules(request: MemberRequest) -> HttpResponse:
    """Which kinds by which way, and how often mails come."""
    member, sent = request.member, request.POST
    kinds = [kind.value for kind, *_rest in STAFF_NEWS]
    rhythm = sent.get("digest", "")
    wanted = NewsRules(frozenset(k for k in kinds if k not in sent.getlist("inbox")),
                       frozenset(k for k in kinds if k not in sent.getlist("browser")),
                       DigestRhythm(rhythm) if rhythm in {r.value for r in DigestRhythm} else DigestRhythm.AT_ONCE)
    set_preferences(member, {"news": wanted.plain}, at=clock_now())
    mails = {mail.value: kind.value for kind, _said, mail in STAFF_NEWS if mail}
    set_mails_off(member.person, {mail: kind not in sent.getlist("mail") for mail, kind in mails.items()}, at=clock_now())
    messages.success(request, _("You are told as you wish."))
    return see_other(request, "/desk/me#news")


rules = staff(_rules, methods=("POST",))
