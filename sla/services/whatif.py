"""What would have become of the last days' tickets under a draft. Publishing waits for it."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members import Member
from sla.catalogue import Carried
from sla.enums import Change, JobState, Metric
from sla.errors import TermsError
from sla.models import SlaPolicyVersion, TicketPolicy, WhatIfRun
from sla.replay import BEST_EFFORT, Outcome, Replay, outcomes, stored_facts
from sla.services.policies import lock_draft, require_editor
from tickets.models import Ticket
from toolkit.queue import wake

BATCH = 500
MOST_DAYS = 730
Outcomes = dict[tuple[Metric, int], Outcome]


def start_whatif(draft: SlaPolicyVersion, *, days: int, by: Member, at: datetime) -> WhatIfRun:
    """Ask the workers to replay the tickets of the last `days` under the draft as it is now."""
    require_editor(by)
    if not 1 <= days <= MOST_DAYS:
        raise TermsError({"days": _("Replay between 1 and {most_days} days.").format(most_days=MOST_DAYS)})
    draft = lock_draft(draft)
    WhatIfRun.objects.filter(version=draft, state__in=[JobState.WAITING, JobState.RUNNING]).update(
        state=JobState.STALE, finished_at=at)
    run: WhatIfRun = WhatIfRun.objects.create(version=draft, revision=draft.revision, days=days, due_at=at,
                                              created_at=at, requested_by=by.person)
    run.total = tickets_of(run).count()
    run.save(update_fields=["total"])
    wake("jobs")
    return run


def tickets_of(run: WhatIfRun, after: int = 0) -> QuerySet[Ticket]:
    """The tickets that a run replays, those with greater ids than `after`: opened in its days, and ever under the
    draft's policy."""
    under = TicketPolicy.objects.filter(version__policy_id=run.version.policy_id, ticket_id__gt=after).values("ticket_id")
    return Ticket.objects.filter(pk__gt=after, opened_at__gte=run.created_at - timedelta(days=run.days),
                                 opened_at__lte=run.created_at, pk__in=under)


def run_batch(run: WhatIfRun, *, now: datetime, replay: Replay | None = None, size: int = BATCH) -> Replay:
    """One batch in the running transaction; the run is locked by the caller. Give the replay to the next batch."""
    replay = replay or Replay(run.created_at)
    draft = SlaPolicyVersion.objects.filter(pk=run.version_id).values("revision", "published_at", "policy_id").get()
    if draft["revision"] != run.revision or draft["published_at"]:
        run.state, run.finished_at = JobState.STALE, now
        run.save(update_fields=["state", "finished_at"])
        return replay
    tickets = list(tickets_of(run, run.cursor).order_by("pk")
                   .values_list("pk", "organization_id", "priority")[:size])
    versions = set(SlaPolicyVersion.objects.filter(policy_id=draft["policy_id"]).values_list("pk", flat=True))

    def instead(terms: Carried) -> Carried:
        return terms._replace(version_id=run.version_id) if terms.version_id in versions else terms

    facts = stored_facts([pk for pk, *_rest in tickets])
    tally, changes = Tally(run.result), []
    for pk, organization, priority in tickets:
        before, after = (outcomes(clocks) for clocks in replay.pair(facts[pk], instead))
        change = _changed(before, after)
        tally.add(before, after, organization, priority, change)
        if change is not None:
            changes.append({"ticket_id": pk, "organization_id": organization, "priority": priority,
                            "change": change.value, "clocks": _lines(before, after)})
    _keep(run, changes)
    run.result, run.done = tally.data, run.done + len(tickets)
    run.cursor = tickets[-1][0] if tickets else run.cursor
    run.state = JobState.RUNNING if len(tickets) == size else JobState.DONE
    run.finished_at = None if run.state == JobState.RUNNING else now
    run.save(update_fields=["result", "done", "cursor", "state", "finished_at"])
    return replay


_KEEP = """
INSERT INTO sla_whatifchange (tenant_id, run_id, ticket_id, organization_id, priority, change, clocks)
SELECT %s, %s, ticket_id, organization_id, priority, change, clocks FROM jsonb_to_recordset(%s)
    AS c (ticket_id bigint, organization_id bigint, priority smallint, change text, clocks jsonb)
"""


def _keep(run: WhatIfRun, changes: list[dict[str, Any]]) -> None:
    """Store a batch's changes (`WhatIfChange`) by one statement."""
    if changes:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [run.tenant_id, run.pk, json.dumps(changes)])


class Tally:
    """The run's counts, carried on from batch to batch.

    `metrics`: met and late before, met and late after. `priorities`, `organizations`: late before and after.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.metrics = defaultdict(lambda: [0, 0, 0, 0], data.get("metrics", {}))
        self.priorities = defaultdict(lambda: [0, 0], data.get("priorities", {}))
        self.organizations = defaultdict(lambda: [0, 0], data.get("organizations", {}))
        self.changes = defaultdict(int, data.get("changes", {}))

    @property
    def data(self) -> dict[str, Any]:
        """As stored."""
        return {"metrics": dict(self.metrics), "priorities": dict(self.priorities),
                "organizations": dict(self.organizations), "changes": dict(self.changes)}

    def add(self, before: Outcomes, after: Outcomes, organization: int | None, priority: int,
            change: Change | None) -> None:
        """Count one ticket."""
        late = [0, 0]
        for side, found in ((0, before), (1, after)):
            for (metric, _cycle), outcome in found.items():
                if outcome.late or outcome.is_met:
                    self.metrics[metric.value][side * 2 + outcome.late] += 1
                late[side] += outcome.late
        for side in (0, 1):
            self.priorities[str(priority)][side] += late[side]
            self.organizations[str(organization or "")][side] += late[side]
        if change is not None:
            self.changes[change.value] += 1


def _changed(before: Outcomes, after: Outcomes) -> Change | None:
    """How a ticket changes: any clock late that was not, else any in time that was late, else any other limit."""
    worse = better = False
    for key in before.keys() | after.keys():
        was, will = before.get(key, BEST_EFFORT).late, after.get(key, BEST_EFFORT).late
        worse, better = worse or will > was, better or was > will
    if worse:
        return Change.LATE
    if better:
        return Change.IN_TIME
    return Change.LIMIT if {k: o.limit for k, o in before.items()} != {k: o.limit for k, o in after.items()} else None


def _lines(before: Outcomes, after: Outcomes) -> list[list[Any]]:
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, will = before.get(key, BEST_EFFORT), after.get(key, BEST_EFFORT)
        if (was.limit, was.late) != (will.limit, will.late):
            found.append([key[0].value, key[1], was.limit, will.limit, was.late, will.late])
    return found
