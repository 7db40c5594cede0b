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
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[int(len(taken) * 0.95)]


def side_by_side(work: Callable[[], object], floor: Callable[[], object], times: int = 60,
                 rounds: int = 5) -> tuple[float, float]:
    """p95 of both, measured in turns so that noise hits both; the median of the rounds counts."""
    pairs = sorted((p95(work, times // rounds * 2), p95(floor, times // rounds * 2)) for _ in range(rounds))
    works, floors = sorted(w for w, _f in pairs), sorted(f for _w, f in pairs)
    return works[rounds // 2], floors[rounds // 2]


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
