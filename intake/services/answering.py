"""Answers that intake itself gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.errors import CannotFileError
from accounts.languages import language_for
from accounts.members import Member
from accounts.models import Project
from accounts.queries import email_of
from intake.parsing import ParsedMail
from notifications.enums import Template
from notifications.links import base_url, portal_ticket_url
from notifications.services import Mail, put
from tickets.models import Ticket

_REFUSED = {"free_plan": "answered: the sender’s plan is free and files no tickets",
            "no_active_project": "answered: the sender has no active project",
            "viewer": "answered: the sender may read tickets, not open them"}


def why_refused(error: CannotFileError) -> str:
    """What the ledger says of a message whose sender may not file."""
    return _REFUSED.get(error.code, f"answered: {error.code}")


def answer_visitor(member: Member, mail: ParsedMail, reason: CannotFileError, *, inbound_id: int,
                   at: datetime) -> None:
    """Tell a customer who can't file why, and where to go instead (S17, S36). Once per message."""
    link = member.tenant.forum_url if reason.code == "free_plan" else base_url(member.tenant)
    with _speaking_to(member):
        words = {"subject": f"Re: {mail.subject or _('your message')}"[:200], "message": str(reason.message)}
    put([Mail(cause=f"visitor:{inbound_id}", template=Template.INTAKE_ANSWER, to_address=mail.from_address,
              person=member.person, context={**words, "link": link or ""})], tenant=member.tenant, at=at)


def acknowledge_stranger(sender: Member, *, at: datetime) -> None:
    """A short fixed answer that echoes nothing, to an address once a day at most."""
    with _speaking_to(sender):
        words = {"subject": _("We have your message"), "message": _("Somebody reads it and gets back to you.")}
    put([Mail(cause=f"stranger:{at:%Y-%m-%d}", template=Template.INTAKE_ANSWER, to_address=email_of(sender.person),
              person=sender.person, context={**words, "link": ""})], tenant=sender.tenant, at=at)


def warn_agent(agent: Member, ticket: Ticket, *, at: datetime) -> None:
    """Tell an agent, once a day at most, that answers from their address wait, and why."""
    with _speaking_to(agent):
        words = {"subject": _("A mail from your address waits on #{number}").format(number=ticket.number),
                 "message": _("Nothing proves that you wrote it, so the customer has not got it. If you did, admit it on the "
                              "desk. If not, leave it out: somebody used your address. Further ones of today wait there "
                              "without another mail.")}
    put([Mail(cause=f"unproven:{at:%Y-%m-%d}", template=Template.INTAKE_ANSWER, to_address=email_of(agent.person),
              person=agent.person, context={**words, "link": f"{base_url(agent.tenant)}/desk/intake/held"})],
        tenant=agent.tenant, at=at)


def ask_for_project(ticket: Ticket, member: Member, projects: Sequence[Project], *, at: datetime) -> None:
    """Several projects fit: ask which one, with a link (S18). The ticket is open meanwhile."""
    names = "\n".join(f"- {p.name}" for p in projects[:20])
    link = portal_ticket_url(member.tenant, ticket.number)
    with _speaking_to(member):
        words = {"subject": _("Which project is #{number} about?").format(number=ticket.number),
                 "message": _("You have several projects with us:\n\n{names}\n\nChoose it on the ticket’s page, or answer "
                              "this mail with its name. We have begun already.").format(names=names)}
    put([Mail(cause=f"which-project:{ticket.pk}", template=Template.INTAKE_ANSWER, to_address=email_of(member.person),
              person=member.person, ticket=ticket, context={**words, "link": link})], tenant=member.tenant, at=at)


def _speaking_to(member: Member) -> override:
    return override(language_for(member.person, member.tenant))
