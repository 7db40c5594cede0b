"""Taking times and telling them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
from django.core.management.base import OutputWrapper


def p95(work: Callable[[], object], times: int) -> float:
    """Seconds below which 95 of 100 runs stay; the first three runs only warm up."""
    for _ in range(3):
        work()
    return _p95([_seconds(work) for _ in range(times)])


def side_by_side(work: Callable[[], object], floor: Callable[[], object], times: int = 60,
                 rounds: int = 15) -> tuple[float, float]:
    """p95 of both, measured call by call in turns so that noise hits both; the median of the rounds counts."""
    for _ in range(3):
        work()
        floor()
    found = []
    for _ in range(rounds):
        pairs = [(_seconds(work), _seconds(floor)) for _ in range(times)]
        found.append([_p95([pair[side] for pair in pairs]) for side in (0, 1)])
    works, floors = (sorted(one[side] for one in found) for side in (0, 1))
    return works[rounds // 2], floors[rounds // 2]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def rate(work: Callable[[], object], seconds: float) -> float:
    """How often a second, measured for some seconds."""
    work()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - began)


def tell(out: OutputWrapper, bench: str, value: float, floor: float | None, unit: str) -> None:
    """One JSON line a figure."""
    ratio = None if floor is None else round(value / floor, 3)
    out.write(json.dumps({"bench": bench, "value": round(value, 6), "floor": None if floor is None else round(floor, 6),
                          "ratio": ratio, "unit": unit}))


@contextmanager
def as_owner() -> Iterator[psycopg2.extensions.cursor]:
    """The database as its owner, past the tenants' walls."""
    link = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with link, link.cursor() as cursor:
            yield cursor
    finally:
        link.close()
