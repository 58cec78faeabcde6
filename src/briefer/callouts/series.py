"""Series: three or more values of one measure in one unit, each with its own time on one axis.

Refused when units mix, a point is a bound, a range or a forecast, a time is repeated, or anything
but changes and times stands between the points (another place, another group, another thing).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from briefer.callouts.attribution import standing_of
from briefer.callouts.figures import Figure
from briefer.callouts.leads import Time
from briefer.types import Span

MIN_POINTS = 3
_AXES = {"year", "quarter", "half", "month", "day", "season", "fiscal"}
_ROLES = {"quantity", "label"}
# What may stand between two points besides the time and the unit.
_GAP_WORDS = frozenset(
    """and then but it they was were had has been is at to by in of for on the a from while before after down up rose risen rising
    fell fallen falling dropped dropping slipped climbed recovered recovering increased decreased declined declining grew
    shrank eased easing jumped surged slumped plunged tumbled dipped edged rebounded reached hit stood came compared with
    against again back further sharply slightly only just followed followed peaking peaked reaching respectively year
    month quarter half compared that figure number rate total this last same stands improved improving soared gained lost
    ended returning returned fiscal cent per percent points point more an all late early end start did no change
    ago earlier value values decreasing increasing growing shrinking using recorded reported registered counted""".split()
)


class Series(NamedTuple):
    """Figures of a series with their times, in the order of time."""

    figures: tuple[Figure, ...]
    times: tuple[Time, ...]


def find_series(
    text: str, figures: Sequence[Figure], times: Sequence[Time | None], all_times: Sequence[Time], sentence: Span
) -> Series | None:  # fmt: skip
    """The series of a sentence, or ``None``.

    Args:
        text: of the article.
        figures: of the sentence, in order.
        times: of each figure.
        all_times: every time of the sentence.
        sentence: where it stands.
    """
    listed = _respectively(text, figures, all_times, sentence)
    if listed is not None:
        return _checked(text, listed, sentence)
    best: Series | None = None
    run: list[tuple[Figure, Time]] = []
    for figure, time in zip(figures, times, strict=True):
        if figure.role.role not in _ROLES:
            continue
        if run and time is not None and _continues(text, run[-1], figure, time):
            run.append((figure, time))
            continue
        if run and _is_aside(figure, all_times):
            continue
        best = best or _checked(text, run, sentence)
        run = [(figure, time)] if time is not None else []
    return best or _checked(text, run, sentence)


def _is_aside(figure: Figure, times: Sequence[Time]) -> bool:
    """Whether a figure inside the run is a part of its words of time, such as the 10 of "10 March"."""
    return any(time.core.holds(figure.number.digits) for time in times)


def _continues(text: str, before: tuple[Figure, Time], figure: Figure, time: Time) -> bool:
    """Whether nothing but times, units and changes stands between two points."""
    low, high = before[0].span.end, figure.span.start
    gap = text[low:high]
    for spoken in (before[1], time):
        if low <= spoken.core.start and spoken.core.end <= high:
            gap = gap.replace(text[spoken.core.start : spoken.core.end], " ", 1)
    for span in before[0].measure:
        part = text[max(span.start, low) : min(span.end, high)]
        if part:
            gap = gap.replace(part, " ", 1)
    unit = before[0].unit
    if unit is not None:
        gap = gap.replace(unit.span.of(text), " ")
    return all(word.lower() in _GAP_WORDS for word in re.findall(r"[^\W\d_]+", gap)) and not re.search(r"\d", gap)  # fmt: skip


def _respectively(
    text: str, figures: Sequence[Figure], times: Sequence[Time], sentence: Span
) -> list[tuple[Figure, Time]] | None:
    """As in "In 2018, 2019 and 2020 … $4.1bn, $3.8bn and $4.4bn respectively"."""
    if not re.search(r"\brespectively\b", sentence.of(text)):
        return None
    values = [f for f in figures if f.role.role == "quantity" and f.unit is not None]
    points = [time for time in times if not time.is_report]
    if len(values) != len(points) or len(values) < MIN_POINTS:
        return None
    if max(p.core.start for p in points) > min(v.span.start for v in values) and max(
        v.span.start for v in values
    ) > min(p.core.start for p in points):
        return None
    return list(zip(values, points, strict=True))


def _checked(text: str, run: Sequence[tuple[Figure, Time]], sentence: Span) -> Series | None:
    if len(run) < MIN_POINTS:
        return None
    figures = [figure for figure, _ in run]
    times = [time for _, time in run]
    first = figures[0].unit
    for figure, time in run:
        unit = figure.unit
        if unit is not None and (first is None or unit.name != first.name):
            return None
        if figure.bound.sign != "=" or figure.number.kind not in {"digits", "words"} or figure.value is None:  # fmt: skip
            return None
        standing = standing_of(text, figure.span, _own_words(text, figure, run, sentence), is_base=False)  # fmt: skip
        if standing in {"forecast", "target"}:
            return None
        if time.axis not in _AXES:
            return None
    if len({time.axis for time in times}) != 1:
        return None
    words = [time.core.printed(text).lower() for time in times]
    if len(set(words)) != len(words):
        return None
    return _in_order_of_time(text, figures, times)


def _own_words(
    text: str, figure: Figure, run: Sequence[tuple[Figure, Time]], sentence: Span
) -> Span:
    """From the point before to this one: where a forecast of this point would be said."""
    before = [f.span.end for f, _ in run if f.span.end <= figure.span.start]
    return Span(max(before, default=sentence.start), figure.span.end)


def _in_order_of_time(text: str, figures: Sequence[Figure], times: Sequence[Time]) -> Series | None:
    keys = [key for time in times if (key := _key(text, time)) is not None]
    if len(keys) < len(times):
        # Months and weekdays without a year: in the order given, or its reverse after "down from".
        reverse = re.search(r"\b(?:from|compared\swith|compared\sto|against)\b", text[figures[0].span.end : figures[1].span.start])  # fmt: skip
        order = list(range(len(figures)))
        if reverse:
            order.reverse()
    else:
        order = sorted(range(len(figures)), key=keys.__getitem__)
    return Series(tuple(figures[i] for i in order), tuple(times[i] for i in order))


def _key(text: str, time: Time) -> str | None:
    if time.axis in {"month", "day"} and not time.is_exact:
        return None
    if time.interval.end is not None:
        return time.interval.end.isoformat()
    if time.interval.start is not None:
        return time.interval.start.isoformat()
    if time.axis == "fiscal":
        match = re.search(r"(?:19|20)\d\d", time.core.of(text))
        return match[0] if match else None
    return None
