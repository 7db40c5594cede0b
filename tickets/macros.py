"""A macro's words and effects, as they would be on a ticket."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from tickets.enums import Status
from tickets.models import Macro, Ticket
from tickets.reference import priority_levels
from tickets.words import STATUS_WORDS
from toolkit.wording import in_sentence

PLACEHOLDERS = {
    "requester": gettext_lazy("the requester’s name"),
    "requester_first": gettext_lazy("their first name"),
    "customer": gettext_lazy("the customer"),
    "number": gettext_lazy("the ticket’s number"),
    "subject": gettext_lazy("its subject"),
    "product": gettext_lazy("the product"),
    "version": gettext_lazy("its version"),
    "agent": gettext_lazy("your name"),
    "agent_first": gettext_lazy("your first name"),
    "desk": gettext_lazy("the desk’s name"),
    "doc set/article": gettext_lazy("a link to an article, named as in its address: /docs/set/article"),
}
DOC = re.compile(r"doc\s+([a-z0-9_-]+)/([a-z0-9_-]+)")  # the desk fills it in: this floor knows no documentation
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def unknown_placeholders(body: str) -> list[str]:
    """Names in double braces that nothing will be put for."""
    return sorted({name for name in _PLACE.findall(body) if name not in PLACEHOLDERS and not DOC.fullmatch(name)})


def words_of(macro: Macro, ticket: Ticket, member: Member) -> str:
    """The body with its placeholders filled in."""
    person, asker = member.person.name, ticket.requester.name
    values = {
        "requester": asker, "requester_first": asker.split(" ")[0], "number": str(ticket.number),
        "customer": ticket.organization.name if ticket.organization else "", "subject": ticket.subject,
        "product": ticket.product.name if ticket.product else "", "version": ticket.product_version,
        "agent": person, "agent_first": person.split(" ")[0], "desk": member.tenant.desk_name}
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), macro.body)


def effects_of(macro: Macro) -> list[str]:
    """What it changes, in words, before it is used."""
    found = []
    if macro.status:
        found.append(_("Status: {status_words}").format(status_words=in_sentence(STATUS_WORDS[Status(macro.status)])))
    if macro.priority:
        found.append(_("Priority: {get}").format(get=priority_levels().get(macro.priority, macro.priority)))
    if macro.assign_to_me:
        found.append(_("Assigned to you"))
    elif macro.assignee is not None:
        found.append(_("Assigned to {person}").format(person=macro.assignee.person.name))
    if macro.team is not None:
        found.append(_("Team: {team}").format(team=macro.team.name))
    found += [_("Tag added: {tag}").format(tag=tag) for tag in macro.add_tags]
    found += [_("Tag removed: {tag}").format(tag=tag) for tag in macro.remove_tags]
    return found


def tags_after(macro: Macro, tags: list[str]) -> list[str]:
    """The tags that a ticket with these has after the macro."""
    return sorted({*tags, *macro.add_tags} - set(macro.remove_tags))
