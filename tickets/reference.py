"""The tenant's words and views, which each page shows and hardly anybody changes."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.remembering import remembered
from tickets.advisor import Question, Rule
from tickets.models import Channel, PriorityLevel, PriorityQuestion, PriorityRule, SavedView


@remembered
def priority_levels() -> dict[int, PriorityLevel]:
    """The tenant's priorities by rank."""
    return {level.rank: level for level in PriorityLevel.objects.all()}


def priority_words(rank: int, levels: Mapping[int, PriorityLevel] | None = None) -> str:
    """A rank in the tenant's own words, from `levels` where somebody has them at hand."""
    return str((priority_levels() if levels is None else levels).get(rank) or f"P{rank}")


@remembered
def advisor_questions() -> list[Question]:
    """The tenant's criteria, in their order."""
    return [Question(q.key, q.text, q.environment) for q in PriorityQuestion.objects.all()]


@remembered
def advisor_rules() -> list[Rule]:
    """What the tenant's criteria lead to, the strongest rule first."""
    return [Rule(r.rank, r.reason, frozenset(r.any_of), frozenset(r.all_of), frozenset(r.none_of), r.environment, r.right)
            for r in PriorityRule.objects.all()]


@remembered
def channel_names() -> dict[int, str]:
    """The names of the ways in, by rank (S25)."""
    return {channel.rank: channel.name for channel in Channel.objects.all()}


@remembered
def channel_ranks() -> dict[str, int]:
    """The rank of each way in, by kind."""
    return {str(channel.kind): channel.rank for channel in Channel.objects.all()}


@remembered
def _all_views() -> list[SavedView]:
    return list(SavedView.objects.all())


def saved_views(agent_id: int) -> list[SavedView]:
    """The views that an agent may use, in their order: the shared ones and the agent's own."""
    return [view for view in _all_views() if view.owner_id in {None, agent_id}]
