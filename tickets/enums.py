"""Closed sets of the tickets floor. Values are stored; keep them."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands: `pending` waits on the requester, `on_hold` on a third party."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


ACTIVE_STATUSES: tuple[Status, ...] = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)


class ChannelKind(StrEnum):
    """How a ticket or an entry came in."""

    PORTAL = "portal"
    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    API = "api"


class Environment(StrEnum):
    """Where the trouble is. SLA targets tell only production from the rest (S23)."""

    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"

    @property
    def sla_key(self) -> str:
        """`production` or `nonproduction`."""
        return "production" if self is Environment.PRODUCTION else "nonproduction"


class AuthorKind(StrEnum):
    """On whose side an entry's author stands."""

    REQUESTER = "requester"
    STAFF = "staff"
    SYSTEM = "system"


class EventKind(StrEnum):
    """What can happen to a ticket. Past tense: each is a fact."""

    OPENED = "ticket.opened"
    REPLIED = "ticket.replied"
    REQUESTER_WROTE = "ticket.requester_wrote"
    CALL_LOGGED = "ticket.call_logged"
    NOTED = "ticket.noted"
    STATUS_CHANGED = "ticket.status_changed"
    PRIORITY_CHANGED = "ticket.priority_changed"
    PRIORITY_CONFIRMED = "ticket.priority_confirmed"
    PRIORITY_REQUESTED = "ticket.priority_requested"
    ASSIGNED = "ticket.assigned"
    FIELDS_CHANGED = "ticket.fields_changed"
    CONTRACT_CHANGED = "ticket.contract_changed"
    PROMISED = "ticket.promised"
    TAGGED = "ticket.tagged"
    CC_CHANGED = "ticket.cc_changed"
    TRIAGED = "ticket.triaged"
    WORKAROUND_RECORDED = "ticket.workaround_recorded"
    PRIORITY_PROPOSED = "ticket.priority_proposed"
    PROPOSAL_ANSWERED = "ticket.proposal_answered"
    PRIORITY_DISPUTED = "ticket.priority_disputed"
    DISPUTE_DECIDED = "ticket.dispute_decided"
    REPLY_HELD = "ticket.reply_held"
    REPLY_TAKEN_BACK = "ticket.reply_taken_back"
    REPLY_FAILED = "ticket.reply_failed"
    MERGED = "ticket.merged"
    TOOK_IN = "ticket.took_in"
    MERGE_UNDONE = "ticket.merge_undone"
    LINKED = "ticket.linked"
    SPLIT = "ticket.split"
    SNOOZED = "ticket.snoozed"
    WOKEN = "ticket.woken"
    FOLLOWED = "ticket.followed"
    REDACTED = "ticket.redacted"
    COMMENT_HELD = "ticket.comment_held"
    MAIL_BOUNCED = "ticket.mail_bounced"
    GOAL_MISSED = "sla.goal_missed"
    CALLBACK_REQUESTED = "ticket.callback_requested"
    ATTENTION_ASKED = "ticket.attention_asked"
    RATED = "ticket.rated"
    CALLBACK_DONE = "ticket.callback_done"
    CHAT_EDITED = "ticket.chat_edited"
    CHAT_DELETED = "ticket.chat_deleted"
    WARNED = "sla.warned"
    BREACHED = "sla.breached"


class ProposalKind(StrEnum):
    """Why another priority is proposed: an engineer finds so, or there is a workaround (S42)."""

    ENGINEER = "engineer"
    WORKAROUND = "workaround"


class ProposalState(StrEnum):
    """Where a proposed priority stands.

    Under `priority_at_will` it is `waiting` until the customer has `accepted` or `declined` it (S10). Otherwise a
    workaround's step down is `in_force` at once; once `disputed` it is decided: `upheld` or `overturned`.
    """

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    IN_FORCE = "in_force"
    DISPUTED = "disputed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
class ComposerMode(StrEnum):
    """What the composer writes: a reply to the customer, an internal note, or the log of a call."""

    REPLY = "reply"
    NOTE = "note"
    CALL = "call"


class StepKind(StrEnum):
    """What can be taken back as one step."""

    FIELDS = "fields"
    MERGE = "merge"
    SPLIT = "split"
    LINK = "link"
    SNOOZE = "snooze"


class Snooze(StrEnum):
    """Why a ticket stays out of the queue for a while: until a moment, or until the customer writes."""

    NONE = ""
    TIME = "time"
    REPLY = "reply"


class LinkKind(StrEnum):
    """How two tickets belong together; a split one came out of the other."""

    RELATED = "related"
    SPLIT = "split"


class FieldKind(StrEnum):
    """What a field of the tenant's own holds."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    CHECKBOX = "checkbox"


class CallDirection(StrEnum):
    """Who rang whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class ScriptKey(StrEnum):
    """The moments of a call for which a receptionist has words."""

    GREETING = "greeting"
    CUSTOMER = "customer"
    ENTITLED = "entitled"
    NOT_ENTITLED = "not_entitled"
    UNKNOWN = "unknown"
    NAME = "name"
    EMAIL = "email"
    NUMBER = "callback_number"
    PRODUCT = "product"
    ENVIRONMENT = "environment"
    PRIORITY = "priority"
    SUMMARY = "summary"
    DETAILS = "details"
    CALLBACK = "callback_due"
    GOODBYE = "goodbye"


class DueState(StrEnum):
    """What a ticket's nearest clock is doing. Whether it is missed is a question of `due_at` and of when one asks."""

    RUNNING = "running"
    PAUSED = "paused"
    NONE = "none"


class BulkAction(StrEnum):
    """What can be done to many tickets at once; `undo` takes another run back."""

    ASSIGN = "assign"
    STATUS = "status"
    PRIORITY = "priority"
    TAG = "tag"
    UNTAG = "untag"
    MACRO = "macro"
    MERGE = "merge"
    UNDO = "undo"


class BulkState(StrEnum):
    """Previewed and not yet begun, at work, or through."""

    PREPARED = "prepared"
    RUNNING = "running"
    DONE = "done"


class BulkItemState(StrEnum):
    """A ticket in a run: it will change, it changed, it is so already, it is refused."""

    WAITING = "waiting"
    DONE = "done"
    SAME = "same"
    REFUSED = "refused"


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """Pairs for a Django field: value and a readable label."""
    return [(v.value, v.value.replace("_", " ").capitalize()) for v in values]


AUTHOR_KINDS = choices(AuthorKind)
