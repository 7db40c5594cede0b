from __future__ import annotations

from typing import Any

from tickets.models import PriorityQuestion, PriorityRule


def load_advice(questions: list[dict[str, Any]], rules: list[dict[str, Any]]) -> None:
    """The priority advisor's criteria as the file has them; what the file doesn't name any more goes."""
    for position, row in enumerate(questions):
        PriorityQuestion.objects.update_or_create(key=row["key"], defaults={
            "text": row["text"], "environment": row.get("environment", ""), "position": position})
    for position, row in enumerate(rules, start=1):
        PriorityRule.objects.update_or_create(position=position, defaults={
            "rank": row["rank"], "reason": row["reason"], "environment": row.get("environment", ""),
            "any_of": row.get("any", []), "all_of": row.get("all", []), "none_of": row.get("none", []),
            "right": row.get("right", "")})
    PriorityRule.objects.filter(position__gt=len(rules)).delete()
    PriorityQuestion.objects.exclude(key__in=[row["key"] for row in questions]).delete()
