"""The REST face: the same doors and services as the pages, no rules of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.enums import TokenScope
from accounts.models import Agent, Person, Project
from accounts.queries import filing_projects, member_for_person, person_by_email, require_filing_projects
from api import serializers as shapes
from api.auth import acting
from api.governance.shapes import ProposalOutput
from api.idempotency import once
from sla.explaining import explanations
from sla.queries import clocks_of
from tickets import services
from tickets.enums import ChannelKind, Environment, Status
from tickets.followup import NO_FOLLOW_UP, FollowUp
from tickets.listing import KEPT_FILTERS, SORTS, list_tickets
from tickets.models import Ticket
from tickets.queries import comments_of, events_of, notes_of, proposals_of, ticket_for
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, ForbiddenError
from toolkit.paging import keyset_page

_PROBLEM = OpenApiResponse(shapes.ProblemOutput, "A problem, as RFC 9457 details.")
PROBLEMS = {(status, "application/problem+json"): _PROBLEM for status in (400, 401, 403, 404, 409, 415, 422)}
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=False,
                       description="The same key and request twice have one effect.")


def read(shape: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """The request's body in a shape. Raises ValidationError (422)."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    found: dict[str, Any] = serializer.validated_data
    return found


def ticket_of(request: Request, number: int) -> Ticket:
    """The door to the ticket that the address names."""
    return ticket_for(acting(request), min(number, 2**31 - 1))


def _asked(request: Request) -> dict[str, Any]:
    """Who asks, and when."""
    return {"member": acting(request), "now": clock_now()}


def _shown(request: Request, number: int, status: int = 200) -> Response:
    return Response(shapes.TicketOutput(ticket_of(request, number), context=_asked(request)).data, status=status)


class Tickets(APIView):
    """All tickets that the token's person may see."""

    @extend_schema(
        operation_id="tickets_list", responses={200: shapes.TicketPage, **PROBLEMS},
        parameters=[OpenApiParameter("after", str, description="Cursor of the page, from `next`."),
                    OpenApiParameter("sort", str, enum=list(SORTS)),
                    OpenApiParameter("q", str, description="Full text."),
                    *[OpenApiParameter(n, {"type": "array", "items": {"type": "string"}}) for n in KEPT_FILTERS]])
    def get(self, request: Request) -> Response:
        query = request.query_params
        filters = {name: [v.replace("\x00", "") for v in query.getlist(name)] for name in KEPT_FILTERS}
        listing = list_tickets(acting(request), filters, sort=query.get("sort", "updated"),
                               words=query.get("q", "")[:200].replace("\x00", ""))
        if listing.unknown:
            raise DomainError(f"Not understood: {'; '.join(listing.unknown)}.", code="filter")
        page = keyset_page(listing.rows, order=listing.order, cursor=query.get("after", ""))
        return Response({"next": page.next_cursor or None,
                         "results": shapes.TicketOutput(page.rows, many=True, context=_asked(request)).data})

    @extend_schema(operation_id="tickets_open", request=shapes.NewTicketInput, parameters=[KEY],
                   responses={201: shapes.TicketOutput, **PROBLEMS})
    def post(self, request: Request) -> Response:
        return once(request, lambda: self._open(request, clock_now()))

    def _open(self, request: Request, at: datetime) -> Response:
        data = read(shapes.NewTicketInput, request)
        requester = self._requester(request, data)
        member = member_for_person(acting(request).tenant, requester)
        project = self._project(member, data, at) if not acting(request).is_staff else self._any_project(member, data, at)
        ticket = services.open_ticket(services.NewTicket(
            requester=requester, subject=data["subject"], body=data["body"], channel=ChannelKind.API, project=project,
            product_version=data["product_version"], environment=Environment(data["environment"]),
            requested_priority=data.get("priority"), url=data["url"]), at=at, by=acting(request).person)
        return _shown(request, ticket.number, 201)

    def _requester(self, request: Request, data: dict[str, Any]) -> Person:
        if "requester" not in data:
            if acting(request).is_staff:
                raise DomainError("Name the requester by mail address.", field="requester", code="requester")
            person: Person = acting(request).person
            return person
        if not acting(request).is_staff:
            raise ForbiddenError("Tickets are opened in your own name.")
        found = person_by_email(data["requester"])
        if found is None:
            raise DomainError("Nobody here has this address.", field="requester", code="requester")
        return found

    def _project(self, member: Any, data: dict[str, Any], at: datetime) -> Project:
        return self._chosen(require_filing_projects(member, at.date()), data)

    def _any_project(self, member: Any, data: dict[str, Any], at: datetime) -> Project:
        return self._chosen(filing_projects(member, at.date()), data)

    def _chosen(self, projects: list[Project], data: dict[str, Any]) -> Project:
        if "project" not in data and len(projects) == 1:
            return projects[0]
        for project in projects:
            if project.pk == data.get("project"):
                return project
        options = ", ".join(f"{p.pk} ({p.name})" for p in projects) or "none"
        raise DomainError(f"Choose an active project of the requester: {options}.", field="project", code="project")


class OneTicket(APIView):
    """A ticket by its number."""

    @extend_schema(operation_id="tickets_read", responses={200: shapes.TicketOutput, **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        return _shown(request, number)


class Comments(APIView):
    """The public conversation."""

    @extend_schema(operation_id="comments_list", responses={200: shapes.CommentOutput(many=True), **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        return Response(shapes.CommentOutput(comments_of(ticket_of(request, number)), many=True).data)

    @extend_schema(operation_id="comments_add", request=shapes.CommentInput, parameters=[KEY],
                   responses={201: shapes.CommentOutput, **PROBLEMS})
    def post(self, request: Request, number: int) -> Response:
        return once(request, lambda: self._add(request, number))

    def _add(self, request: Request, number: int) -> Response:
        ticket, data, at = ticket_of(request, number), read(shapes.CommentInput, request), clock_now()
        follow_up, status = FollowUp(data["next_steps"], data["next_update_by"]), data.get("status")
        if not acting(request).is_staff and follow_up != NO_FOLLOW_UP:
            raise ForbiddenError("The desk promises updates.")
        add = services.reply if acting(request).is_staff else services.customer_reply
        comment = add(ticket, services.Entry(data["body"], ChannelKind.API, follow_up=follow_up,
                                             solves=status in {Status.SOLVED, Status.CLOSED}), by=acting(request), at=at)
        if status:
            services.change_status(ticket, Status(status), by=acting(request), at=at)
        return Response(shapes.CommentOutput(comment).data, status=201)


class Notes(APIView):
    """Internal notes: staff tokens with the scope `notes` only."""

    scope = TokenScope.NOTES

    @extend_schema(operation_id="notes_list", responses={200: shapes.NoteOutput(many=True), **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        return Response(shapes.NoteOutput(notes_of(acting(request), ticket_of(request, number)), many=True).data)

    @extend_schema(operation_id="notes_add", request=shapes.WordsInput, parameters=[KEY],
                   responses={201: shapes.NoteOutput, **PROBLEMS})
    def post(self, request: Request, number: int) -> Response:
        return once(request, lambda: self._add(request, number))

    def _add(self, request: Request, number: int) -> Response:
        ticket, data = ticket_of(request, number), read(shapes.WordsInput, request)
        note = services.add_note(ticket, body=data["body"], by=acting(request), at=clock_now())
        return Response(shapes.NoteOutput(note).data, status=201)


class StatusChange(APIView):
    """Another status."""

    @extend_schema(operation_id="status_set", request=shapes.StatusInput, parameters=[KEY],
                   responses={200: shapes.TicketOutput, **PROBLEMS})
    def post(self, request: Request, number: int) -> Response:
        return once(request, lambda: self._set(request, number))

    def _set(self, request: Request, number: int) -> Response:
        ticket, data = ticket_of(request, number), read(shapes.StatusInput, request)
        services.change_status(ticket, Status(data["status"]), by=acting(request), at=clock_now(), reason=data["reason"],
                               expected_version=data.get("version"))
        return _shown(request, number)


class PriorityChange(APIView):
    """The priority: confirmed or changed by staff, or set by a customer who may at will (S10).

    202 answers staff whose change is a proposal, since the customer sets the priority.
    """

    @extend_schema(operation_id="priority_set", request=shapes.PriorityInput, parameters=[KEY],
                   responses={200: shapes.TicketOutput, 202: ProposalOutput, **PROBLEMS})
    def post(self, request: Request, number: int) -> Response:
        return once(request, lambda: self._set(request, number))

    def _set(self, request: Request, number: int) -> Response:
        ticket, data = ticket_of(request, number), read(shapes.PriorityInput, request)
        if not acting(request).is_staff:
            services.set_priority_at_will(ticket, data["priority"], by=acting(request), at=clock_now())
            return _shown(request, number)
        services.confirm_priority(ticket, data["priority"], by=acting(request), at=clock_now(), reason=data["reason"],
                                  expected_version=data.get("version"))
        if ticket.priority != data["priority"]:  # only proposed: the customer decides
            return Response(ProposalOutput(proposals_of(ticket)[0]).data, status=202)
        return _shown(request, number)


class AssigneeChange(APIView):
    """Who works on it."""

    @extend_schema(operation_id="assignee_set", request=shapes.AssigneeInput, parameters=[KEY],
                   responses={200: shapes.TicketOutput, **PROBLEMS})
    def post(self, request: Request, number: int) -> Response:
        return once(request, lambda: self._set(request, number))

    def _set(self, request: Request, number: int) -> Response:
        ticket, data = ticket_of(request, number), read(shapes.AssigneeInput, request)
        agent = None
        if data["assignee"] is not None:
            person = person_by_email(data["assignee"])
            agent = Agent.objects.filter(person=person, is_active=True).first() if person else None
            if agent is None:
                raise DomainError("No agent here has this address.", field="assignee", code="assignee")
        services.assign(ticket, to=agent, by=acting(request), at=clock_now(), expected_version=data.get("version"))
        return _shown(request, number)


class Clocks(APIView):
    """The SLA clocks of a ticket."""

    @extend_schema(operation_id="clocks_list", responses={200: shapes.ClockOutput(many=True), **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        return Response(shapes.ClockOutput(clocks_of(ticket_of(request, number)), many=True).data)


class Explanation(APIView):
    """Why a ticket is due when it is: each clock with its ledger, whose counted part adds up to the due moment."""

    @extend_schema(operation_id="clocks_explain", responses={200: shapes.ExplanationOutput(many=True), **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        found = explanations(ticket_of(request, number), clock_now())
        return Response(shapes.ExplanationOutput(found, many=True).data)


class Events(APIView):
    """What happened to a ticket; customers see the public part."""

    @extend_schema(operation_id="events_list", responses={200: shapes.EventOutput(many=True), **PROBLEMS})
    def get(self, request: Request, number: int) -> Response:
        return Response(shapes.EventOutput(events_of(acting(request), ticket_of(request, number)), many=True).data)
