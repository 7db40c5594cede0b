"""The shapes that go over the wire. Fields are listed one by one; nothing of a model shows by accident."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sla.models import SlaClock
from tickets.enums import Environment, Status
from tickets.models import Comment, InternalNote, Ticket, TicketEvent


class Strict(serializers.Serializer[Any]):
    """Input that refuses unknown names: a typo must not be dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = set(data) - set(self.fields)
            if unknown:
                raise serializers.ValidationError({sorted(unknown)[0]: ["Unknown field."]})
        return super().to_internal_value(data)


class NewTicketInput(Strict):
    """What a ticket is opened with. Staff name the requester by mail address; customers are it themselves."""

    subject = serializers.CharField(max_length=300)
    body = serializers.CharField(max_length=200_000)
    project = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    requester = serializers.EmailField(required=False)
    priority = serializers.IntegerField(min_value=1, max_value=4, required=False, allow_null=True)
    environment = serializers.ChoiceField(choices=[e.value for e in Environment], default=Environment.PRODUCTION.value)
    product_version = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    url = serializers.URLField(max_length=1000, required=False, allow_blank=True, default="")


class WordsInput(Strict):
    """A note."""

    body = serializers.CharField(max_length=200_000)


class CommentInput(Strict):
    """A public entry. Staff may say what happens next and by when they write again, and must where the ticket's SLA asks
    for it (S48), unless the ticket gets solved with these words: `status` takes effect together with them."""

    body = serializers.CharField(max_length=200_000)
    next_steps = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")
    next_update_by = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="In the future; without an offset it is UTC.")
    status = serializers.ChoiceField(choices=[s.value for s in Status], required=False)


class StatusInput(Strict):
    """`version` is that of the ticket as it was read; with it, a change in between is answered 409."""

    status = serializers.ChoiceField(choices=[s.value for s in Status])
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class PriorityInput(Strict):
    """Staff: confirms or changes the priority; a change needs the reason. Customers: sets it, under `priority_at_will`."""

    priority = serializers.IntegerField(min_value=1, max_value=4)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class AssigneeInput(Strict):
    """The agent by mail address; null for nobody."""

    assignee = serializers.EmailField(allow_null=True)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class TicketOutput(serializers.ModelSerializer[Ticket]):
    """A ticket. Times are UTC; `due_at` is the nearest deadline, null when there is none or the clock stands still.

    `tags` are the desk's own: customers get none.
    """

    requester = serializers.CharField(source="requester.name")
    organization = serializers.CharField(source="organization.name", default=None, allow_null=True)
    project = serializers.IntegerField(source="project_id", allow_null=True)
    product = serializers.CharField(source="product.name", default=None, allow_null=True)
    assignee = serializers.CharField(source="assignee.person.name", default=None, allow_null=True)
    url = serializers.CharField(allow_blank=True)
    due_state = serializers.ChoiceField(["running", "breached", "paused", "none"],
                                        help_text="Of the nearest clock; breached from `due_at` on.")

    class Meta:
        model = Ticket
        fields = ("number", "subject", "status", "priority", "requested_priority", "environment", "channel",
                  "requester", "organization", "project", "product", "product_version", "url", "assignee", "tags",
                  "opened_at", "updated_at", "solved_at", "due_at", "due_metric", "due_state", "version")
        read_only_fields = fields

    def to_representation(self, ticket: Ticket) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(ticket)
        if ticket.due_at is not None:
            shown["due_state"] = "breached" if ticket.due_at <= self.context["now"] else "running"
        return shown if self.context["member"].is_staff else shown | {"tags": []}


class CommentOutput(serializers.ModelSerializer[Comment]):
    """A public entry."""

    author = serializers.CharField(source="author.name", default=None, allow_null=True)

    class Meta:
        model = Comment
        fields = ("id", "author", "author_kind", "channel", "body", "quoted", "next_steps", "next_update_by",
                  "created_at")
        read_only_fields = fields


class NoteOutput(serializers.ModelSerializer[InternalNote]):
    """A private entry, for staff."""

    author = serializers.CharField(source="author.name", default=None, allow_null=True)

    class Meta:
        model = InternalNote
        fields = ("id", "author", "body", "created_at")
        read_only_fields = fields


class EventOutput(serializers.ModelSerializer[TicketEvent]):
    """A fact of the ticket's history."""

    actor = serializers.CharField(source="actor.name", default=None, allow_null=True)

    class Meta:
        model = TicketEvent
        fields = ("id", "kind", "at", "actor", "actor_kind", "data")
        read_only_fields = fields


class ClockOutput(serializers.ModelSerializer[SlaClock]):
    """One cycle of an SLA metric. Seconds are business seconds on the target's calendar."""

    class Meta:
        model = SlaClock
        fields = ("metric", "cycle", "state", "started_at", "ended_at", "elapsed_seconds", "limit_seconds", "goal_at",
                  "due_at", "breached_at")
        read_only_fields = fields


class IntervalOutput(serializers.Serializer[Any]):
    """A stretch of a clock's life. `kind` is counted, closed (outside the hours) or paused (`reason` says why)."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=["counted", "closed", "paused"])
    reason = serializers.CharField(allow_blank=True)
    seconds = serializers.IntegerField()


class ExplanationOutput(serializers.Serializer[Any]):
    """A clock and its working. The counted seconds of the ledger are `counted_seconds`."""

    metric = serializers.CharField(source="clock.metric")
    cycle = serializers.IntegerField(source="clock.cycle")
    state = serializers.CharField(source="clock.state")
    policy = serializers.CharField(source="policy_name")
    version = serializers.IntegerField(source="policy_version", allow_null=True)
    agreed_in = serializers.CharField(allow_blank=True, help_text="The contract whose own target it is, if any.")
    calendar = serializers.CharField(source="calendar_name")
    time_zone = serializers.CharField(source="zone")
    limit_seconds = serializers.IntegerField(source="clock.limit_seconds", allow_null=True)
    due_at = serializers.DateTimeField(source="clock.due_at", allow_null=True)
    counted_seconds = serializers.IntegerField()
    ledger = IntervalOutput(source="intervals", many=True)


class ProblemOutput(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    errors = serializers.DictField(required=False)  # type: ignore[assignment]  # a field here, as RFC 9457 names it


class TicketPage(serializers.Serializer[Any]):
    """A page; `next` is the cursor of the following one, null on the last."""

    next = serializers.CharField(allow_null=True)
    results = TicketOutput(many=True)
