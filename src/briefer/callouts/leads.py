"""The words before a time, and what they make of it: "since", "by the end of", "between X and Y"."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from briefer.callouts.calendar import Day, Interval, month_of, shifted
from briefer.callouts.time_words import COUNTS
from briefer.types import Period, Span

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
    r"\b(?:released|published|issued|unveiled|announced|founded|established|enacted|passed|adopted|incorporated)\s(?:by\s(?:[\w.’'-]+\s){1,8}?)?(?:earlier\s|late\s|early\s|on\s)?$"
)
# "have risen 23 percent this year", "this year so far": up to the article's day.
_UP_TO_NOW = re.compile(
    r"(?<!will\s)(?<!would\s)(?<!could\s)(?<!might\s)(?<!may\s)(?<!to\s)\b(?:has|have|having|['’]ve)\s(?!to\b)[^,;:]*$|"
    r"\bso\sfar\b|\bto\sdate\b",
    re.IGNORECASE,
)
# "will rise on Friday", "to be cut by Friday": the coming one.
_AHEAD = re.compile(
    r"\b(?:will|set\sto|due|scheduled|slated|plans?\sto|expected\sto|must)\b(?:(?!\b(?:sa[iy]|told|announc|report))[^,;:.])*\b(?:on|by|until|till|before)\s$",
    re.IGNORECASE,
)
# "since its debut on 26 May 1896", "since records began in March"
_SINCE_EVENT = re.compile(
    r"\b[Ss]ince\s(?:[^\s,;:()\d–—-][^\s,;:()\d]*\s){1,9}(?:on|in|of)\s(?:late\s|early\s)?$"
)
# "Starting in July 2027": from then on.
_STARTING = re.compile(r"\b(?:[Ss]tarting|[Bb]eginning|[Ee]ffective|[Cc]ommencing)\s(?:from\s|with\s|in\s|on\s)?$")  # fmt: skip
# "the current quarter, which ends on 26 June"
_ENDS = re.compile(r",?\s(?:which\s|that\s)?(?:ends?|ended|ending|closes|closed)\s(?:on\s)?")
_CLOCK = re.compile(r"noon|mid-?\w+|\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?)?|the\sclos\w+\sbell|the\sclose\sof\strading", re.I)  # fmt: skip
_CLOCK_GAP = re.compile(r"(?:\s\([^()]{1,20}\))?,?\s(?:on\s)?")
# "Last month the port announced that…": when it was announced.
_THEN_SAID = re.compile(
    r",?\s[^,.;:()\d]{2,60}?\s(?:announced|said|revealed|confirmed|stated|warned|disclosed|admitted)\s(?:that|it|plans?|they)\b"
)
_REPORTS_AFTER = re.compile(
    r"\s(?:showed|said|that|announced|reported|revealed|confirmed|warned)\b"
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


SUPERLATIVE = re.compile(
    r"\b(?:[a-z]{3,}est|(?:not|never|un)\s?seen|first|worst|best|most|least|record|longest)\b[^.;]{0,60}$",
    re.I,
)
# "the biggest fall of the past six years"
_RAREST = re.compile(
    r"\b(?:[a-z]{3,}est|first|worst|best|record)(?:\s[a-z]+){0,4}\s(?:of|in|for|over|during)\s(?:the\s)?$"
)
NOTHING = Interval(None, None)
#: After a time that holds for what follows: "since May 1974, when 604 jobs were cut".
WHEN = re.compile(r",?\swhen\s")


def with_lead(
    text: str, sentence: Span, core: Span, interval: Interval, axis: Axis, exact: bool, day: Day | None, match: re.Match[str],
) -> Time:  # fmt: skip
    """The time with its preposition, and what the preposition makes of the interval."""
    before = text[max(sentence.start, core.start - 30) : core.start]
    lead = _LEAD.search(before)
    start = core.start - (len(before) - lead.start("lead")) if lead else core.start
    word = " ".join(lead["lead"].lower().split()) if lead else ""
    if match["weekday"] and day and interval.end and interval.end < day and _AHEAD.search(text[sentence.start : core.start]):  # fmt: skip
        one = shifted(interval.end, "day", 7)
        interval = Interval(one, one)
    since = _SINCE_EVENT.search(text[max(sentence.start, core.start - 90) : core.start])
    if since and not match["now"]:
        start, word = core.start - len(since[0]), "since"
    own, axis_of_core = interval, axis
    if _STARTING.search(text[max(sentence.start, start - 16) : core.start]):
        interval = Interval(interval.start, None)
    if word == "within" and match["vague"] and day and (number := COUNTS.get(match["vague"].split()[0].lower())):  # fmt: skip
        interval = Interval(day, shifted(day, match["vague"].split()[1].rstrip("s"), number))
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
    elif day and match["rel"] and match["rel"].lower() == "this" and _UP_TO_NOW.search(text[max(sentence.start, core.start - 90) : core.end + 12]):  # fmt: skip
        interval = Interval(interval.start, min(day, interval.end) if interval.end else None)
    elif word in {"by", "until", "till", "up to"} or word.startswith("by "):
        end = interval.end
        if day and end and not exact and end < day and match["month"] and not match["monthwhich"]:
            interval = month_of(end.year + 1, end.month)  # "by December" is still to come
        interval = _reached(word, interval, day)
    elif word in {"at the start of", "at the beginning of", "start of"}:  # fmt: skip
        interval = Interval(interval.start, interval.start)
    elif word in {"at the end of", "at the close of", "end of"}:
        interval = Interval(interval.end, interval.end)
    elif word in {"before", "after"}:
        interval = NOTHING
    if word.startswith("since") and SUPERLATIVE.search(
        text[max(sentence.start, start - 70) : start]
    ):
        if WHEN.match(text, core.end):
            # "The largest loss since 1974, when 604 jobs were cut": the time of those jobs.
            return Time(core, core, own, axis_of_core, exact, is_report=True)
        # "The largest decline since 1972" says how rare it is, not when.
        return Time(Span(start, core.end), core, NOTHING, "other", exact, is_report=True)
    if match["many"] and _RAREST.search(text[max(sentence.start, start - 60) : core.start]):
        return Time(Span(start, core.end), core, NOTHING, "other", exact, is_report=True)
    is_day = axis == "day" and not match["clock"]
    if match["now"] and match["now"].lower() not in {"today", "yesterday", "tomorrow", "tonight"}:
        is_day = False  # "the fund says drivers currently pay": when they pay
    after = text[core.end : core.end + 12]
    published = _PUBLISHED.search(text[max(sentence.start, start - 90) : start]) is not None
    opens = (
        start - sentence.start < 4 and _THEN_SAID.match(text, core.end, sentence.end) is not None
    )
    spoken = published or opens or (is_day and (_REPORTED.search(text[max(sentence.start, start - 60) : start]) is not None or _REPORTS_AFTER.match(after) is not None))  # fmt: skip
    weak = bool(
        match["now"] or match["loose"] or (match["yearto"] and interval == NOTHING)
    ) and not (match["now"] and match["now"].lower() in {"yesterday", "today"})
    return Time(Span(start, core.end), core, interval, axis, exact, spoken, weak)


def _reached(word: str, interval: Interval, day: Day | None) -> Interval:
    """What "by" makes of a time: the month or year it was reached in, or a deadline that is still open."""
    start, end = interval
    if not word.startswith("by") or start is None or end is None:
        return Interval(None, end)
    if "end of" in word or "close of" in word:
        return Interval(end if day and end <= day else None, end)
    return interval


def _follows(before: Time, time: Time) -> bool:
    """Whether a time begins where the one before it ends: "in December 2007 and January 2008"."""
    end, start = before.interval.end, time.interval.start
    return before.axis == time.axis and end is not None and start is not None and shifted(end, "day", 1) == start  # fmt: skip


def paired(text: str, times: Sequence[Time], day: Day | None) -> list[Time]:
    """Times with "between X and Y" and "from X to Y" joined to one."""
    found: list[Time] = []
    for time in times:
        before = found[-1] if found else None
        if before is not None and before.axis == "quarter" and text[before.core.end : time.core.start] == " (" and time.axis in {"month", "other"}:  # fmt: skip
            # "Q2 (July-September)": the source says which months it means.
            found[-1] = before._replace(interval=time.interval, is_exact=time.is_exact)
            continue
        gap = text[before.core.end : time.core.start] if before is not None else ""
        if before is not None and time.axis == "day" and _CLOCK.fullmatch(before.core.of(text)) and _CLOCK_GAP.fullmatch(gap):  # fmt: skip
            # "at 10:23 p.m. on 25 October": on that day
            found[-1] = time._replace(span=Span(before.span.start, time.core.end), core=Span(before.core.start, time.core.end), is_report=before.is_report)  # fmt: skip
            continue
        if before is not None and before.axis in {"quarter", "fiscal", "year", "other"} and time.axis == "day" and _ENDS.fullmatch(gap):  # fmt: skip
            found[-1] = _ending(text, before, time, day)
            continue
        since = (
            before is not None
            and text[before.span.start : before.span.start + 5].lower() == "since"
        )
        if before is not None and (before.axis == "day" or since) and time.axis == "year" and not time.is_exact and time.interval.start is not None and before.interval.start is not None and text[before.core.end : time.span.start] == " ":  # fmt: skip
            one = before.interval.start
            with contextlib.suppress(ValueError):  # 29 February
                one = one.replace(year=time.interval.start.year)
            found[-1] = before._replace(span=Span(before.span.start, time.core.end), core=Span(before.core.start, time.core.end), interval=Interval(one, day if since else one))  # fmt: skip
            continue  # "on 1 January next year", "since 1 October this year"
        if before is not None and text[before.core.end : time.core.start] == " on " and before.axis in {"month", "other"} and time.axis == "day":  # fmt: skip
            found[-1] = time._replace(span=Span(before.span.start, time.core.end), core=Span(before.core.start, time.core.end))  # fmt: skip
            continue  # "earlier this month on 17 October"
        if before is not None and _PAIR_GAP.fullmatch(text[before.core.end : time.core.start]):
            opener = text[before.span.start : before.core.start].lower().strip()
            gap = gap.strip()
            if (
                opener.startswith("between")
                or (before.axis == "day" and gap == "and" and _follows(before, time))
                or (opener in {"in", "during"} and gap == "and" and _follows(before, time))
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


def _ending(text: str, before: Time, time: Time, day: Day | None) -> Time:
    """A quarter or year with the day on which it ends: "the last quarter, which ended on 30 December"."""
    end = time.interval.end
    if end and day and end < day and not time.is_exact and re.search(r"\b(?:ends|ending|closes)\b", text[before.core.end : time.core.start]):  # fmt: skip
        end = shifted(end, "year", 1)  # it has not ended yet
    unit = next((u for u in ("quarter", "month", "year") if u in before.core.of(text)), None)
    start = None
    if end and unit and text[before.span.start : before.span.start + 3].lower() != "by ":
        # Quarters that end on the Friday or Saturday nearest to a month's last day begin with a month.
        start = shifted(shifted(end, "day", 3).replace(day=1), unit, -1)
        if shifted(end, "day", 3).month == end.month:
            start = shifted(shifted(end, "day", 1), unit, -1)
    return before._replace(interval=Interval(start, end), axis="other", is_exact=time.is_exact)


def period_of(time: Time | None) -> Period | None:
    """A time as a callout keeps it."""
    if time is None:
        return None
    start, end = time.interval
    return Period(
        time.span,
        start.isoformat() if start else None,
        end.isoformat() if end else None,
        is_exact=time.is_exact,
    )
