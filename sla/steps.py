"""Escalation steps as their editor sees them: lines of choices, their words, and whether they can stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from sla.action_words import ACTION_WORDS
from sla.durations import METRIC_TITLES
from sla.enums import Escalation, Metric, StepAfter
from sla.models import EscalationStep, SlaPolicyVersion
from tickets.models import PriorityLevel
from tickets.reference import priority_words
from toolkit.wording import in_sentence

AFTER_WORDS: dict[str, Any] = {
    StepAfter.SHARE: gettext_lazy("% of the time used"),
    StepAfter.BREACH: gettext_lazy("minutes after the breach"),
}
MOST = 20
MOST_MINUTES = 43_200


class StepLine(NamedTuple):
    """One step as it is chosen; an empty metric and priority 0 mean each. -1 is an amount that is no number."""

    action: str
    after: str
    amount: int
    metric: str = ""
    priority: int = 0
    team_id: int | None = None


def step_lines(version: SlaPolicyVersion) -> tuple[StepLine, ...]:
    """A stored version's steps in their order (1 query)."""
    return tuple(StepLine(s.action, s.after, s.amount, s.metric, s.priority or 0, s.team_id)
                 for s in EscalationStep.objects.filter(version=version))


def step_rows(version: SlaPolicyVersion, lines: Sequence[StepLine]) -> list[EscalationStep]:
    """The way back, unsaved."""
    return [EscalationStep(version=version, position=n, action=s.action, after=s.after, amount=s.amount, metric=s.metric,
                           priority=s.priority or None, team_id=s.team_id) for n, s in enumerate(lines, 1)]


def step_words(line: StepLine, teams: Mapping[int, str], levels: Mapping[int, PriorityLevel]) -> str:
    """“P1 Urgent, resolve, 75 % of the time used: tell the team”."""
    titles = METRIC_TITLES.get(Metric(line.metric)) if line.metric in set(Metric) else None
    metric = in_sentence(titles[0]) if titles else gettext("any clock")
    what = f"{priority_words(line.priority, levels)}, {metric}" if line.priority else metric
    action = str(ACTION_WORDS.get(line.action, line.action))
    if line.action == Escalation.REASSIGN:
        action = gettext("hand over to %(team)s") % {"team": teams.get(line.team_id or 0, "")}
    words = (gettext("%(what)s, %(amount)d %% of the time used: %(action)s") if line.after == StepAfter.SHARE
             else gettext("%(what)s, %(amount)d minutes after the breach: %(action)s"))
    return words % {"what": what, "amount": line.amount, "action": action}


def step_problems(lines: Sequence[StepLine], teams: Mapping[int, str]) -> dict[str, str]:
    """What to mend, by the name of the line's field (`step-1` …)."""
    found = {}
    for number, line in enumerate(lines, 1):
        problem = _problem(line, teams)
        if not problem and line in lines[:number - 1]:
            problem = gettext("This step stands here twice. Leave one of them out.")
        if problem:
            found[f"step-{number}"] = problem
    if len(lines) > MOST:
        found[f"step-{MOST + 1}"] = gettext("Keep to %(most)d steps: nobody heeds more.") % {"most": MOST}
    return found


def _problem(line: StepLine, teams: Mapping[int, str]) -> str:
    if line.action not in set(Escalation) or line.after not in set(StepAfter):
        return gettext("Choose what happens, and when.")
    if (line.metric and line.metric not in set(METRIC_TITLES)) or line.priority not in range(5):
        return gettext("Choose the clock and the priority from the lists.")
    if line.after == StepAfter.SHARE and not 1 <= line.amount <= 99:
        return gettext("Write a share of the time from 1 to 99 %.")
    if line.after == StepAfter.BREACH and not 0 <= line.amount <= MOST_MINUTES:
        return gettext("Write minutes after the breach, 0 to 43200 (30 days).")
    if line.action == Escalation.REASSIGN and line.team_id not in teams:
        return gettext("Choose the team that gets the ticket.")
    return ""
