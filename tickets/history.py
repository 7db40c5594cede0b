"""What happened to a ticket, in words for staff."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tickets.enums import EventKind, Status
from tickets.reference import priority_words
from tickets.words import STATUS_WORDS
from toolkit.lazy import Words
from toolkit.wording import in_sentence, said, spaced

# What stands in the conversation as a message of its own.
SPOKEN = (EventKind.OPENED, EventKind.REPLIED, EventKind.REQUESTER_WROTE, EventKind.CALL_LOGGED, EventKind.NOTED,
          EventKind.REPLY_HELD, EventKind.REPLY_TAKEN_BACK, EventKind.PROMISED)

_WORDS = {
    EventKind.OPENED: gettext_lazy("Opened, clocks start"),
    EventKind.REPLIED: gettext_lazy("Reply sent"),
    EventKind.REQUESTER_WROTE: gettext_lazy("Customer wrote"),
    EventKind.CALL_LOGGED: gettext_lazy("Call logged"),
    EventKind.NOTED: gettext_lazy("Internal note"),
    EventKind.CONTRACT_CHANGED: gettext_lazy("Project changed"),
    EventKind.REPLY_HELD: gettext_lazy("Reply pressed"),
    EventKind.REPLY_TAKEN_BACK: gettext_lazy("Reply taken back"),
    EventKind.REPLY_FAILED: gettext_lazy("A reply could not leave"),
    EventKind.WOKEN: gettext_lazy("Back in the queue"),
    EventKind.PROMISED: gettext_lazy("Next update promised"),
    EventKind.PRIORITY_DISPUTED: gettext_lazy("Customer disputes the lower priority"),
}


def event_words(kind: str, data: dict[str, Any]) -> str:
    """An event in a few words, with its reason."""
    known = EventKind(kind)
    text = _told(known, data) or _WORDS.get(known, spaced(kind.partition(".")[2]))
    return f"{text} ({said(data['reason'])})" if data.get("reason") else str(text)


def _told(kind: EventKind, data: dict[str, Any]) -> Words:
    """The events whose data say more than their kind."""
    match kind:
        case EventKind.STATUS_CHANGED:
            return _("Status: {status_words}").format(status_words=in_sentence(STATUS_WORDS[Status(data['status'])]))
        case EventKind.PRIORITY_CHANGED:
            return _("Priority {before} → {priority}").format(
                before=priority_words(data["before"]), priority=priority_words(data["priority"]))
        case EventKind.PRIORITY_CONFIRMED:
            return _("Priority confirmed: {priority}").format(priority=priority_words(data["priority"]))
        case EventKind.ASSIGNED:
            return (
                _("Assigned to {name}").format(name=data["name"])
                if data.get("name")
                else _("Assigned")
                if data["assignee"]
                else _("Unassigned")
            )
        case EventKind.MERGED | EventKind.MERGE_UNDONE:
            words = _("Merged into #{number}") if kind == EventKind.MERGED else _("No longer merged into #{number}")
            return words.format(number=data["into"])
        case EventKind.TOOK_IN | EventKind.SPLIT:
            words = _("Took in #{number}") if kind == EventKind.TOOK_IN else _("Split from or into #{number}")
            return words.format(number=data["other"])
        case _:
            return _more(kind, data)


def _more(kind: EventKind, data: dict[str, Any]) -> str:
    match kind:
        case EventKind.TAGGED:
            return _tags(set(data["before"]), set(data["tags"]))
        case EventKind.LINKED:
            words = _("Linked to #{number}") if data["on"] else _("No longer linked to #{number}")
            return words.format(number=data["other"])
        case EventKind.FIELDS_CHANGED:
            return "; ".join(f"{spaced(name)}: {new or _('empty')}" for name, (_old, new) in data["changes"].items())
        case EventKind.CC_CHANGED:
            return _("Reads along no longer") if data.get("removed") else _("Reads along")
        case EventKind.FOLLOWED:
            return _("Follows") if data["on"] else _("Follows no longer")
        case EventKind.REDACTED:
            return _redacted(data)
        case _:
            return _governed(kind, data)


def _redacted(data: dict[str, Any]) -> str:
    if "with" in data:
        words = _("Took out a file for good, as on #{number}") if data["what"] == "file" else _(
            "Took out words for good, as on #{number}")
        return words.format(number=data["with"])
    return _("Took out a file for good") if data["what"] == "file" else _("Took out words for good")


def _governed(kind: EventKind, data: dict[str, Any]) -> str:
    match kind:
        case EventKind.WORKAROUND_RECORDED:
            return _("Workaround recorded")
        case EventKind.PRIORITY_PROPOSED:
            return _("Priority {before} → {rank} proposed to the customer").format(
                before=priority_words(data["before"]), rank=priority_words(data["rank"]))
        case EventKind.PROPOSAL_ANSWERED:
            words = _("Customer accepts priority {rank}") if data["accepted"] else _("Customer declines priority {rank}")
            return words.format(rank=priority_words(data["rank"]))
        case EventKind.DISPUTE_DECIDED:
            return (_("Dispute decided: the lower priority stays") if data["upheld"]
                    else _("Dispute decided: the lower priority is taken back"))
        case _:
            return ""


def _tags(before: set[str], after: set[str]) -> str:
    added, gone = sorted(after - before), sorted(before - after)
    if len(added) + len(gone) > 2:
        return ngettext("{count} tag changed", "{count} tags changed", len(added) + len(gone)).format(
            count=len(added) + len(gone))
    parts = [_("tag added: {tag}").format(tag=t) for t in added] + [_("tag removed: {tag}").format(tag=t) for t in gone]
    return ", ".join(parts).capitalize()
