"""What the command palette finds: commands, views, customers, tickets and articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import AgentRole
from accounts.members import Member
from desk.keys import keys_of
from knowledge.queries import search_articles
from tickets.filtering import customers_like
from tickets.models import Ticket
from tickets.queries import search_ticket_ids, visible_tickets
from tickets.reference import saved_views
from toolkit.lazy import Words

_MOST_TICKETS = 6
_MOST_OTHERS = 4
_MOST_DOCS = 3


@dataclass(frozen=True)
class Hit:
    """Something to go to, or (with `press`) something of the page to press; `hint` stands at its end."""

    icon: str
    words: Words
    href: str
    hint: str = ""
    press: str = ""


# Words, icon, where it leads, the action whose key is told, and the least role.
_COMMANDS: tuple[tuple[Words, str, str, str, AgentRole], ...] = (
    (gettext_lazy("Go to the queue"), "inbox", "/desk/", "go-queue", AgentRole.RECEPTIONIST),
    (gettext_lazy("Go to my tickets"), "user", "/desk/views/mine", "go-mine", AgentRole.RECEPTIONIST),
    (gettext_lazy("Inbox"), "bell", "/desk/inbox", "go-inbox", AgentRole.RECEPTIONIST),
    (gettext_lazy("New ticket by phone"), "phone", "/desk/phone", "new", AgentRole.RECEPTIONIST),
    (gettext_lazy("Undo the last change of many tickets"), "hist", "/desk/bulk/last", "undo", AgentRole.AGENT),
    (gettext_lazy("All views"), "table", "/desk/views/", "", AgentRole.RECEPTIONIST),
    (gettext_lazy("Callbacks"), "reply", "/desk/callbacks", "", AgentRole.RECEPTIONIST),
    (gettext_lazy("Docs"), "book", "/desk/docs", "", AgentRole.RECEPTIONIST),
    (gettext_lazy("Held answers"), "lock", "/desk/intake/held", "", AgentRole.RECEPTIONIST),
    (gettext_lazy("Columns of the queue"), "cols", "/desk/me/queue", "", AgentRole.RECEPTIONIST),
    (gettext_lazy("Keys"), "info", "/desk/me/keys", "help", AgentRole.RECEPTIONIST),
    (gettext_lazy("API tokens"), "lock", "/desk/tokens", "", AgentRole.RECEPTIONIST),
    (gettext_lazy("Mail"), "mail", "/desk/mail", "", AgentRole.ADMIN),
    (gettext_lazy("Settings"), "gear", "/desk/settings/", "", AgentRole.MANAGER),
)
# What the queue's own buttons do to the chosen tickets.
_PRESSED = (
    (gettext_lazy("Assign the chosen tickets to me"), "user", "take"),
    (gettext_lazy("Assign the chosen tickets to…"), "people", "assign"),
    (gettext_lazy("Change the status of the chosen tickets"), "s-open", "status"),
    (gettext_lazy("Confirm the priority of the chosen tickets"), "chart", "priority"),
    (gettext_lazy("Tag the chosen tickets"), "tagi", "tag"),
    (gettext_lazy("Use a macro on the chosen tickets"), "bolt", "macro"),
    (gettext_lazy("Merge the chosen tickets"), "merge", "merge"),
)


def _of(said: object, chosen: int) -> str:
    """The command with the number of tickets that it is for."""
    tickets = ngettext("{count} ticket", "{count} tickets", chosen).format(count=chosen)
    return str(said).replace(_("the chosen tickets"), tickets)


def palette_hits(member: Member, words: str, *, chosen: int = 0) -> list[Hit]:
    """The hits, best kind first: a ticket's number, then commands, views, customers, tickets and articles with the words.

    `chosen` is how many tickets are chosen on the page that asks; without any, nothing is offered for them.
    """
    keys, asked = keys_of(member), words.lower().split()
    hits = _ticket_by_number(member, words)
    if chosen:
        hits += [Hit(icon, _of(said, chosen), "",
                     keys.get(name, ""), name) for said, icon, name in _PRESSED if _fits(said, asked)]
    hits += [Hit(icon, said, href, _key(keys, name)) for said, icon, href, name, role in _COMMANDS
             if member.is_at_least(role) and _fits(said, asked)]
    hits += [Hit("inbox", _("View: {view}").format(view=view.name), f"/desk/views/{view.slug}")
             for view in saved_views(member.agent_id) if _fits(f"view {view.name}", asked)]
    if asked:
        hits += [Hit("people", _("Customer: {name}").format(name=name), f"/desk/views/all?customer={pk}")
                 for pk, name in customers_like(words, _MOST_OTHERS)]
        hits += _tickets_with(member, words)
        hits += [Hit("book", _("Docs: {article}").format(article=hit.article.title), hit.article.path)
                 for hit in search_articles(member, words, most=_MOST_DOCS, unfinished=True)]
        hits.append(Hit("search", _("Search all tickets for “{words}”").format(words=words), ""))
    return hits


def _key(keys: Mapping[str, str], name: str) -> str:
    """The key of an action; both keys of one that comes after “go to”."""
    key = keys.get(name, "")
    return f"{keys['go']} {key}" if key and keys.get("go") and name.startswith("go-") else key


def _fits(said: object, asked: list[str]) -> bool:
    """Each asked word begins a word of it."""
    own = str(said).lower().split()
    return all(any(word.startswith(part) for word in own) for part in asked)


def _ticket_by_number(member: Member, words: str) -> list[Hit]:
    number = words.lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return []
    return [_hit(t) for t in visible_tickets(member).filter(number=int(number))]


def _tickets_with(member: Member, words: str) -> list[Hit]:
    ids = search_ticket_ids(member, words, _MOST_TICKETS)
    return [_hit(t) for t in visible_tickets(member).filter(pk__in=ids).order_by("-id")]


def _hit(ticket: Ticket) -> Hit:
    return Hit("file", f"#{ticket.number} {ticket.subject}", f"/desk/t/{ticket.number}")
