"""The advisor's sheet as a page shows it: the criteria of an environment, what is ticked, and the recommendation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tickets.advisor import Advice, Question, advise, questions_for
from tickets.enums import Environment
from tickets.models import PriorityLevel
from tickets.reference import advisor_questions, advisor_rules, priority_levels


@dataclass(frozen=True)
class Sheet:
    """`advice` is None until somebody asked, or where no rule fits; `level` is the recommended priority."""

    questions: tuple[Question, ...]
    ticked: frozenset[str]
    advice: Advice | None
    level: PriorityLevel | None
    asked: bool


def advisor_sheet(environment: Environment, ticked: Collection[str], *, rights: Collection[str] = (),
                  asked: bool = False) -> Sheet:
    """What to ask, and what the ticks lead to. Ticking asks; `asked` also does (a button was pressed)."""
    questions = advisor_questions()
    shown = questions_for(questions, environment.sla_key)
    known = frozenset(ticked) & {q.key for q in shown}
    if not (asked or known):
        return Sheet(shown, known, None, None, asked=False)
    advice = advise(questions, advisor_rules(), environment=environment.sla_key, ticked=known, rights=rights)
    return Sheet(shown, known, advice, priority_levels().get(advice.rank) if advice else None, asked=True)
