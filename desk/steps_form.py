"""The escalation steps of the policy editor: a line each, and two empty ones to write more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from sla.action_words import ACTION_WORDS
from sla.durations import METRIC_TITLES
from sla.steps import AFTER_WORDS, MOST, StepLine, step_words
from sla.terms import Terms
from tickets.reference import priority_levels

EMPTY = 2


def read_steps(data: QueryDict) -> tuple[StepLine, ...]:
    """The lines with an action, in their order; one without is left out."""
    found = []
    for number in range(1, MOST + EMPTY + 1):
        action = data.get(f"s-{number}-action", "")
        if action:
            amount, priority, team = (data.get(f"s-{number}-{name}", "") for name in ("amount", "priority", "team"))
            found.append(StepLine(
                action, data.get(f"s-{number}-after", ""), _number(amount), data.get(f"s-{number}-metric", ""),
                int(priority) if priority in {"1", "2", "3", "4"} else 0, int(team) if _number(team) > 0 else None))
    return tuple(found)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def steps_context(typed: Terms, live: Terms | None, teams: Mapping[int, str], errors: Mapping[str, str],
                  theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What the lines are drawn from; `steps_theirs` is what somebody else saved meanwhile."""
    lines: list[StepLine | None] = [*typed.steps, *([None] * EMPTY)]
    levels = priority_levels()
    return {
        "steps": [{"number": n, "line": line, "words": step_words(line, teams, levels) if line else "",
                   "error": errors.get(f"step-{n}", ""), "is_new": bool(live and line and line not in live.steps)}
                  for n, line in enumerate(lines, 1)],
        "step_actions": {str(a): words for a, words in ACTION_WORDS.items()},
        "step_afters": {str(a): words for a, words in AFTER_WORDS.items()},
        "step_metrics": {m.value: titles[0] for m, titles in METRIC_TITLES.items()}, "teams": teams,
        "steps_theirs": [step_words(line, teams, levels) for line in theirs.get("steps", ())]}
