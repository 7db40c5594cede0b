"""Escalation steps as part of a policy's draft: written, refused with words, compared, published for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent, Team
from sla.errors import TermsError
from sla.models import EscalationStep, SlaEvent, SlaPolicy, SlaPolicyVersion
from sla.services.policies import discard_draft, save_draft, start_draft
from sla.services.publishing import publish
from sla.steps import StepLine
from sla.terms import Terms, merge, terms_from_json, terms_json, terms_of
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk
from tests.sla.test_policies import tried
from tests.sla.test_timers import database_time

HALF = StepLine("tell_team", "share", 50, "first_response", 2)
LATER = StepLine("raise", "breach", 30)


def draft_of_gold(desk: Desk, at: datetime) -> SlaPolicyVersion:
    return start_draft(SlaPolicy.objects.get(slug="gold"), by=desk.member("alice"), at=at)


def saved(desk: Desk, at: datetime, *steps: StepLine) -> SlaPolicyVersion:
    draft = draft_of_gold(desk, at)
    return save_draft(draft, replace(terms_of(draft), steps=steps), revision=draft.revision, by=desk.member("alice"), at=at)


def published(desk: Desk, at: datetime, *steps: StepLine) -> SlaPolicyVersion:
    draft = tried(saved(desk, at, *steps), desk, at)
    return publish(draft, revision=draft.revision, effective_from=at, reason="Sooner", move_open=False,
                   by=desk.member("alice"), at=at)


def test_steps_are_stored_in_their_order_and_the_audit_says_which(acme: Desk, now: datetime) -> None:
    draft = saved(acme, now, HALF, LATER)
    assert terms_of(draft).steps == (HALF, LATER)
    assert AuditEvent.objects.get(action="policy.draft_saved").changes["Escalation step"]
    turned = saved(acme, now, LATER, HALF)
    assert (terms_of(turned).steps, turned.revision) == ((LATER, HALF), draft.revision + 1)


def test_each_step_that_can_t_stand_is_told_apart(acme: Desk, now: datetime) -> None:
    wrong = (replace_step(HALF, amount=100), replace_step(LATER, amount=-1), StepLine("reassign", "breach", 5),
             HALF, HALF, StepLine("dance", "breach", 5))
    with pytest.raises(TermsError) as caught:
        saved(acme, now, *wrong)
    problems = caught.value.fields
    assert sorted(problems) == ["step-1", "step-2", "step-3", "step-5", "step-6"]
    assert "1 to 99 %" in problems["step-1"]
    assert "minutes after the breach" in problems["step-2"]
    assert "Choose the team" in problems["step-3"]
    assert "twice" in problems["step-5"]
    assert not EscalationStep.objects.exists()


def replace_step(step: StepLine, **values: object) -> StepLine:
    return step._replace(**values)


def test_another_tenant_s_team_is_no_choice(acme: Desk, globex: Desk, now: datetime) -> None:
    foreign = max(Team.objects.values_list("pk", flat=True)) + 1
    with pytest.raises(TermsError, match="Choose the team"):
        saved(acme, now, StepLine("reassign", "breach", 5, team_id=foreign))


def test_two_editors_steps_are_kept_beside_each_other(acme: Desk) -> None:
    base = Terms({}, steps=(HALF,))
    mine, theirs = replace(base, steps=(HALF, LATER)), replace(base, steps=())
    merged = merge(base, mine, theirs)
    assert (merged.terms.steps, merged.theirs) == ((HALF, LATER), {"steps": ()})
    assert terms_from_json(terms_json(mine)) == mine


def test_published_steps_are_taken_and_immutable(acme: Desk, now: datetime) -> None:
    version = published(acme, now, HALF, LATER)
    ticket = acme.ticket(at=now, requested_priority=2)
    with database_time(now + timedelta(hours=2, minutes=1)):
        fire_due()
    assert [(e.kind, e.at) for e in SlaEvent.objects.filter(ticket=ticket)] == [("escalate", now + timedelta(hours=2))]
    rows = EscalationStep.objects.filter(version=version)
    for change in (lambda: rows.update(amount=1), lambda: rows.filter(after="breach").delete()):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            change()


def test_a_draft_s_steps_go_with_it(acme: Desk, now: datetime) -> None:
    draft = saved(acme, now, HALF)
    discard_draft(draft, by=acme.member("alice"), at=now)
    assert not EscalationStep.objects.exists()


def test_an_admin_writes_steps_in_the_editor_without_scripts(acme: Desk, now: datetime) -> None:
    draft = draft_of_gold(acme, now)
    alice, team = acme.client("alice"), Team.objects.get()
    page = alice.get("/desk/settings/sla/policies/gold")
    form = {"base": page.context["base"], "revision": str(draft.revision), "reopen_days": "14",
            "warn_percent": "25", "warn_minutes": "60", "s-1-action": "reassign", "s-1-after": "breach",
            "s-1-amount": "soon", "s-1-priority": "2", "s-1-metric": "first_response"}
    for key, cell in terms_of(draft).cells.items():
        form |= {f"t-{key.name}": cell.text, f"c-{key.name}": str(cell.calendar_id or "")}
    address = "/desk/settings/sla/policies/gold/save"
    refused = alice.post(address, form)
    assert refused.status_code == 422
    assert '<a href="#t-step-1">Write minutes after the breach' in refused.content.decode()
    assert alice.post(address, {**form, "s-1-amount": "15", "s-1-team": str(team.pk)}).status_code == 303
    assert [(s.amount, s.team_id) for s in EscalationStep.objects.filter(version=draft)] == [(15, team.pk)]
    for address in ("/desk/settings/sla/policies/gold", "/desk/settings/sla/policies/gold/compare",
                    "/desk/settings/sla/policies/gold/publish", "/desk/settings/sla/policies/gold/versions/2"):
        assert "P2 High, first reply, 15 minutes after the breach: hand over to Support" in acme.client("mia").get(
            address).content.decode(), address
