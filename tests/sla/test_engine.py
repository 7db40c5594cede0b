from __future__ import annotations

import itertools
import os
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine import Clock, Duration, Fact, FactKind, Policy, Target, compute, explain, ledger
from sla.enums import ClockState, Metric, Unit
from tests.sla.test_calendar import ALWAYS, BERLIN, at

CASES = int(os.environ.get("SLA_CASES", "150"))
CALENDARS = {"cet": BERLIN, "always": ALWAYS}
FIRST, NEXT, ONGOING, SOLVE = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.ONGOING_UPDATE, Metric.RESOLUTION


def target(metric: Metric, priority: int, amount: int, unit: Unit, calendar: str, goal: int | None = None) -> Target:
    return Target(metric, priority, Duration(amount, unit), calendar, Duration(goal, unit) if goal else None)


POLICY = Policy("p", (
    target(FIRST, 1, 60, Unit.MINUTES, "always"), target(SOLVE, 1, 240, Unit.MINUTES, "always"),
    target(FIRST, 2, 4, Unit.BUSINESS_HOURS, "cet"), target(ONGOING, 2, 4, Unit.BUSINESS_HOURS, "cet"),
    target(FIRST, 3, 2, Unit.BUSINESS_DAYS, "cet", goal=1), target(NEXT, 3, 1, Unit.BUSINESS_DAYS, "cet"),
    target(SOLVE, 3, 5, Unit.BUSINESS_DAYS, "cet"), Target(FIRST, 4, None)))
MONDAY = at(2026, 11, 23, 8, 0)


def minutes(count: float) -> datetime:
    return MONDAY + timedelta(minutes=count)


def run(*facts: Fact, now: datetime | None = None, recorded: dict | None = None) -> dict[tuple[Metric, int], Clock]:
    found = compute(facts, {"p": POLICY}, CALENDARS, now or facts[-1].at, recorded)
    return {(c.metric, c.cycle): c for c in found}


def opened(priority: int, when: datetime = MONDAY) -> Fact:
    return Fact(when, FactKind.OPENED, priority=priority, environment="production", policy="p")


def reply(when: datetime) -> Fact:
    return Fact(when, FactKind.PUBLIC_REPLY)


def wrote(when: datetime) -> Fact:
    return Fact(when, FactKind.REQUESTER_MESSAGE)


def status(to: str, when: datetime) -> Fact:
    return Fact(when, FactKind.STATUS_CHANGED, status=to)


def priority(rank: int, when: datetime) -> Fact:
    return Fact(when, FactKind.PRIORITY_CHANGED, priority=rank)


def test_a_critical_at_three_on_a_sunday_is_due_in_one_and_four_hours() -> None:
    night = at(2026, 11, 22, 3, 0)
    clocks = run(opened(1, night))
    assert clocks[FIRST, 1].due_at == night + timedelta(hours=1)
    assert clocks[SOLVE, 1].due_at == night + timedelta(hours=4)


def test_goal_and_limit_are_two_moments() -> None:
    clock = run(opened(3))[FIRST, 1]
    assert (clock.goal_at, clock.due_at) == (at(2026, 11, 24, 8, 0), at(2026, 11, 25, 8, 0))


def test_best_effort_is_no_clock() -> None:
    assert run(opened(4)) == {}


def test_an_answer_in_time_meets_and_one_at_the_very_moment_too() -> None:
    assert run(opened(1), reply(minutes(60)))[FIRST, 1].state == ClockState.MET


def test_an_answer_a_second_late_is_a_breach_at_the_true_moment() -> None:
    clock = run(opened(1), reply(minutes(60) + timedelta(seconds=1)))[FIRST, 1]
    assert (clock.state, clock.breached_at) == (ClockState.BREACHED, minutes(60))


def test_a_priority_change_keeps_what_has_elapsed() -> None:
    clock = run(opened(3), priority(1, minutes(30)))[FIRST, 1]
    assert (clock.started_at, clock.elapsed_seconds, clock.due_at) == (MONDAY, 1800, minutes(60))


def test_a_target_already_passed_is_due_at_the_change_and_not_before() -> None:
    clock = run(opened(3), priority(1, minutes(200)), now=minutes(201))[FIRST, 1]
    assert clock.breached_at == minutes(200)


def test_a_breach_stays_whatever_comes_after() -> None:
    facts = (opened(1), priority(3, minutes(90)), reply(minutes(100)))
    assert run(*facts)[FIRST, 1].breached_at == minutes(60)


def test_a_recorded_breach_stays_even_if_the_facts_no_longer_say_so() -> None:
    clock = run(opened(3), reply(minutes(5)), recorded={(FIRST, 1): minutes(2)})[FIRST, 1]
    assert (clock.state, clock.breached_at) == (ClockState.BREACHED, minutes(2))


def test_to_best_effort_and_back_keeps_what_has_elapsed() -> None:
    clock = run(opened(1), priority(4, minutes(20)), priority(1, minutes(500)))[FIRST, 1]
    assert clock.due_at == minutes(540)


def test_next_response_starts_at_the_first_unanswered_message_after_the_first_response() -> None:
    clocks = run(opened(3), wrote(minutes(5)), reply(minutes(10)), wrote(minutes(20)), wrote(minutes(30)))
    assert [k for k in clocks if k[0] is NEXT] == [(NEXT, 1)]
    assert clocks[NEXT, 1].started_at == minutes(20)


def test_ongoing_updates_start_again_at_each_reply_and_end_when_solved() -> None:
    clocks = run(opened(2), reply(minutes(10)), reply(minutes(40)), status("solved", minutes(50)))
    assert [(clocks[ONGOING, n].started_at, clocks[ONGOING, n].state) for n in (1, 2)] == [
        (minutes(10), ClockState.MET), (minutes(40), ClockState.MET)]


def test_waiting_on_the_requester_pauses_resolution_but_not_the_first_response() -> None:
    clocks = run(opened(1), status("pending", minutes(10)), now=minutes(30))
    assert clocks[FIRST, 1].due_at == minutes(60)
    assert (clocks[SOLVE, 1].state, clocks[SOLVE, 1].due_at) == (ClockState.PAUSED, None)
    assert run(opened(1), status("pending", minutes(10)), status("open", minutes(100)))[SOLVE, 1].due_at == minutes(330)


def test_reopening_in_time_continues_the_resolution_without_the_time_it_was_solved() -> None:
    clock = run(opened(1), reply(minutes(5)), status("solved", minutes(60)), status("open", minutes(1000)))[SOLVE, 1]
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, minutes(1000 + 180))


def test_reopening_after_the_window_is_a_new_cycle() -> None:
    later = MONDAY + timedelta(days=20)
    clocks = run(opened(1), reply(minutes(5)), status("solved", minutes(60)), status("open", later))
    assert clocks[SOLVE, 1].state == ClockState.MET
    assert clocks[SOLVE, 2].started_at == later


def test_solved_without_an_answer_is_neither_met_nor_missed() -> None:
    assert run(opened(1), status("solved", minutes(5)))[FIRST, 1].state == ClockState.CANCELLED


def test_a_promise_is_a_clock_of_its_own() -> None:
    promise = Fact(minutes(10), FactKind.PROMISED, until=minutes(45))
    assert run(opened(1), reply(minutes(10)), promise)[Metric.PROMISE, 1].due_at == minutes(45)
    assert run(opened(1), reply(minutes(10)), promise, reply(minutes(46)))[Metric.PROMISE, 1].breached_at == minutes(45)


def test_due_soon_begins_at_a_quarter_of_the_limit_or_an_hour() -> None:
    assert run(opened(1))[FIRST, 1].warn_at == minutes(45)
    assert run(opened(3))[FIRST, 1].warn_at == at(2026, 11, 25, 7, 0)


steps = st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(
    ["reply", "wrote", "open", "pending", "on_hold", "solved", "p1", "p2", "p3", "p4"])), max_size=14)


def _facts(drawn: list[tuple[int, str]], first: int) -> list[Fact]:
    facts, when = [opened(first)], 0
    for gap, what in drawn:
        when += gap
        if what in {"reply", "wrote"}:
            facts.append({"reply": reply, "wrote": wrote}[what](minutes(when)))
        elif what.startswith("p") and len(what) == 2:
            facts.append(priority(int(what[1]), minutes(when)))
        else:
            facts.append(status(what, minutes(when)))
    return facts


@settings(max_examples=CASES * 2, deadline=None)
@given(steps, st.integers(1, 4), st.integers(0, 5000))
def test_the_ledger_adds_up_and_has_no_gaps(drawn: list[tuple[int, str]], first: int, after: int) -> None:
    facts = _facts(drawn, first)
    now = facts[-1].at + timedelta(minutes=after)
    for clock in compute(facts, {"p": POLICY}, CALENDARS, now):
        parts = ledger(clock, CALENDARS, now)
        for one, other in itertools.pairwise(parts):
            assert one.end == other.start
        counted = sum(p.seconds for p in parts if p.kind == "counted")
        if clock.ended_at is not None:
            assert counted == clock.elapsed_seconds
        if clock.state is ClockState.RUNNING and clock.due_at and clock.limit_seconds:
            whole = sum(p.seconds for p in explain(clock, CALENDARS, now) if p.kind == "counted")
            assert whole == max(clock.limit_seconds, clock.elapsed_seconds)


@settings(max_examples=CASES, deadline=None)
@given(steps, st.integers(1, 4))
def test_breaches_found_on_the_way_are_found_in_the_end(drawn: list[tuple[int, str]], first: int) -> None:
    """Replaying the first facts never shows a breach that the whole story denies."""
    facts = _facts(drawn, first)
    whole = {(c.metric, c.cycle): c for c in compute(facts, {"p": POLICY}, CALENDARS, facts[-1].at)}
    for count in range(1, len(facts) + 1):
        part = compute(facts[:count], {"p": POLICY}, CALENDARS, facts[count - 1].at)
        for clock in part:
            if clock.breached_at is not None:
                assert whole[clock.metric, clock.cycle].breached_at == clock.breached_at


def test_a_hundred_facts_are_computed_quickly() -> None:
    facts = [opened(3), *[(reply if n % 2 else wrote)(minutes(n)) for n in range(1, 100)]]
    import time

    begin = time.perf_counter()
    for _ in range(20):
        compute(facts, {"p": POLICY}, CALENDARS, facts[-1].at)
    assert (time.perf_counter() - begin) / 20 < 0.02  # 2 ms is the budget; CI machines are noisy


@pytest.mark.parametrize("priority_rank", [1, 2, 3])
def test_the_same_facts_give_the_same_clocks(priority_rank: int) -> None:
    facts = (opened(priority_rank), reply(minutes(9)), wrote(minutes(20)))
    assert run(*facts) == run(*facts)
