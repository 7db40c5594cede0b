"""Shapes of priority governance: proposals, workarounds, disputes (S10, S42)."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from api.serializers import Strict
from tickets.models import PriorityProposal


class ProposalOutput(serializers.ModelSerializer[PriorityProposal]):
    """A priority that the desk proposes. `waiting` ones want the customer's answer, `disputed` ones the desk's decision."""

    made_by = serializers.CharField(source="made_by.name")

    class Meta:
        model = PriorityProposal
        fields = ("id", "kind", "state", "before", "rank", "reason", "made_by", "made_at", "answer", "answered_at",
                  "decision", "decided_at")
        read_only_fields: ClassVar = fields


class WorkaroundInput(Strict):
    """How the customer can go on; it is the reason for one step down."""

    workaround = serializers.CharField(max_length=2000)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class AnswerInput(Strict):
    """The customer's yes or no to a proposal."""

    accept = serializers.BooleanField()
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DisputeInput(Strict):
    """Why the workaround doesn't do."""

    reason = serializers.CharField(max_length=2000)


class DecisionInput(Strict):
    """The desk's last word: `uphold` keeps the lower priority."""

    uphold = serializers.BooleanField()
    reason = serializers.CharField(max_length=2000)
