"""The tenant's own words for mails: names in double braces are filled in, everything else stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from notifications.enums import Template
from notifications.models import MailTemplate
from toolkit.timefmt import full_moment

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_FOOTER = "\n-- \n"

PLACES: dict[str, Any] = {
    "number": __("the ticket’s number"), "subject": __("its subject"), "name": __("the receiver’s name"),
    "first_name": __("their first name"), "customer": __("the customer"), "priority": __("the priority"),
    "url": __("the address of the ticket’s page"), "desk": __("the desk’s name"),
    "promises": __("until when we answer and aim to have it solved"), "reply": __("what was written, with next steps"),
    "author": __("who wrote it"), "reason": __("the reason that was given"), "good_url": __("the link for a good rating"),
    "bad_url": __("the link for a bad rating"), "text": __("what the product itself would say"),
}
_ALWAYS = ("number", "subject", "name", "first_name", "customer", "priority", "url", "desk", "text")


@dataclass(frozen=True)
class Wording:
    """A kind of mail whose words a tenant may write: what may and must be filled in, and words to begin with."""

    title: Any
    about: Any
    start_subject: Any
    start: Any
    more: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def places(self) -> dict[str, Any]:
        return {name: PLACES[name] for name in (*_ALWAYS, *self.more)}


_TEXT = __("{{text}}")
WORDINGS: dict[Template, Wording] = {
    Template.TICKET_RECEIVED: Wording(
        __("Received"), __("To the requester, at once, when a ticket comes in."),
        __("[#{{number}}] We have your ticket: {{subject}}"),
        __("Hello {{name}},\n\nyour message is ticket #{{number}}: {{subject}}\nPriority for now: {{priority}}. We confirm "
           "it once we have looked at it.\n\n{{promises}}\n\nFollow it, or add to it: {{url}}\n"
           "You can also answer this mail."),
        more=("promises",)),
    Template.TICKET_REVIEWED: Wording(
        __("Reviewed"), __("To the requester, when the priority is confirmed."),
        __("[#{{number}}] Reviewed as {{priority}}: {{subject}}"), _TEXT, more=("promises", "reason")),
    Template.TICKET_REPLY: Wording(
        __("Reply"), __("To the requester and everybody in copy, with what was written."), __("[#{{number}}] {{subject}}"),
        __("{{reply}}\n\n{{author}}\n\nTicket #{{number}}: {{url}}"), more=("reply", "author"), needs=("reply",)),
    Template.TICKET_PRIORITY: Wording(
        __("Priority"), __("To the requester, when a priority changes or is proposed."),
        __("[#{{number}}] Priority {{priority}}: {{subject}}"), _TEXT, more=("promises", "reason"), needs=("text",)),
    Template.TICKET_SOLVED: Wording(
        __("Solved"), __("To the requester, when a ticket is solved without a word."),
        __("[#{{number}}] Solved: {{subject}}"),
        __("Hello {{name}},\n\nwe think that ticket #{{number}} is solved. If it isn’t, answer this mail within 14 days and "
           "it opens again.\n\n{{url}}\n\nHow was our help?\nGood: {{good_url}}\nNot good: {{bad_url}}"),
        more=("good_url", "bad_url")),
    Template.TICKET_RATE: Wording(
        __("Rating"), __("To the requester, after a reply that solved the ticket."),
        __("[#{{number}}] How was our help? {{subject}}"),
        __("Hello {{name}},\n\nticket #{{number}} is solved, we think. If it isn’t, answer within 14 days and it opens "
           "again.\n\nHow was our help?\nGood: {{good_url}}\nNot good: {{bad_url}}"),
        more=("good_url", "bad_url"), needs=("good_url", "bad_url")),
    Template.STAFF_ASSIGNED: Wording(
        __("Staff: given to you"), __("To whoever was given a ticket."), __("[#{{number}}] Yours: {{subject}}"), _TEXT),
    Template.STAFF_REQUESTER_WROTE: Wording(
        __("Staff: the customer wrote"), __("To whoever holds or follows a ticket."),
        __("[#{{number}}] {{author}} wrote: {{subject}}"), _TEXT, more=("reply", "author")),
    Template.STAFF_SLA: Wording(
        __("Staff: a deadline"), __("To whoever answers for a clock that is due soon or late."),
        __("[#{{number}}] Deadline: {{subject}}"), _TEXT, needs=("text",)),
    Template.STAFF_ATTENTION: Wording(
        __("Staff: needs attention"), __("To whoever holds a ticket and to the managers, when its customer asks."),
        __("[#{{number}}] Needs attention: {{subject}}"), _TEXT, more=("reason",), needs=("text",)),
}


# Every kind of mail, as lists name it.
MAIL_WORDS: dict[str, Any] = {kind.value: wording.title for kind, wording in WORDINGS.items()} | {
    Template.INTAKE_ANSWER.value: __("Answer to a mail that needs more"),
    Template.SECURITY_COPY.value: __("Copy to security"),
    Template.STAFF_PRIORITY.value: __("Staff: priority decided"), Template.STAFF_MENTIONED.value: __("Staff: mentioned"),
    Template.STAFF_DIGEST.value: __("Staff: digest"), Template.STAFF_FAILED.value: __("Staff: reply couldn’t leave"),
    Template.STAFF_BOUNCED.value: __("Staff: mail came back"), Template.STAFF_CLOCKS.value: __("Staff: clocks differ"),
    Template.ACCOUNT.value: __("Login")}


def problems(wording: Wording, subject: str, body: str) -> dict[str, str]:
    """Field → what can't be sent so: a name that nothing is put for, or one that the mail can't do without."""
    found: dict[str, str] = {}
    for field, text in (("subject", subject), ("body", body)):
        unknown = sorted({name for name in _PLACE.findall(text) if name not in wording.places})
        if unknown:
            found[field] = _("Nothing is put for {{%(name)s}}. Choose one of the names below.") % {"name": unknown[0]}
    missing = [name for name in wording.needs if name not in _PLACE.findall(body) and "text" not in _PLACE.findall(body)]
    if missing and "body" not in found:
        found["body"] = _("This mail needs {{%(name)s}}: %(words)s.") % {"name": missing[0], "words": PLACES[missing[0]]}
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its names filled in. What is filled in isn't read for names again."""
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def own_words(template: Template, context: Mapping[str, Any], product_text: str) -> tuple[str, str] | None:
    """(subject, text without the footer) as the tenant wrote it in the language in force; None where it wrote nothing.

    Somebody we can't place is told nothing that they didn't know: the product's own words stand.
    """
    if template not in WORDINGS or context.get("ticket") is None or not context.get("is_known", True):
        return None
    row = MailTemplate.objects.filter(kind=template, language=get_language()).first()
    if row is None:
        return None
    values = values_of(context, product_text)
    return " ".join(filled(row.subject, values).split()), filled(row.body, values)


def values_of(context: Mapping[str, Any], product_text: str) -> dict[str, str]:
    """What each name stands for in a mail."""
    ticket, person, comment = context["ticket"], context["person"], context.get("comment")
    name, rate_url = person.name if person else "", context.get("rate_url", "")
    return {
        "number": str(ticket.number), "subject": ticket.subject, "name": name, "first_name": name.split(" ")[0],
        "customer": ticket.organization.name if ticket.organization else "", "priority": context["priority"],
        "url": context["url"], "desk": context["tenant"].desk_name, "reason": str(context.get("reason", "")),
        "promises": render_to_string("emails/_promises.txt", dict(context)).strip(),
        "reply": _reply(comment, context["zone"]) if comment else "", "author": comment.author.name if comment else "",
        "good_url": f"{rate_url}&v=4" if rate_url else "", "bad_url": f"{rate_url}&v=2" if rate_url else "",
        "text": product_text.rpartition(_FOOTER)[0].strip() or product_text.strip()}


def _reply(comment: Any, zone: Any) -> str:
    """What was written, with the next steps and the time that were promised (S48)."""
    parts = [comment.body]
    if comment.next_steps:
        parts.append(_("Next steps: %(steps)s") % {"steps": comment.next_steps})
    if comment.next_update_by:
        parts.append(_("Next update by %(moment)s.") % {"moment": full_moment(comment.next_update_by, zone)})
    return "\n\n".join(parts)


def sample_values(desk: str, priority: str) -> dict[str, str]:
    """Believable values for a preview, in the language in force."""
    return {
        "number": "4817", "subject": _("The export stops half way"), "name": "Astrid Lindqvist", "first_name": "Astrid",
        "customer": "Kungsholm Energi", "priority": priority, "url": "https://support.example/tickets/4817", "desk": desk,
        "promises": _("We answer by Tue 24 Nov 2026, 14:00."), "reply": _("It works again. The disk was full."),
        "author": "Lukas Berg", "reason": _("Nothing is lost, and there is a way around it."),
        "good_url": "https://support.example/tickets/4817/rate?v=4",
        "bad_url": "https://support.example/tickets/4817/rate?v=2",
        "text": _("Here stands what the product itself would say.")}
