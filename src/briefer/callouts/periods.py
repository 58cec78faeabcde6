"""When a number holds: words of time, and the days that they stand for.

The words are kept as a span; the days are ours, worked out from the article's date. Without a
date only words that name a year are resolved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from briefer.callouts.calendar import (
    Day,
    Interval,
    half_of,
    month_of,
    quarter_of,
    shifted,
    span_of_months,
    week_of,
    year_of,
)  # fmt: skip
from briefer.callouts.time_words import (
    COUNTS,
    MONTH_NAMES,
    ORDINALS,
    TIME,
    WEEKDAYS,
    is_modal,
    names_a_thing,
)
from briefer.types import Span

Axis = Literal["year", "quarter", "half", "month", "day", "season", "fiscal", "other"]

_LEAD = re.compile(
    r"(?:(?:^|(?<=[\s(“\"‘—–,]))(?P<lead>(?:[Aa]s\sof|[Aa]t\sthe\s(?:end|start|beginning|close)\sof|[Bb]y\s(?:the\send\sof|the\sclose\sof|about|around|late|early|mid-?)|[Ff]rom|[Bb]etween|"
    r"[Ii]n\s(?:all\sof|early|late|the|mid-?)|[Ii]n|[Oo]n|[Ff]or|[Dd]uring|[Oo]ver|[Ss]ince(?:\sthe\s(?:start|beginning|end)\sof)?|[Bb]y|[Uu]ntil|[Tt]ill|[Tt]hroughout|[Tt]hrough|[Ww]ithin|[Aa]t|[Aa]fter|[Bb]efore|[Uu]p\sto|[Ss]tart\sof|[Ee]nd\sof))\s(?:the\s)?)$"
)
_PAIR_GAP = re.compile(r"\s(?:to|and|through|until)\s|\s?[–-]\s?")
_REPORTED = re.compile(
    r"\b(?:said|says|reported|announced|released|published|told|showed|issued|revealed|unveiled|confirmed|signed|agreed|met|wrote|added|report|statement|"
    r"stated|estimated\slate|speaking|interview|briefing|conference)\b(?:\s(?:[\w.’'-]+\s){0,4}?)?(?:(?:on|late|early)\s)?$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:released|published|issued|unveiled|announced)\s(?:by\s(?:[\w.’'-]+\s){1,8}?)?(?:earlier\s|late\s|early\s|on\s)?$"
)
_REPORTS_AFTER = re.compile(r"\s(?:showed|said|that)\b")
_FUTURE = re.compile(
    r"\b(?:will|would|expect\w*|forecast\w*|predict\w*|project\w*|plan\w*|due|target\w*|aim\w*|by|next|until|could|(?-i:may)|likely|set\sto|going\sto)\b",
    re.I,
)


class Time(NamedTuple):
    """Words of time.

    Attributes:
        span: the words with their preposition ("in the last three years").
        core: without it ("2012").
        interval: the days; both ``None`` where they cannot be told.
        axis: what sort of point in time it is.
        is_exact: whether the words alone name the days, without the article's date.
        is_report: whether it says when something was said, not when it held.
        is_weak: "now", "today's": only where nothing better stands.
    """

    span: Span
    core: Span
    interval: Interval
    axis: Axis
    is_exact: bool
    is_report: bool
    is_weak: bool = False


_SUPERLATIVE = re.compile(
    r"\b(?:[a-z]{3,}est|(?:not|never|un)\s?seen|first|worst|best|most|least|record|longest)\b[^.;]{0,60}$",
    re.I,
)
_NOTHING = Interval(None, None)
#: After a time that holds for what follows: "since May 1974, when 604 jobs were cut".
WHEN = re.compile(r",?\swhen\s")


def times_in(text: str, sentence: Span, day: Day | None) -> list[Time]:
    """All words of time of a sentence, in order.

    Args:
        text: of the article.
        sentence: where to look.
        day: when the article was published, if known.
    """
    found: list[Time] = []
    future = _FUTURE.search(text, sentence.start, sentence.end) is not None
    at = sentence.start
    for match in TIME.finditer(text, sentence.start, sentence.end):
        if match.start() < at or (match["month"] == "May" and is_modal(text, match)):
            continue
        if match["now"] and text[match.end() : match.end() + 1] == "-":
            continue
        core = Span(match.start(), match.end())
        if names_a_thing(text, match):
            continue
        try:
            interval, axis, exact = _resolve(match, day, future)
        except (ValueError, OverflowError):  # 31 February, the year 0
            interval, axis, exact = _NOTHING, "other", False
        time = _with_lead(text, sentence, core, interval, axis, exact, day, match)
        if match["yearto"] and time.span.start == time.core.start:
            continue  # "most of the day", "ending the year"
        found.append(time)
        at = match.end()
    return _paired(text, found, day)


def _count(word: str | None) -> int | None:
    if not word:
        return None
    word = word.strip().lower()
    return int(word) if word.isdigit() else COUNTS.get(word)


def _month_number(name: str) -> int:
    return next(
        i for i, full in enumerate(MONTH_NAMES, 1) if full.startswith(name.lower().rstrip(".")[:3])
    )


def _which_year(which: str | None, year: str | None, day: Day | None) -> int | None:
    if year:
        return int(year)
    if which and day:
        return day.year + {"last": -1, "previous": -1, "next": 1}.get(which.split()[-1], 0)
    return None


def _resolve(m: re.Match[str], day: Day | None, future: bool) -> tuple[Interval, Axis, bool]:
    """Interval, axis, and whether the words alone say it."""
    y: int | None
    n: int | None
    if m["day1"] or m["day2"]:
        number, name, year = (
            (m["day1"], m["daymonth1"], m["dayyear1"])
            if m["day1"]
            else (m["day2"], m["daymonth2"], m["dayyear2"])
        )
        y = int(year) if year else _nearest_year(_month_number(name), day, future, int(number))
        one = Day(y, _month_number(name), int(number)) if y else None
        return Interval(one, one), "day", bool(year)
    if m["q"]:
        y = int(m["qyear"]) if m["qyear"] else _quarter_year(int(m["q"]), day, future)
        return quarter_of(y, int(m["q"])) if y else _NOTHING, "quarter", bool(m["qyear"])
    if m["h"]:
        return half_of(int(m["hyear"]), int(m["h"])), "half", True
    if m["quarter"]:
        n = ORDINALS[m["quarter"].lower()]
        if m["fq"]:
            return _NOTHING, "quarter", False
        y = _which_year(m["quarterwhich"], m["quarteryear"], day) or _quarter_year(n, day, future)
        return quarter_of(y, n) if y else _NOTHING, "quarter", bool(m["quarteryear"])
    if m["half"]:
        n = min(ORDINALS[m["half"].lower()], 2)
        y = _which_year(m["halfwhich"], m["halfyear"], day)
        if y is None and day:
            y = day.year if (n == 1 and day.month > 6) or future else day.year - (day.month <= 6)
        return half_of(y, n) if y else _NOTHING, "half", bool(m["halfyear"])
    if m["edge"]:
        y, n = _which_year(m["edgewhich"], m["edgeyear"], day), _count(m["edge"])
        first = 13 - (n or 0) if m[0].lower().removeprefix("the ").startswith(("last", "final")) else 1  # fmt: skip
        return span_of_months(y, first, n) if y and n else _NOTHING, "other", bool(m["edgeyear"])
    if m["spanmonth"]:
        return _span_to(m, day), "other", bool(m["spanyear"])
    if m["fiscal"]:
        return _NOTHING, "fiscal", True
    if m["split"]:
        return _NOTHING, "fiscal", True
    if m["season"]:
        return _season(m["season"], int(m["seasonyear"])), "season", True
    if m["month"]:
        return _months(m, day, future)
    if m["rel"]:
        return *_relative(m, day), False
    if m["many"]:
        n = _count(m["manyn"])
        if n is None or day is None:
            return _NOTHING, "other", False
        if m["many"].lower() in {"next", "coming"}:
            return Interval(day, shifted(day, m["manyunit"], n)), "other", False
        return Interval(shifted(day, m["manyunit"], -n), day), "other", False
    if m["ago"]:
        n = _count(m["agon"])
        if n is None or day is None or m["ago"] != "ago":
            return _NOTHING, "other", False
        then = shifted(day, m["agounit"], -n)
        interval = {
            "year": year_of(then.year), "decade": _NOTHING, "month": month_of(then.year, then.month), "week": week_of(then),
            "day": Interval(then, then), "quarter": _NOTHING,
        }[m["agounit"]]  # fmt: skip
        return interval, "other", False
    if m["same"]:
        return _NOTHING, "other", False
    if m["yearto"] and m["yearto"].endswith("day"):
        return Interval(day, day), "day", False
    if m["yearto"] and day is not None:
        # "since the beginning of the year", "by the end of the month": the article's own.
        before = m.string[max(0, m.start() - 18) : m.start()].lower()
        if re.search(r"\b(?:start|beginning|end)\sof\s$", before):
            return (
                (
                    year_of(day.year)
                    if m["yearto"].endswith("year")
                    else month_of(day.year, day.month)
                ),
                "other",
                False,
            )
    if m["yearto"]:
        return _NOTHING, "other", False
    if m["decade"]:
        return Interval(Day(int(m["decade"]), 1, 1), Day(int(m["decade"]) + 9, 12, 31)), "other", True  # fmt: skip
    if m["years"]:
        return Interval(year_of(int(m["years"])).start, year_of(int(m["years2"])).end), "other", True  # fmt: skip
    if m["year"]:
        return year_of(int(m["year"])), "year", True
    if m["clock"]:
        return Interval(day, day), "day", False
    if m["weekday"]:
        return _weekday(m["weekday"], day, 0), "day", False
    shift = {"yesterday": -1, "tomorrow": 1}.get(m["now"].lower(), 0)
    one = shifted(day, "day", shift) if day else None
    return Interval(one, one), "day", False


def _nearest_year(month: int, day: Day | None, future: bool, number: int = 1) -> int | None:
    """Year of a month named without one: the latest that is not after the article, unless it is to come."""
    if day is None:
        return None
    if (month, number) > (day.month, day.day):
        near = (month - day.month) <= 3
        return day.year if future and (near or month - day.month <= 6) else day.year - 1
    return day.year + (1 if future and day.month - month > 6 else 0)


def _quarter_year(quarter: int, day: Day | None, future: bool) -> int | None:
    if day is None:
        return None
    end = quarter_of(day.year, quarter).end
    assert end is not None
    if end <= day or (future and (quarter_of(day.year, quarter).start or day) <= day):
        return day.year
    return day.year if future else day.year - 1


def _months(m: re.Match[str], day: Day | None, future: bool) -> tuple[Interval, Axis, bool]:
    first = _month_number(m["month"])
    last = _month_number(m["month2"]) if m["month2"] else first
    year = _which_year((m["monthwhich"] or "").replace("the ", "") or None, m["monthyear"], day)
    if m["monthwhich"] in {"the same", "the previous"}:
        return _NOTHING, "month", False
    if year is None:
        year = _nearest_year(last, day, future)
    if year is None:
        return _NOTHING, "month", False
    start = month_of(year - (first > last), first).start
    axis: Axis = "other" if m["month2"] else "month"
    return Interval(start, month_of(year, last).end), axis, bool(m["monthyear"])


def _season(name: str, year: int) -> Interval:
    """A meteorological season of the northern half; winter begins in December of its year."""
    first = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[name.lower()]
    return span_of_months(year, first, 3)


def _span_to(m: re.Match[str], day: Day | None) -> Interval:
    month = _month_number(m["spanmonth"])
    year = int(m["spanyear"]) if m["spanyear"] else _nearest_year(month, day, False)
    if year is None:
        return _NOTHING
    n = {"quarter": 3, "year": 12}.get(m["spanunit"])
    if n is None:
        n = _count(m["spanlen"]) if m["spanunit"] == "months" else None
    if n is None:
        return _NOTHING
    number = m["spanday"] or m["spanday2"]
    if number:
        end = Day(year, month, int(number))
        after = shifted(end, "day", 1)  # "the six months to 9 October" begin on 10 April
        return Interval(shifted(after, "month", -n), end)
    return Interval(month_of(year, month - n + 1).start, month_of(year, month).end)


def _relative(m: re.Match[str], day: Day | None) -> tuple[Interval, Axis]:
    if day is None:
        return _NOTHING, "other"
    unit, word = m["relunit"].lower(), m["rel"].lower()
    shift = {"last": -1, "previous": -1, "past": -1, "preceding": -1, "prior": -1, "latest": -1, "next": 1, "coming": 1, "following": 1}.get(word, 0)  # fmt: skip
    if word in {"following", "preceding", "prior"}:
        return _NOTHING, "other"
    if unit == "year":
        if word == "past":
            return Interval(shifted(day, "year", -1), day), "other"
        if m["so"]:
            return Interval(Day(day.year, 1, 1), day), "other"
        return year_of(day.year + shift), "year"
    if unit == "month":
        if word == "past":
            return Interval(shifted(day, "month", -1), day), "other"
        return month_of(day.year, day.month + shift), "month"
    if unit == "week":
        return week_of(shifted(day, "week", shift)), "other"
    if unit == "quarter":
        quarter = (day.month - 1) // 3 + 1 + shift
        return quarter_of(day.year + (quarter - 1) // 4, (quarter - 1) % 4 + 1), "quarter"
    if unit in WEEKDAYS:
        return _weekday(unit, day, 1 if word == "next" else 0), "day"
    if unit in {"morning", "evening", "afternoon"}:
        return Interval(day, day), "day"
    if unit in {"summer", "winter", "spring", "autumn", "season", "decade"}:
        return _NOTHING, "season"
    month = _month_number(m["relunit"])
    if word == "next":
        return month_of(day.year + (month <= day.month), month), "month"
    return month_of(day.year - (month >= day.month if word == "last" else month > day.month), month), "month"  # fmt: skip


def _weekday(name: str, day: Day | None, weeks: int) -> Interval:
    if day is None:
        return _NOTHING
    back = (day.weekday() - WEEKDAYS.index(name.lower())) % 7
    one = shifted(day, "day", -back if not weeks else 7 - back)
    return Interval(one, one)


def _with_lead(
    text: str, sentence: Span, core: Span, interval: Interval, axis: Axis, exact: bool, day: Day | None, match: re.Match[str],
) -> Time:  # fmt: skip
    """The time with its preposition, and what the preposition makes of the interval."""
    before = text[max(sentence.start, core.start - 30) : core.start]
    lead = _LEAD.search(before)
    start = core.start - (len(before) - lead.start("lead")) if lead else core.start
    word = " ".join(lead["lead"].lower().split()) if lead else ""
    own, axis_of_core = interval, axis
    if (
        word.split()[:1] in (["over"], ["within"])
        and match["rel"]
        and match["relunit"] == "year"
        and day
    ):
        ahead = match["rel"].lower() in {"next", "coming"}
        if ahead or match["rel"].lower() in {"last", "past"}:
            other = shifted(day, "year", 1 if ahead else -1)
            interval, axis = Interval(min(day, other), max(day, other)), "other"
    if word.startswith("since"):
        interval = Interval(interval.start, day if interval.start else None)
        axis = "other"
    elif word in {"by", "until", "till", "up to"} or word.startswith("by "):
        end = interval.end
        if day and end and not exact and end < day and match["month"] and not match["monthwhich"]:
            end = month_of(end.year + 1, end.month).end  # "by December" is still to come
        interval = Interval(None, end)
    elif word in {"at the start of", "at the beginning of", "start of"}:  # fmt: skip
        interval = Interval(interval.start, interval.start)
    elif word in {"at the end of", "at the close of", "end of"}:
        interval = Interval(interval.end, interval.end)
    elif word in {"before", "after"}:
        interval = _NOTHING
    if word.startswith("since") and _SUPERLATIVE.search(
        text[max(sentence.start, start - 70) : start]
    ):
        if WHEN.match(text, core.end):
            # "The largest loss since 1974, when 604 jobs were cut": the time of those jobs.
            return Time(core, core, own, axis_of_core, exact, is_report=True)
        # "The largest decline since 1972" says how rare it is, not when.
        return Time(Span(start, core.end), core, _NOTHING, "other", exact, is_report=True)
    is_day = axis == "day" and not match["clock"]
    if match["now"] and match["now"].lower() not in {"today", "yesterday", "tomorrow", "tonight"}:
        is_day = False  # "the fund says drivers currently pay": when they pay
    after = text[core.end : core.end + 12]
    published = _PUBLISHED.search(text[max(sentence.start, start - 90) : start]) is not None
    spoken = published or (is_day and (_REPORTED.search(text[max(sentence.start, start - 60) : start]) is not None or _REPORTS_AFTER.match(after) is not None))  # fmt: skip
    weak = bool(match["now"] or (match["yearto"] and interval == _NOTHING)) and not (
        match["now"] and match["now"].lower() in {"yesterday", "today"}
    )
    return Time(Span(start, core.end), core, interval, axis, exact, spoken, weak)


def _paired(text: str, times: Sequence[Time], day: Day | None) -> list[Time]:
    """Times with "between X and Y" and "from X to Y" joined to one."""
    found: list[Time] = []
    for time in times:
        before = found[-1] if found else None
        if before is not None and before.axis == "quarter" and text[before.core.end : time.core.start] == " (" and time.axis in {"month", "other"}:  # fmt: skip
            # "Q2 (July-September)": the source says which months it means.
            found[-1] = before._replace(interval=time.interval, is_exact=time.is_exact)
            continue
        if before is not None and _PAIR_GAP.fullmatch(text[before.core.end : time.core.start]):
            opener = text[before.span.start : before.core.start].lower().strip()
            gap = text[before.core.end : time.core.start].strip()
            if (
                opener.startswith("between")
                or (opener == "during" and gap == "and")
                or (opener.startswith("from") and gap != "and")
            ):
                interval = Interval(before.interval.start, time.interval.end)
                found[-1] = Time(
                    Span(before.span.start, time.core.end),
                    Span(before.core.start, time.core.end),
                    interval, "other", before.is_exact and time.is_exact, is_report=False,
                )  # fmt: skip
                continue
        found.append(time)
    return found
