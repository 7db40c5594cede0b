"""The priority advisor: which rank the ticked criteria give, and why (S14, S22–S24). Pure; it only advises."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A yes/no criterion. `environment` is `production`, `nonproduction`, or empty for both."""

    key: str
    text: str
    environment: str = ""


@dataclass(frozen=True)
class Rule:
    """Fits when one of `any_of` (if any are named), all of `all_of` and none of `none_of` are answered with yes, in this
    environment, under a contract with the right `right`."""

    rank: int
    reason: str
    any_of: frozenset[str] = frozenset()
    all_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    environment: str = ""
    right: str = ""


@dataclass(frozen=True)
class Advice:
    """A recommended rank and why; `ticked` are the questions that led to it."""

    rank: int
    reason: str
    ticked: tuple[Question, ...]


def questions_for(questions: Sequence[Question], environment: str) -> tuple[Question, ...]:
    """The questions that make sense in an environment, in their order."""
    return tuple(q for q in questions if q.environment in ("", environment))


def advise(questions: Sequence[Question], rules: Sequence[Rule], *, environment: str, ticked: Collection[str],
           rights: Collection[str] = ()) -> Advice | None:
    """The recommendation of the first rule that fits; None when none does. Ticks on another environment's questions
    don't count."""
    asked = questions_for(questions, environment)
    yes = frozenset(ticked) & {q.key for q in asked}
    for rule in rules:
        if rule.environment in ("", environment) and (not rule.right or rule.right in rights) and _holds(rule, yes):
            relevant = rule.any_of | rule.all_of | rule.none_of
            return Advice(rule.rank, rule.reason, tuple(q for q in asked if q.key in yes & relevant))
    return None


def _holds(rule: Rule, yes: frozenset[str]) -> bool:
    return (not rule.any_of or bool(rule.any_of & yes)) and rule.all_of <= yes and not rule.none_of & yes
