"""What happened to a ticket, in words for staff."""

from __future__ import annotations

from typing import Any

from tickets.enums import STATUS_WORDS, EventKind, Status

# What stands in the conversation as a message of its own.
SPOKEN = (EventKind.OPENED, EventKind.REPLIED, EventKind.REQUESTER_WROTE, EventKind.CALL_LOGGED, EventKind.NOTED,
          EventKind.REPLY_HELD, EventKind.REPLY_TAKEN_BACK, EventKind.PROMISED)

_WORDS = {
    EventKind.OPENED: "Opened, clocks start", EventKind.REPLIED: "Reply sent", EventKind.REQUESTER_WROTE: "Customer wrote",
    EventKind.CALL_LOGGED: "Call logged", EventKind.NOTED: "Internal note", EventKind.CONTRACT_CHANGED: "Project changed",
    EventKind.REPLY_HELD: "Reply pressed", EventKind.REPLY_TAKEN_BACK: "Reply taken back",
    EventKind.REPLY_FAILED: "A reply could not leave",
    EventKind.WOKEN: "Back in the queue", EventKind.PROMISED: "Next update promised",
    EventKind.PRIORITY_DISPUTED: "Customer disputes the lower priority",
}


def event_words(kind: str, data: dict[str, Any]) -> str:
    """An event in a few words, with its reason."""
    known = EventKind(kind)
    text = _told(known, data) or _WORDS.get(known, kind.partition(".")[2].replace("_", " ").capitalize())
    return f"{text} ({data['reason']})" if data.get("reason") else text


def _told(kind: EventKind, data: dict[str, Any]) -> str:
    """The events whose data say more than their kind."""
    match kind:
        case EventKind.STATUS_CHANGED:
            return f"Status: {STATUS_WORDS[Status(data['status'])].lower()}"
        case EventKind.PRIORITY_CHANGED:
            return f"Priority {data['before']} → {data['priority']}"
        case EventKind.PRIORITY_CONFIRMED:
            return f"Priority confirmed at P{data['priority']}"
        case EventKind.ASSIGNED:
            return f"Assigned to {data['name']}" if data.get("name") else "Assigned" if data["assignee"] else "Unassigned"
        case EventKind.MERGED | EventKind.MERGE_UNDONE:
            return f"{'Merged into' if kind == EventKind.MERGED else 'No longer merged into'} #{data['into']}"
        case EventKind.TOOK_IN | EventKind.SPLIT:
            return f"{'Took in' if kind == EventKind.TOOK_IN else 'Split from or into'} #{data['other']}"
        case _:
            return _more(kind, data)


def _more(kind: EventKind, data: dict[str, Any]) -> str:
    match kind:
        case EventKind.TAGGED:
            return _tags(set(data["before"]), set(data["tags"]))
        case EventKind.LINKED:
            return f"{'Linked to' if data['on'] else 'No longer linked to'} #{data['other']}"
        case EventKind.FIELDS_CHANGED:
            return "; ".join(f"{name.replace('_', ' ').capitalize()}: {new or 'empty'}"
                             for name, (_old, new) in data["changes"].items())
        case EventKind.CC_CHANGED:
            return "Reads along no longer" if data.get("removed") else "Reads along"
        case EventKind.FOLLOWED:
            return "Follows" if data["on"] else "Follows no longer"
        case EventKind.REDACTED:
            return f"Took out {'a file' if data['what'] == 'file' else 'words'} for good"
        case _:
            return _governed(kind, data)


def _governed(kind: EventKind, data: dict[str, Any]) -> str:
    match kind:
        case EventKind.WORKAROUND_RECORDED:
            return "Workaround recorded"
        case EventKind.PRIORITY_PROPOSED:
            return f"Priority {data['before']} → {data['rank']} proposed to the customer"
        case EventKind.PROPOSAL_ANSWERED:
            return f"Customer {'accepts' if data['accepted'] else 'declines'} priority {data['rank']}"
        case EventKind.DISPUTE_DECIDED:
            return f"Dispute decided: the lower priority {'stays' if data['upheld'] else 'is taken back'}"
        case _:
            return ""


def _tags(before: set[str], after: set[str]) -> str:
    parts = [f"tag added: {t}" for t in sorted(after - before)] + [f"tag removed: {t}" for t in sorted(before - after)]
    return ", ".join(parts).capitalize() if len(parts) < 3 else f"{len(parts)} tags changed"
