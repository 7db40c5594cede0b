"""Sixty believable days of a desk, made by the product's own services with their moments in the past."""

from __future__ import annotations

import io
import random
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from accounts.enums import AgentRole, MembershipRole
from accounts.members import Member
from accounts.models import Agent, Membership, Person, Project, Tenant
from accounts.queries import member_for_person
from sla.promised import needs_follow_up
from sla.services import record_due
from sla.services.batching import clocks_at_the_end
from supportdesk.reference.documentation import load_doc_use
from tickets.enums import ChannelKind, Environment, Status
from tickets.followup import NO_FOLLOW_UP, FollowUp
from tickets.models import Channel, Ticket
from tickets.services import (
    Entry,
    NewTicket,
    add_note,
    add_requester_message,
    change_status,
    confirm_priority,
    open_ticket,
    reply,
    store_file,
)
from toolkit.quiet import quiet

_STORIES = Path(__file__).parent / "stories.toml"
OLD, ACTIVE = 190, 64
_MORE = ("Any news on this?", "That helped, thank you. One more question: does it hold after the next update?",
         "Here is what you asked for. The output is attached.", "It happened again just now, at the same step.",
         "Works for us, thank you.")
_NOTES = ("Same pattern as last month; see the runbook.", "Asked the platform team, they confirm it.",
          "Customer is in a release week: keep them posted.")
_LOG = b"07:41:19 step 3 of 9 begins\n07:41:22 waiting for lease (age 5m02s)\n07:46:24 gave up: timeout\n"


@dataclass
class _Cast:
    """Who can appear in this tenant's stories."""

    staff: list[Member]
    customers: list[tuple[Person, Project]]
    channels: list[ChannelKind]
    stories: list[dict[str, Any]]
    dice: random.Random


def load_history(tenant: Tenant, *, at: datetime) -> int:
    """Fill an empty tenant with tickets up to `at`; nobody is told of them. Returns how many. Deterministic."""
    cast = _cast(tenant)
    if not cast.customers:
        return 0
    ages = sorted((timedelta(days=cast.dice.uniform(3, 60)) for _ in range(OLD)), reverse=True)
    with quiet():
        with clocks_at_the_end():
            for age in ages:
                _solved_case(cast, at - age)
            for index in range(ACTIVE):
                _active_case(cast, at, index)
        while record_due(most=1000):
            pass
    load_doc_use([member_for_person(tenant, person) for person, _project in cast.customers],
                 [story["s"] for story in cast.stories], dice=cast.dice, at=at)
    return Ticket.objects.count()


def _cast(tenant: Tenant) -> _Cast:
    agents = Agent.objects.select_related("person").filter(role__in=[AgentRole.AGENT, AgentRole.ENGINEER])
    projects: dict[int, list[Project]] = {}
    for project in Project.objects.select_related("organization", "product").filter(
            is_active=True, contract__plan__is_paid=True):
        projects.setdefault(project.organization_id, []).append(project)
    members = Membership.objects.select_related("person").exclude(role=MembershipRole.VIEWER).order_by("id")
    customers = [(m.person, p) for m in members for p in projects.get(m.organization_id, [])]
    kinds = [ChannelKind(c) for c in Channel.objects.values_list("kind", flat=True) if c != ChannelKind.API]
    stories = tomllib.loads(_STORIES.read_text(encoding="utf-8"))["story"]
    return _Cast([Member(tenant=tenant, person=a.person, agent=a) for a in agents], customers, kinds, stories,
                 random.Random(tenant.slug))  # noqa: S311 -- a story, not a secret


def _opened(cast: _Cast, at: datetime, rank: int | None = None) -> tuple[Ticket, dict[str, Any]]:
    dice = cast.dice
    story = dice.choice([s for s in cast.stories if rank is None or s["r"] == rank])
    person, project = dice.choice(cast.customers)
    production = dice.random() < 0.7
    files = []
    if dice.random() < 0.12:
        files = [store_file(io.BytesIO(_LOG), name="upgrade.log", content_type="text/plain", at=at, by=person)]
    versions = [v.name for v in project.product.versions.all()] if project.product else []
    ticket = open_ticket(NewTicket(
        requester=person, subject=story["s"], body=story["p"], channel=dice.choice(cast.channels), project=project,
        environment=Environment.PRODUCTION if production else dice.choice([Environment.STAGING,
                                                                           Environment.DEVELOPMENT]),
        product_version=dice.choice(versions) if versions else "",
        requested_priority=story["r"] if dice.random() < 0.8 else None, attachments=files,
        tags=["upgrade"] if "pgrade" in story["s"] else []), at=at)
    return ticket, story


def _solved_case(cast: _Cast, at: datetime) -> None:
    """Opened, reviewed, answered, sometimes asked again, solved; the older ones are closed."""
    dice = cast.dice
    ticket, story = _opened(cast, at)
    engineer = dice.choice(cast.staff)
    step = at + timedelta(minutes=dice.uniform(4, 300 if story["r"] > 1 else 50))
    confirm_priority(ticket, story["r"], by=engineer, at=step, reason="Matches the definition")
    step += timedelta(minutes=dice.uniform(2, 240 if story["r"] > 1 else 20))
    reply(ticket, Entry(story["a"], follow_up=_follow_up(ticket, step + timedelta(days=1))), by=engineer, at=step)
    if dice.random() < 0.5:
        step += timedelta(minutes=dice.uniform(10, 600))
        add_requester_message(ticket, Entry(dice.choice(_MORE)), by=ticket.requester, at=step)
        step += timedelta(minutes=dice.uniform(10, 300))
    reply(ticket, Entry(story["f"], solves=True), by=engineer, at=step)
    change_status(ticket, Status.SOLVED, by=engineer, at=step)
    if dice.random() < 0.6:
        change_status(ticket, Status.CLOSED, by=engineer, at=step + timedelta(hours=20))


def _follow_up(ticket: Ticket, until: datetime) -> FollowUp:
    """What the ticket's policy wants to be said of the future (S48)."""
    if not needs_follow_up(ticket):
        return NO_FOLLOW_UP
    return FollowUp("We look through what you sent and try it on our side.", until.replace(second=0, microsecond=0))


def _active_case(cast: _Cast, now: datetime, index: int) -> None:
    """Something that is still going on: new, in work, waiting or on hold, with deadlines near and far."""
    dice = cast.dice
    kind = ("new", "new", "open", "open", "pending", "asked", "on_hold", "urgent")[index % 8]
    spread = {"new": 1500, "urgent": 50}.get(kind, 5000)
    at = now - timedelta(minutes=dice.uniform(2, spread))
    ticket, story = _opened(cast, at, rank=1 if kind == "urgent" else None)
    if kind == "new":
        return
    engineer = dice.choice(cast.staff)
    gap = (now - at) / 6
    if kind != "urgent" or dice.random() < 0.5:
        confirm_priority(ticket, story["r"], by=engineer, at=at + gap, reason="Matches the definition")
    if kind == "urgent":
        return
    until = now + timedelta(minutes=dice.randrange(1, 10) * 30)
    reply(ticket, Entry(story["a"], follow_up=_follow_up(ticket, until)), by=engineer, at=at + 2 * gap)
    if dice.random() < 0.4:
        add_note(ticket, body=dice.choice(_NOTES), by=engineer, at=at + 2.5 * gap)
    if kind == "pending":
        change_status(ticket, Status.PENDING, by=engineer, at=at + 2 * gap)
    elif kind == "on_hold":
        change_status(ticket, Status.ON_HOLD, by=engineer, at=at + 3 * gap, reason="Waiting for the cloud provider")
    elif kind == "asked":
        add_requester_message(ticket, Entry(dice.choice(_MORE)), by=ticket.requester, at=at + 4 * gap)
