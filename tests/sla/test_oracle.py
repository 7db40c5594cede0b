"""Ten thousand random tickets on random calendars: the engine against an answer got by other means."""

from __future__ import annotations

import os
import random
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType

import pytest

from sla.calendar import BusinessCalendar, CalendarSpec
from sla.catalogue import winning
from sla.engine import Clock, Duration, Fact, FactKind, Policy, Target, compute
from sla.enums import ClockState, Metric, Unit
from tests.sla.oracle import SlowCalendar
from tests.sla.slow_desk import START, Hours, SlowDesk, Watch

CASES = int(os.environ.get("SLA_CASES", "10000"))
PARTS = 20
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Pacific/Chatham", "Asia/Tehran", "Africa/Casablanca", "Pacific/Kiritimati")
METRICS = ("first_response", "next_response", "ongoing_update", "resolution")
WHAT = ("reply", "reply", "wrote", "wrote", "open", "pending", "on_hold", "solved", "p1", "p2", "p3", "p4")


@cache
def calendars(part: int) -> tuple[tuple[BusinessCalendar, Hours], ...]:
    """Three calendars: odd zones, several windows a day, some over midnight, holidays and half days."""
    dice, found = random.Random(f"calendar {part}"), []
    for number in range(3):
        zone = dice.choice(ZONES)
        weekly = []
        for day in range(7):
            if dice.random() < 0.75:
                start = dice.randrange(0, 1300)
                weekly.append((day, start, dice.randrange(start + 1, min(start + 900, 2000))))
        if not weekly:
            weekly = [(0, 0, 1440)]
        days = [date(2026, 10, 12) + timedelta(days=dice.randrange(40)) for _ in range(4)]
        exceptions = {day: ((dice.randrange(0, 600), dice.randrange(601, 1440)),) if dice.random() < 0.5 else ()
                      for day in days}
        fast = BusinessCalendar(CalendarSpec(f"c{number}", zone, tuple(weekly), MappingProxyType(exceptions)))
        found.append((fast, Hours(SlowCalendar(zone, weekly, {d: list(w) for d, w in exceptions.items()}))))
    return tuple(found)


def moment(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def fact(minute: int, what: str) -> Fact:
    at = moment(minute)
    if what.startswith("opened"):
        return Fact(at, FactKind.OPENED, priority=int(what[-1]), environment="production", policy="p")
    if what in {"reply", "wrote"}:
        return Fact(at, FactKind.PUBLIC_REPLY if what == "reply" else FactKind.REQUESTER_MESSAGE)
    if what[0] == "p" and what[1:].isdigit():
        return Fact(at, FactKind.PRIORITY_CHANGED, priority=int(what[1]))
    return Fact(at, FactKind.STATUS_CHANGED, status=what)


def story(dice: random.Random) -> list[tuple[int, str]]:
    """What happened to a ticket, and a last minute at which somebody looks."""
    minute = dice.randrange(20 * 1440)
    told = [(minute, f"opened {dice.randrange(1, 5)}")]
    for _ in range(dice.randrange(0, 9)):
        minute += dice.choice((0, 1, 7, 60, dice.randrange(600), dice.randrange(3000), dice.randrange(9000) // 3))
        told.append((minute, dice.choice(WHAT)))
    return told


def check(part: int, seed: int) -> None:
    dice = random.Random(seed)
    made = calendars(part)
    fast = {str(n): calendar for n, (calendar, _hours) in enumerate(made)}
    slow_targets, targets, agreed = {}, [], []
    for metric in METRICS:
        for rank in range(1, 5):
            if dice.random() < 0.15:
                continue  # best effort
            key, unit, amount = dice.randrange(3), dice.choice((Unit.MINUTES, Unit.BUSINESS_HOURS)), dice.randrange(1, 9)
            minutes = amount * dice.choice((1, 60)) if unit is Unit.MINUTES else amount * 60
            limit = Duration(minutes, unit) if unit is Unit.MINUTES else Duration(amount, unit)
            where = agreed if dice.random() < 0.2 else targets
            where.append(Target(Metric(metric), rank, limit, str(key)))
            if where is agreed:  # the policy has a word of its own, which doesn't count
                targets.append(Target(Metric(metric), rank, Duration(dice.randrange(1, 900), Unit.MINUTES), str(key),
                                      environment=dice.choice(("", "production"))))
            slow_targets[metric, rank] = (minutes, made[key][1])
    policy = Policy("p", tuple(winning(targets, agreed)))
    told = story(dice)
    now = told[-1][0] + dice.randrange(4000)
    desk = SlowDesk(slow_targets)
    for minute, what in told:
        desk.happen(minute, what)
    facts = [fact(*one) for one in told]
    clocks = {(c.metric.value, c.cycle): c for c in compute(facts, {"p": policy}, fast, moment(now))}
    assert set(clocks) == {(w.metric, w.cycle) for w in desk.watches if w.ever}, seed
    for watch in desk.watches:
        if watch.ever:
            due = watch.due()
            if watch.ended is None and due is not None and now > due and watch.breached is None:
                watch.breached = due
            _compare(clocks[watch.metric, watch.cycle], watch, due, seed)
    _replay(facts, policy, fast, clocks, moment(now), seed)


def _compare(clock: Clock, w: Watch, due: int | None, seed: int) -> None:
    assert clock.ended_at == (None if w.ended is None else moment(w.ended)), (seed, clock.metric)
    assert clock.breached_at == (None if w.breached is None else moment(w.breached)), (seed, clock.metric)
    if w.ended is not None or clock.state is ClockState.PAUSED:  # while it runs, the due moment tells it
        assert clock.elapsed_seconds == w.elapsed * 60, (seed, clock.metric)
    if w.ended is None and due is not None and w.breached is None:
        assert (clock.state, clock.due_at) == (ClockState.RUNNING, moment(due)), (seed, clock.metric)
    elif w.ended is not None and w.breached is None:
        assert clock.state is (ClockState.CANCELLED if w.cancelled else ClockState.MET), (seed, clock.metric)


def _replay(facts: list[Fact], policy: Policy, fast: dict[str, BusinessCalendar],
            whole: dict[tuple[str, int], Clock], now: datetime, seed: int) -> None:
    """Event by event, with the breaches on record carried along as the stored projection does: the same in the end."""
    recorded: dict[tuple[Metric, int], datetime] = {}
    for count in range(1, len(facts) + 1):
        at = facts[count].at if count < len(facts) else now
        step = compute(facts[:count], {"p": policy}, fast, at, recorded)
        recorded |= {(c.metric, c.cycle): c.breached_at for c in step if c.breached_at is not None}
    assert {(c.metric.value, c.cycle): c for c in step} == whole, seed


@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_agrees_with_the_oracle(part: int) -> None:
    for number in range(CASES // PARTS):
        check(part, part * 1_000_000 + number)


@pytest.mark.parametrize("part", range(PARTS))
def test_adding_and_counting_are_inverse(part: int) -> None:
    dice = random.Random(part)
    for fast, slow in calendars(part):
        for _ in range(CASES // PARTS // 3):
            start, minutes = dice.randrange(20 * 1440), dice.randrange(1, 3000)
            due = fast.add(moment(start), minutes * 60)
            assert fast.elapsed(moment(start), due) == minutes * 60
            assert due == moment(slow.after(start, minutes))
            other = start + dice.randrange(20 * 1440)
            assert fast.elapsed(moment(start), moment(other)) == slow.between(start, other) * 60
