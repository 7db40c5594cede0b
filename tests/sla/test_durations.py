from __future__ import annotations

import pytest

from sla.durations import DurationTextError, amount_words, parse_target, target_text
from sla.enums import Unit
from sla.hours import HoursTextError, hours_text, parse_hours, week_words


@pytest.mark.parametrize(("text", "always_open", "stored"), [
    ("30m", True, (Unit.MINUTES, None, 30)),
    ("30 min", False, (Unit.MINUTES, None, 30)),
    ("4h", True, (Unit.MINUTES, None, 240)),
    ("4h", False, (Unit.BUSINESS_HOURS, None, 4)),
    ("4 business hours", False, (Unit.BUSINESS_HOURS, None, 4)),
    ("1,5 h", False, (Unit.MINUTES, None, 90)),
    ("1h 30m", False, (Unit.MINUTES, None, 90)),
    ("2 business days", False, (Unit.BUSINESS_DAYS, None, 2)),
    ("1d–2d", False, (Unit.BUSINESS_DAYS, 1, 2)),
    ("1-2 business days", False, (Unit.BUSINESS_DAYS, 1, 2)),
    ("30m – 1h", True, (Unit.MINUTES, 30, 60)),
])
def test_a_target_is_read_as_it_is_meant(text: str, always_open: bool, stored: tuple[Unit, int | None, int]) -> None:
    assert parse_target(text).unit(always_open=always_open) == stored


def test_best_effort_and_nothing_are_two_things() -> None:
    assert parse_target("Best effort").best_effort
    assert parse_target(" ").is_empty
    assert not parse_target("best effort").is_empty


@pytest.mark.parametrize(("text", "remedy"), [
    ("4", "Write 4m, 4h or 4d"), ("soon", "Write 30m, 4h"), ("1w", "such as 5d"), ("2d 3h", "either days or hours"),
    ("3d–2d", "shorter one first"), ("2h–1d", "in one unit"), ("0m", "best effort if there is no deadline"),
    ("999d", "within a year"), ("0.5d", "hours for a part of a day"), ("4 x", "“x” isn’t a unit"),
])
def test_a_bad_duration_is_told_what_to_write(text: str, remedy: str) -> None:
    with pytest.raises(DurationTextError, match=remedy.replace("(", r"\(")):
        parse_target(text)


@pytest.mark.parametrize("text", ["30m", "1h", "1h 30m", "24h", "2d", "1d–2d", "30m–1h", "best effort", ""])
def test_what_is_written_back_is_read_the_same(text: str) -> None:
    for always_open in (True, False):
        found = parse_target(text)
        unit, goal, limit = found.unit(always_open=always_open)
        assert target_text(best_effort=found.best_effort, unit=unit, limit=limit or None, goal=goal) == text


def test_customers_read_whole_words() -> None:
    assert amount_words(90, Unit.MINUTES) == "1 hour 30 minutes"
    assert amount_words(1, Unit.BUSINESS_DAYS) == "1 business day"
    assert amount_words(4, Unit.BUSINESS_HOURS) == "4 business hours"


@pytest.mark.parametrize(("text", "windows"), [
    ("9-17", [(540, 1020)]), ("09:00–12:00, 13:00–17:30", [(540, 720), (780, 1050)]), ("22:00–06:00", [(1320, 1800)]),
    ("24h", [(0, 1440)]), ("closed", []), ("", []), ("13-17 and 8-12", [(480, 720), (780, 1020)]),
])
def test_hours_are_read_as_they_are_meant(text: str, windows: list[tuple[int, int]]) -> None:
    assert parse_hours(text) == windows
    assert parse_hours(hours_text(windows)) == windows


@pytest.mark.parametrize(("text", "remedy"), [
    ("9", "09:00–17:00"), ("9-12, 11-15", "overlap"), ("25-26", "from 00:00 to 24:00"), ("22-07, 06-10", "after midnight")])
def test_bad_hours_are_told_what_to_write(text: str, remedy: str) -> None:
    with pytest.raises(HoursTextError, match=remedy):
        parse_hours(text)


def test_a_week_is_told_in_as_few_lines_as_it_has_kinds_of_days() -> None:
    assert week_words([*((day, 360, 1080) for day in range(4)), (4, 360, 900)]) == [
        "Mon to Thu 06:00–18:00", "Fri 06:00–15:00"]
    assert week_words([]) == ["Mon to Sun closed"]
