from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from toolkit.deadline import deadline_badge

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("left", "warned", "kind"), [
    (timedelta(minutes=59), None, "soon"), (timedelta(minutes=61), None, "ok"), (-HOUR, None, "over"),
    (timedelta(minutes=59), timedelta(minutes=1), "ok"), (3 * HOUR, -timedelta(minutes=1), "soon")])
def test_a_deadline_is_due_soon_as_its_policy_says_a_promise_an_hour_before(
        now: datetime, left: timedelta, warned: timedelta | None, kind: str) -> None:
    warn_at = None if warned is None else now + warned
    assert deadline_badge(due_at=now + left, warn_at=warn_at, state="running", now=now).kind == kind


def test_best_effort_and_no_clock_any_more_are_two_things(now: datetime) -> None:
    told = {state: deadline_badge(due_at=None, warn_at=None, state=state, now=now) for state in ("none", "ended")}
    assert {state: (badge.kind, badge.words) for state, badge in told.items()} == {
        "none": ("none", "Best effort"), "ended": ("none", "No clock")}
