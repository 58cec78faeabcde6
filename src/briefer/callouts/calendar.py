"""Intervals of days that words of time stand for, counted from an article's date.

Pure functions over `datetime.date`; both ends of an interval are inclusive. ``None`` at one end
means that it is open or not known.
"""

from __future__ import annotations

import calendar
import datetime
from typing import NamedTuple

Day = datetime.date


class Interval(NamedTuple):
    """First and last day, each ``None`` if the words do not say."""

    start: Day | None
    end: Day | None


def year_of(year: int) -> Interval:
    """A calendar year."""
    return Interval(Day(year, 1, 1), Day(year, 12, 31))


def month_of(year: int, month: int) -> Interval:
    """A month; months before January and after December are of the neighbouring years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return Interval(Day(year, month, 1), Day(year, month, calendar.monthrange(year, month)[1]))


def span_of_months(year: int, first: int, n_months: int) -> Interval:
    """``n_months`` months from month ``first`` of ``year`` on."""
    return Interval(month_of(year, first).start, month_of(year, first + n_months - 1).end)


def quarter_of(year: int, quarter: int) -> Interval:
    """A calendar quarter, 1 to 4."""
    return span_of_months(year, 3 * quarter - 2, 3)


def half_of(year: int, half: int) -> Interval:
    """A half of a calendar year, 1 or 2."""
    return span_of_months(year, 6 * half - 5, 6)


def week_of(day: Day) -> Interval:
    """Monday to Sunday around a day."""
    monday = day - datetime.timedelta(day.weekday())
    return Interval(monday, monday + datetime.timedelta(6))


def shifted(day: Day, unit: str, n: int) -> Day:
    """A day ``n`` days, weeks, months, quarters, years or decades later; the 31st becomes the last of a month."""
    if unit in {"day", "week", "night"}:
        return day + datetime.timedelta(n * (7 if unit == "week" else 1))
    months = n * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    interval = month_of(day.year, day.month + months)
    assert interval.start is not None
    assert interval.end is not None
    return interval.start.replace(day=min(day.day, interval.end.day))
