"""Proposed priorities over REST: the pages' own doors and services."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import acting
from api.governance import shapes
from api.idempotency import once
from api.views import KEY, PROBLEMS, read, ticket_of
from tickets import services
from tickets.models import PriorityProposal, Ticket
from tickets.queries import proposal_for, proposals_of
from toolkit.clock import now as clock_now


def _proposal(request: Request, number: int, proposal: int) -> tuple[Ticket, PriorityProposal]:
    return proposal_for(acting(request), min(number, 2**31 - 1), min(proposal, 2**62))


class Proposals(APIView):
    """The priorities that were proposed for a ticket, newest first."""

    @extend_schema(operation_id="proposals_list", responses={200: shapes.ProposalOutput(many=True), **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        return Response(shapes.ProposalOutput(proposals_of(ticket_of(request, number)), many=True).data)


class Workarounds(APIView):
    """Record a workaround: one step down at once, or proposed where the customer sets the priority at will (S42)."""

    @extend_schema(operation_id="workaround_record", request=shapes.WorkaroundInput, parameters=[KEY],
                   responses={201: shapes.ProposalOutput, **PROBLEMS})
    def post(self, request: Request, number: int) -> Response:
        return once(request, lambda: self._record(request, number))

    def _record(self, request: Request, number: int) -> Response:
        ticket, data = ticket_of(request, number), read(shapes.WorkaroundInput, request)
        proposal = services.record_workaround(ticket, data["workaround"], by=acting(request), at=clock_now(),
                                              expected_version=data.get("version"))
        return Response(shapes.ProposalOutput(proposal).data, status=201)


class ProposalAnswer(APIView):
    """The customer accepts or declines a waiting proposal."""

    @extend_schema(operation_id="proposal_answer", request=shapes.AnswerInput, parameters=[KEY],
                   responses={200: shapes.ProposalOutput, **PROBLEMS})
    def post(self, request: Request, number: int, proposal: int) -> Response:
        return once(request, lambda: self._answer(request, number, proposal))

    def _answer(self, request: Request, number: int, proposal: int) -> Response:
        data = read(shapes.AnswerInput, request)
        ticket, found = _proposal(request, number, proposal)
        services.answer_proposal(ticket, found, accept=data["accept"], by=acting(request), at=clock_now(),
                                 words=data["reason"])
        return Response(shapes.ProposalOutput(found).data)


class ProposalDispute(APIView):
    """The customer disputes a workaround's step down."""

    @extend_schema(operation_id="proposal_dispute", request=shapes.DisputeInput, parameters=[KEY],
                   responses={200: shapes.ProposalOutput, **PROBLEMS})
    def post(self, request: Request, number: int, proposal: int) -> Response:
        return once(request, lambda: self._dispute(request, number, proposal))

    def _dispute(self, request: Request, number: int, proposal: int) -> Response:
        data = read(shapes.DisputeInput, request)
        ticket, found = _proposal(request, number, proposal)
        services.dispute_workaround(ticket, found, by=acting(request), at=clock_now(), reason=data["reason"])
        return Response(shapes.ProposalOutput(found).data)


class ProposalDecision(APIView):
    """The desk decides a dispute, with a reason; it is final for that workaround."""

    @extend_schema(operation_id="proposal_decide", request=shapes.DecisionInput, parameters=[KEY],
                   responses={200: shapes.ProposalOutput, **PROBLEMS})
    def post(self, request: Request, number: int, proposal: int) -> Response:
        return once(request, lambda: self._decide(request, number, proposal))

    def _decide(self, request: Request, number: int, proposal: int) -> Response:
        data = read(shapes.DecisionInput, request)
        ticket, found = _proposal(request, number, proposal)
        services.decide_dispute(ticket, found, uphold=data["uphold"], reason=data["reason"], by=acting(request),
                                at=clock_now())
        return Response(shapes.ProposalOutput(found).data)
