"""When a number holds: words of time, and the days that they stand for.

The words are kept as a span; the days are ours, worked out from the article's date. Without a
date only words that name a year are resolved.
"""

from __future__ import annotations

import re

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
from briefer.callouts.leads import NOTHING, SUPERLATIVE, Axis, Time, paired, with_lead
from briefer.callouts.tense import is_future, is_past, is_present, looks_ahead_to
from briefer.callouts.time_words import (
    COUNTS,
    MONTH,
    MONTH_NAMES,
    ORDINALS,
    TIME,
    WEEKDAYS,
    is_modal,
    names_a_thing,
)
from briefer.types import Span


def times_in(text: str, sentence: Span, day: Day | None) -> list[Time]:
    """All words of time of a sentence, in order.

    Args:
        text: of the article.
        sentence: where to look.
        day: when the article was published, if known.
    """
    found: list[Time] = []
    at = sentence.start
    for match in TIME.finditer(text, sentence.start, sentence.end):
        if match.start() < at or (match["month"] == "May" and is_modal(text, match)):
            continue
        if match["now"] and text[match.end() : match.end() + 1] == "-":
            continue
        core = Span(match.start(), match.end())
        if names_a_thing(text, match):
            continue
        if match["vague"] and not _within(text, match, sentence):
            continue
        if match["loose"] and found and at == match.start() - 1:
            continue  # "this year so far": said of that time
        future, past = is_future(text, core, sentence), False
        try:
            if match["weekday"]:
                future = future and looks_ahead_to(text, core, sentence)
            elif match["month"] and not future and _is_soon(match["month"], day):
                future = is_present(text, core, sentence)
            elif match["day1"] or match["day2"]:
                past = not future and is_past(text, core, sentence)
            interval, axis, exact = _resolve(match, day, future, past)
        except (ValueError, OverflowError):  # 31 February, the year 0
            interval, axis, exact = NOTHING, "other", False
        if axis in {"quarter", "half"} and _is_of_fiscal_year(text, match):
            interval, axis, exact = NOTHING, "fiscal", False
        time = with_lead(text, sentence, core, interval, axis, exact, day, match)
        if (match["yearto"] or match["first"]) and time.span.start == time.core.start:
            continue  # "most of the day", "ending the year"
        found.append(time)
        at = match.end()
    return paired(text, found, day)


_WITHIN = re.compile(r"\b(?:in|over|within|during|for|throughout)\s(?:the\s)?$", re.IGNORECASE)


def _within(text: str, match: re.Match[str], sentence: Span) -> bool:
    """Whether a length of time is when something holds ("over three years"), and not how rare it is."""
    if match["vague"].lower().startswith(("these", "this", "that")):
        return True
    before = text[max(sentence.start, match.start() - 70) : match.start()]
    return _WITHIN.search(before) is not None and SUPERLATIVE.search(before) is None


# Of whose year the beginning is not told: "of its fiscal year", "of the year ending 31 March".
_OF_FISCAL_YEAR = re.compile(
    rf"\sof\s(?:its|the|their|his|her)\s(?:own\s)?(?:fiscal|financial)\b|\s(?:to|ended|ending|that\sended)\s(?:in\s)?(?:\d{{1,2}}\s)?{MONTH}"
)


def _is_of_fiscal_year(text: str, match: re.Match[str]) -> bool:
    """Whether a quarter or half is a company's own and not the calendar's."""
    if match["spanmonth"]:
        return False  # "the quarter to June" says itself when it ends
    if match["quarterfiscal"]:
        return True
    before = text[max(0, match.start() - 10) : match.start()].lower()
    return before.endswith(("fiscal ", "financial ")) or _OF_FISCAL_YEAR.match(text, match.end()) is not None  # fmt: skip


def _count(word: str | None) -> int | None:
    if not word:
        return None
    word = word.strip().lower()
    return int(word) if word.isdigit() else COUNTS.get(word)


def _is_soon(month: str, day: Day | None) -> bool:
    return day is not None and 0 < _month_number(month) - day.month <= 3


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


def _resolve(
    m: re.Match[str], day: Day | None, future: bool, past: bool
) -> tuple[Interval, Axis, bool]:
    """Interval, axis, and whether the words alone say it."""
    y: int | None
    n: int | None
    counted = _from_article(m, day)
    if counted is not None:
        return counted
    if m["iso"]:
        printed = Day.fromisoformat(m["iso"])
        return Interval(printed, printed), "day", True
    if m["day1"] or m["day2"]:
        number, name, year = (
            (m["day1"], m["daymonth1"], m["dayyear1"])
            if m["day1"]
            else (m["day2"], m["daymonth2"], m["dayyear2"])
        )
        y = int(year) if year else _year_of(_month_number(name), int(number), day, future, past)
        one = Day(y, _month_number(name), int(number)) if y else None
        return Interval(one, one), "day", bool(year)
    if m["q"]:
        y = int(m["qyear"]) if m["qyear"] else _quarter_year(int(m["q"]), day, future)
        return quarter_of(y, int(m["q"])) if y else NOTHING, "quarter", bool(m["qyear"])
    if m["h"]:
        return half_of(int(m["hyear"]), int(m["h"])), "half", True
    if m["quarter"]:
        n = ORDINALS[m["quarter"].lower()]
        if m["fq"]:
            return NOTHING, "quarter", False
        y = _which_year(m["quarterwhich"], m["quarteryear"], day) or _quarter_year(n, day, future)
        return quarter_of(y, n) if y else NOTHING, "quarter", bool(m["quarteryear"])
    if m["half"]:
        n = min(ORDINALS[m["half"].lower()], 2)
        y = _which_year(m["halfwhich"], m["halfyear"], day)
        if y is None and day:
            y = day.year if (n == 1 and day.month > 6) or future else day.year - (day.month <= 6)
        return half_of(y, n) if y else NOTHING, "half", bool(m["halfyear"])
    if m["edge"]:
        y, n = _which_year(m["edgewhich"], m["edgeyear"], day), _count(m["edge"])
        first = 13 - (n or 0) if m[0].lower().removeprefix("the ").startswith(("last", "final")) else 1  # fmt: skip
        return span_of_months(y, first, n) if y and n else NOTHING, "other", bool(m["edgeyear"])
    if m["spanmonth"]:
        return _span_to(m, day), "other", bool(m["spanyear"])
    if m["fiscal"] or m["fiscal3"]:
        return NOTHING, "fiscal", True
    if m["split"]:
        return NOTHING, "fiscal", True
    if m["season"]:
        return _season(m["season"], int(m["seasonyear"])), "season", True
    if m["month"]:
        return _months(m, day, future)
    if m["decade"]:
        return Interval(Day(int(m["decade"]), 1, 1), Day(int(m["decade"]) + 9, 12, 31)), "other", True  # fmt: skip
    if m["years"]:
        last = m["years2"] or m["years"][:3] + m["years3"]  # "2006–9"
        if int(last) < int(m["years"]):
            return NOTHING, "other", False
        return Interval(year_of(int(m["years"])).start, year_of(int(last)).end), "other", True
    if m["year"]:
        return year_of(int(m["year"])), "year", True
    if m["clock"]:
        return Interval(day, day), "day", False
    if m["weekday"]:
        if future and day is not None:
            ahead = (WEEKDAYS.index(m["weekday"].lower()) - day.weekday()) % 7
            one = shifted(day, "day", ahead)
            return Interval(one, one), "day", False
        return _weekday(m["weekday"], day, 0), "day", False
    shift = {"yesterday": -1, "tomorrow": 1}.get(m["now"].lower(), 0)
    one = shifted(day, "day", shift) if day else None
    return Interval(one, one), "day", False


def _from_article(m: re.Match[str], day: Day | None) -> tuple[Interval, Axis, bool] | None:
    """Words that count from the article's day or name no days; ``None`` for all others."""
    n: int | None
    if m["rel"]:
        return *_relative(m, day), False
    if m["many"]:
        n = _count(m["manyn"])
        if n is None or day is None or m["many"].lower() in {"prior", "following"}:
            return NOTHING, "other", False
        if m["many"].lower() in {"next", "coming"}:
            return Interval(day, shifted(day, m["manyunit"], n)), "other", False
        return Interval(shifted(day, m["manyunit"], -n), day), "other", False
    if m["ago"]:
        n = _count(m["agon"])
        if n is None or day is None or m["ago"] != "ago":
            return NOTHING, "other", False
        then = shifted(day, m["agounit"], -n)
        interval = {
            "year": year_of(then.year), "decade": year_of(then.year), "month": month_of(then.year, then.month), "week": week_of(then),
            "day": Interval(then, then), "quarter": NOTHING,
        }[m["agounit"]]  # fmt: skip
        return interval, "other", False
    if m["same"] or m["vague"] or m["first"]:
        return NOTHING, "other", False
    if m["loose"]:
        up_to_now = m["loose"].lower() in {"so far", "to date"}
        return Interval(None, day if up_to_now else None), "other", False
    if m["yearend"]:
        return (
            (Interval(Day(day.year, 12, 31), Day(day.year, 12, 31)) if day else NOTHING),
            "day",
            False,
        )
    if m["todate"]:
        return Interval(Day(day.year, 1, 1), day) if day else NOTHING, "other", False
    if m["yearto"] and m["yearto"].endswith("day"):
        return Interval(day, day), "day", False
    if m["yearto"] and day is not None:
        # "since the beginning of the year", "by the end of the month": the article's own.
        before = m.string[max(0, m.start() - 18) : m.start()].lower()
        if re.search(r"\b(?:start|beginning|end)\sof\s$", before) and not m["yearto"].endswith("quarter"):  # fmt: skip
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
        return NOTHING, "other", False
    return None


def _year_of(month: int, number: int, day: Day | None, future: bool, past: bool) -> int | None:
    """Year of a day named without one: the last such day, or the next if it is near or to come.

    Nobody calls a day of eleven months ago "15 March": in the weeks before it that is the next one, unless
    something happened on it.
    """
    if day is None:
        return None
    ahead = (month - day.month) * _DAYS_A_MONTH + number - day.day
    if ahead <= 0:
        next_is_near = ahead + _DAYS_A_YEAR <= _NEAR and not past
        return day.year + (1 if next_is_near or (future and ahead < -_NEAR) else 0)
    return day.year if future or (ahead <= _NEAR and not past) else day.year - 1


_DAYS_A_MONTH, _DAYS_A_YEAR, _NEAR = 30, 360, 60


def _nearest_year(month: int, day: Day | None, future: bool) -> int | None:
    """Year of a month named without one: the latest that is not after the article, unless it is to come."""
    if day is None:
        return None
    if month > day.month:
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
        return NOTHING, "month", False
    if year is None:
        year = _nearest_year(last, day, future)
    if year is None:
        return NOTHING, "month", False
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
        return NOTHING
    n = {"month": 1, "quarter": 3, "year": 12}.get(m["spanunit"])
    if n is None:
        n = _count(m["spanlen"]) if m["spanunit"] == "months" else None
    if n is None:
        return NOTHING
    number = m["spanday"] or m["spanday2"]
    if number:
        end = Day(year, month, int(number))
        after = shifted(end, "day", 1)  # "the six months to 9 October" begin on 10 April
        return Interval(shifted(after, "month", -n), end)
    return Interval(month_of(year, month - n + 1).start, month_of(year, month).end)


def _relative(m: re.Match[str], day: Day | None) -> tuple[Interval, Axis]:
    if day is None:
        return NOTHING, "other"
    unit, word = m["relunit"].lower(), m["rel"].lower()
    shift = {"last": -1, "previous": -1, "past": -1, "preceding": -1, "prior": -1, "latest": -1, "next": 1, "coming": 1, "following": 1}.get(word, 0)  # fmt: skip
    if word in {"following", "preceding", "prior"}:
        return NOTHING, "other"
    if m["relfiscal"]:
        return NOTHING, "fiscal"  # nobody said when it begins
    if unit == "year":
        if word == "past":
            return Interval(shifted(day, "year", -1), day), "other"
        if m["so"] and not shift:
            return Interval(Day(day.year, 1, 1), day), "other"
        return year_of(day.year + shift), "year"
    if unit == "month":
        if word == "past":
            return Interval(shifted(day, "month", -1), day), "other"
        if m["so"] and not shift:
            return Interval(month_of(day.year, day.month).start, day), "other"
        return month_of(day.year, day.month + shift), "month"
    if unit == "weekend":
        sunday = shifted(day, "day", -((day.weekday() + 1) % 7)) if shift < 0 or day.weekday() > 4 else shifted(day, "day", 6 - day.weekday())  # fmt: skip
        return Interval(shifted(sunday, "day", -1), sunday) if word != "next" else NOTHING, "other"
    if unit == "week":
        if word == "past":
            return Interval(shifted(day, "week", -1), day), "other"
        return week_of(shifted(day, "week", shift)), "other"
    if unit == "quarter":
        quarter = (day.month - 1) // 3 + 1 + shift
        return quarter_of(day.year + (quarter - 1) // 4, (quarter - 1) % 4 + 1), "quarter"
    if unit in WEEKDAYS:
        return _weekday(unit, day, 1 if word == "next" else 0), "day"
    if unit in {"morning", "evening", "afternoon"}:
        return Interval(day, day), "day"
    if unit == "decade" and shift:
        then = shifted(day, "decade", shift)
        return Interval(min(day, then), max(day, then)), "other"
    if unit in {"summer", "winter", "spring", "autumn", "season", "decade"}:
        return NOTHING, "season"
    month = _month_number(m["relunit"])
    if word == "next":
        return month_of(day.year + (month <= day.month), month), "month"
    return month_of(day.year - (month >= day.month if word == "last" else month > day.month), month), "month"  # fmt: skip


def _weekday(name: str, day: Day | None, weeks: int) -> Interval:
    if day is None:
        return NOTHING
    back = (day.weekday() - WEEKDAYS.index(name.lower())) % 7
    one = shifted(day, "day", -back if not weeks else 7 - back)
    return Interval(one, one)
