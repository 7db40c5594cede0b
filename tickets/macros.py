"""A macro's words and effects, as they would be on a ticket."""

from __future__ import annotations

import re

from accounts.members import Member
from tickets.enums import STATUS_WORDS, Status
from tickets.models import Macro, Ticket
from tickets.reference import priority_levels

PLACEHOLDERS = {
    "requester": "the requester’s name", "requester_first": "their first name", "customer": "the customer",
    "number": "the ticket’s number", "subject": "its subject", "product": "the product", "version": "its version",
    "agent": "your name", "agent_first": "your first name", "desk": "the desk’s name",
    "doc set/article": "a link to an article, named as in its address: /docs/set/article",
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
        found.append(f"Status: {STATUS_WORDS[Status(macro.status)].lower()}")
    if macro.priority:
        found.append(f"Priority: {priority_levels().get(macro.priority, macro.priority)}")
    if macro.assign_to_me:
        found.append("Assigned to you")
    elif macro.assignee is not None:
        found.append(f"Assigned to {macro.assignee.person.name}")
    if macro.team is not None:
        found.append(f"Team: {macro.team.name}")
    found += [f"Tag added: {tag}" for tag in macro.add_tags]
    found += [f"Tag removed: {tag}" for tag in macro.remove_tags]
    return found


def tags_after(macro: Macro, tags: list[str]) -> list[str]:
    """The tags that a ticket with these has after the macro."""
    return sorted({*tags, *macro.add_tags} - set(macro.remove_tags))
