"""Absolute dates and times as they stand in the header of an article, and datelines."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier januar enero",
            "february feb février fevrier februar febrero",
            "march mar mars märz marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juin juni junio",
            "july jul juillet juli julio",
            "august aug août aout agosto",
            "september sept sep septembre septiembre",
            "october oct octobre oktober octubre",
            "november nov novembre noviembre",
            "december dec décembre decembre dezember diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er)?\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<num>[01]?\d)[-/.](?P<day>[0-3]?\d)(?!\d)",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"\b{_DAY}(?:\s+(?:of|de))?[\s-]+{_MONTH},?(?:\s+de)?[\s-]+{_YEAR}",
        rf"\b(?P<day>[0-3]?\d)\.(?P<num>[01]?\d)\.{_YEAR}",
        r"(?P<year>(?:19|20)\d\d)년\s*(?P<num>[01]?\d)월\s*(?P<day>[0-3]?\d)일",
        # No year, so no date; but with a weekday it is the line of one all the same.
        rf"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+{_MONTH}\s+{_DAY}(?!,?\s*\d{{4}})",
        # Day or month first cannot be told: read only where one of the two is over 12.
        rf"\b(?P<one>[0-3]?\d)/(?P<two>[0-3]?\d)/{_YEAR}",
    )
)
_ZONE = r"(?:[ECMP][SD]?T|GMT|UTC|BST|CEST|CET|KST|JST|IST|HKT|SGT|AE[SD]T|Z|[+-]\d\d:?\d\d)\b"
_TIME = re.compile(
    rf"(?:\bat\s+)?(?<![\d:.])(?P<hour>[0-2]?\d)(?:[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?\s*(?P<ampm>[ap]\.?m\b\.?)?"
    rf"|\s*(?P<ampm2>[ap]\.?m\b\.?))(?:\s*\(?(?P<zone>{_ZONE})(?:/[A-Z]{{2,4}})?\)?)?",
    re.IGNORECASE,
)
_OFFSETS = {"Z": "+00:00", "GMT": "+00:00", "UTC": "+00:00", "KST": "+09:00", "JST": "+09:00",
            "CET": "+01:00", "CEST": "+02:00", "BST": "+01:00", "EST": "-05:00", "EDT": "-04:00",
            "PST": "-08:00", "PDT": "-07:00", "HKT": "+08:00", "SGT": "+08:00"}  # fmt: skip


class DateMatch(NamedTuple):
    """A date found in a string: where it stands (with a time beside it) and what it says.

    ``iso`` is ``None`` for a date that cannot be read without guessing (03/04/2016).
    """

    start: int
    end: int
    iso: str | None


def find_date(line: str) -> DateMatch | None:
    """First absolute date in a line, with the clock time that stands next to it, if any."""
    matches = [m for form in _FORMS if (m := form.search(line))]
    if not matches:
        return None
    match = min(matches, key=lambda m: (m.start(), -m.end()))
    day = _calendar_day(match)
    start, end = match.span()
    time = _TIME.search(line, end)
    # "Oct. 12, 2016 - 17:15" or "2016-10-12T17:15": only separators may stand between.
    if time and not re.fullmatch(r"[\sT,|·•–—-]*(?:at\s*)?", line[end : time.start()]):
        time = None
    if time is None:
        time = next(
            (t for t in _TIME.finditer(line, 0, start)
             if re.fullmatch(r"[\s,|·•–—-]*(?:on\s+)?(?:\w{3,9},?\s*)?", line[t.end() : start])),
            None,
        )  # fmt: skip
    if time:
        start, end = min(start, time.start()), max(end, time.end())
    end = start + len(line[start:end].rstrip())
    return DateMatch(start, end, _iso(day, time))


def iso_date(text: str) -> str | None:
    """ISO 8601 form of a date given by a record or front matter, or ``None`` if it is not one."""
    text = text.strip()
    try:
        parsed = datetime.datetime.fromisoformat(text)
    except ValueError:
        match = find_date(text)
        return match.iso if match else None
    if len(text) <= 10:
        return parsed.date().isoformat()
    return parsed.isoformat(timespec="minutes")


def _calendar_day(match: re.Match[str]) -> datetime.date | None:
    parts = match.groupdict()
    if "year" not in parts:
        return None
    if "one" in parts:
        one, two = int(parts["one"]), int(parts["two"])
        if one <= 12 and two <= 12 and one != two:
            return None
        day, month = (one, two) if two <= 12 else (two, one)
    else:
        day = int(parts["day"])
        month = int(parts["num"]) if parts.get("num") else _MONTHS[parts["month"].lower()]
    try:
        return datetime.date(int(parts["year"]), month, day)
    except ValueError:
        return None


def _iso(day: datetime.date | None, time: re.Match[str] | None) -> str | None:
    if day is None:
        return None
    if time is None:
        return day.isoformat()
    hour, minute = int(time["hour"]), int(time["minute"] or 0)
    ampm = (time["ampm"] or time["ampm2"] or "").lower()
    if ampm:
        hour = hour % 12 + (12 if ampm.startswith("p") else 0)
    if hour > 23:
        return day.isoformat()
    zone = (time["zone"] or "").upper()
    offset = _OFFSETS.get(zone, zone if zone[:1] in {"+", "-"} else "")
    return f"{day.isoformat()}T{hour:02d}:{minute:02d}{offset}"


_AGENCY = r"\((?:[A-Z][\w.&/ -]{1,40})\)"
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{2,30}(?:/[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{2,30})?"
_SHORT_DATE = r"(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2,8}\.?)(?:,?\s\d{4})?"
_DATELINE = re.compile(
    rf"^(?:(?:{_PLACE}(?:,\s(?:[A-Z][\w.]{{1,20}}\s?){{1,3}})?|[A-Z][a-z]{{2,20}}(?=\s*\())"
    rf"(?:,\s{_SHORT_DATE})?(?:\s*{_AGENCY})?|{_AGENCY})(?:\s+--?|\s*[–—]|:(?=\s))\s*(?=[\"“‘'(\[]?[^\W_a-z])"
)


def dateline_length(paragraph: str) -> int:
    """Length of the dateline that opens a paragraph ("SEOUL, Oct. 12 (Yonhap) -- "), or 0."""
    match = _DATELINE.match(paragraph[:160])
    if not match:
        return 0
    place = match[0].rstrip(" -–—:")
    # "WHO: ..." and "EXCLUSIVE - ..." are no places; a lone short word needs an agency or date.
    if re.fullmatch(r"[A-Z]{2,4}|EXCLUSIVE|UPDATE|ANALYSIS|BREAKING|OPINION|REVIEW|WATCH", place):
        return 0
    if match[0].rstrip().endswith(":") and not re.search(r"[,(/]", place):
        return 0
    return match.end()
