"""Days and spans of days in words; not from the locale, so that every machine gives the same bytes."""

from __future__ import annotations

import calendar
import datetime

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def long_day(iso: str, *, weekday: bool = False) -> str:
    """``2016-10-12`` as "12 October 2016", or "Wednesday, 12 October 2016"."""
    day = datetime.date.fromisoformat(iso[:10])
    text = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_WEEKDAYS[day.weekday()]}, {text}" if weekday else text


def label_of(start: str | None, end: str | None) -> str:
    """An interval in words: "2016", "November 2016", "January to September 2016", "12 October 2016".

    Args:
        start: first day, ISO 8601.
        end: last day, ISO 8601.
    """
    if not start and not end:
        return ""
    if not start or not end:
        return f"{'from' if start else 'by'} {long_day(start or end or '')}"
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    if first == last:
        return long_day(start)
    opens = first.day == 1
    closes = last.day == calendar.monthrange(last.year, last.month)[1]
    if opens and closes:
        if (first.month, last.month) == (1, 12):
            return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{_MONTHS[first.month - 1]} {first.year}"
        if first.year == last.year:
            return f"{_MONTHS[first.month - 1]} to {_MONTHS[last.month - 1]} {first.year}"
        return f"{_MONTHS[first.month - 1]} {first.year} to {_MONTHS[last.month - 1]} {last.year}"
    return f"{long_day(start)} to {long_day(end)}"
