"""The order of the settings: groups of pages, each with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole
from accounts.members import Member
from desk.rooms import ROOMS

GROUPS: dict[str, Any] = {
    "service": __("Service levels"), "catalogue": __("Catalogue"), "customers": __("Customers"), "team": __("Team"),
    "channels": __("Channels"), "work": __("Daily work"), "words": __("Look and words"), "records": __("Records"),
}


@dataclass(frozen=True)
class Entry:
    """A page of the settings."""

    name: str
    group: str
    title: Any
    about: Any
    address: str
    role: AgentRole = AgentRole.ADMIN


_PAGES = (
    Entry("policies", "service", __("SLA policies"), __("What is promised for each priority; drafts, tries, versions."),
          "/desk/settings/sla", AgentRole.MANAGER),
    Entry("calendars", "service", __("Business calendars"), __("Hours, holidays and time zones that targets count on."),
          "/desk/settings/sla/calendars", AgentRole.MANAGER),
    Entry("terms", "service", __("Terms by contract"), __("Which policy and hours each contract follows."),
          "/desk/settings/sla/contracts", AgentRole.MANAGER),
    Entry("tokens", "channels", __("API tokens"), __("Keys of programs that act for people."), "/desk/tokens"),
    Entry("intake", "channels", __("Arming and mail in"), __("What each mailbox does with its mail, and what came of it."),
          "/desk/intake"),
    Entry("views", "work", __("Views"), __("Shared queues, their order, and with which one the desk opens."),
          "/desk/views/", AgentRole.MANAGER),
    Entry("macros", "work", __("Macros"), __("Words and changes that are used again and again."), "/desk/macros",
          AgentRole.MANAGER),
    Entry("mails", "words", __("Mail templates"), __("The words of each kind of mail, in each language, with a preview."),
          "/desk/settings/mails"),
    Entry("audit", "records", __("Audit log"), __("Who changed what, from what to what; as CSV too."),
          "/desk/settings/audit"),
    Entry("chat-events", "records", __("Chat messages"), __("Each message from Slack and what became of it."),
          "/desk/settings/chat-events"),
    Entry("mail", "records", __("Mail out"), __("Every mail that the desk sent or tries to send."), "/desk/mail"),
)


def entries_for(member: Member) -> list[tuple[Any, list[Entry]]]:
    """The pages that a member may open, by group."""
    rooms = [Entry(r.slug, r.group, r.title, r.about, r.address, r.look) for r in ROOMS.values()]
    mine = [entry for entry in (*_PAGES, *rooms) if member.is_at_least(entry.role)]
    return [(heading, found) for key, heading in GROUPS.items() if (found := [e for e in mine if e.group == key])]
