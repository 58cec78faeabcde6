"""The rules' callout and a trained reader's reading of its number, made into one callout.

Where the two agree nothing changes. Where they differ, the reader has the word on what is
measured, since it sees the whole sentence; the rules keep whose it is, and times and directions
change only when the reader is much surer of something else. Everything stays a span of the source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from briefer.callouts.changes import nearest_change
from briefer.callouts.leads import Time, period_of
from briefer.callouts.readings import Pointer, Reading
from briefer.types import Callout, Change, Direction, Period, Span

# What the rules' own answer weighs against the reader's, in nats; set on 96 articles that neither
# had seen (docs/design-notes.md).
_RULES_ON_PERIOD, _RULES_ON_DIRECTION = 2.0, 4.0
_NEW_WORDS_OF_TIME = 0.5
_SAME = 0.88  # likeness of two measures that say one thing
_DIRECTIONS: tuple[Direction | None, ...] = (None, "up", "down")
_WORD = re.compile(r"[^\W_]+")
# "Inflation in Velland |is forecast to slow"
_PREDICATE = re.compile(r"\s(?:is|are|was|were|will|would|has|have|had|could|may|might)\b")
_OPENS = re.compile(r"(?:[\s,;:.)–—-]|(?:the|an?|its|their|his|her|our)\s)+", re.IGNORECASE)
_CLOSES = re.compile(r"[\s,;:.(–—-]+$")


_OF_TIME = re.compile(
    r"\b(?:years?|months?|weeks?|days?|hours?|quarters?|decades?|century|centuries|seasons?|periods?|time|date|now|current(?:ly)?|recent(?:ly)?|"
    r"mornings?|afternoon|evening|night|session|trading|spring|summer|autumn|winter|future|launch|today|yesterday|noon|midnight|opening|closing|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:1[89]|20)\d\d)\b",
    re.IGNORECASE,
)
_OF_BASIS = re.compile(
    r"(?:than|from|compared|on\sthe\ssame|over\sthe\ssame|against|versus)\b", re.IGNORECASE
)
# "to end the day at 9,505": what was closed is the day.
_NO_TIME = re.compile(r"(?:for\s)?(?:(?:the\s)?(?:most|rest|end)\sof\s)?the\s(?:day|time)", re.IGNORECASE)  # fmt: skip


class Agreement(NamedTuple):
    """How far rules and reader say the same of a number; each from 0 to 1 but the margin.

    Attributes:
        measure: likeness of the words that say what it measures (Dice).
        measure_score: log-probability of the reader's measure.
        period: whether both mean the same time, or none.
        period_margin: between the chosen time and none, or none and the best time, in nats.
        direction: probability that the reader gives the rules' direction.
    """

    measure: float
    measure_score: float
    period: float
    period_margin: float
    direction: float


def decide(
    text: str, callout: Callout, reading: Reading, times: Sequence[Time]
) -> tuple[Callout, Agreement]:
    """The callout with what rules and reader together say.

    Args:
        text: of the article.
        callout: by the rules; a series is left as it is.
        reading: of its number.
        times: words of time of its sentence.
    """
    offset = callout.sentence.start
    score, found = reading.measure.best()
    span = _tidied(text, Span(found.start + offset, found.end + offset)) if found else None
    likeness = max((_likeness(text, span, other) for other in callout.measure), default=0.0) if span else 0.0  # fmt: skip
    period, period_agrees, margin = _period(text, callout, reading.period, times)
    rule = _DIRECTIONS.index(callout.change.direction if callout.change else None)
    agreement = Agreement(
        likeness, score, float(period_agrees), min(margin, 12.0), reading.directions[rule]
    )
    if callout.kind == "series":
        return callout, agreement
    if span is not None and score > reading.measure.nowhere:
        callout = _measured(text, callout, span)
    callout = msgspec.structs.replace(callout, period=period)
    return _directed(text, callout, reading, rule), agreement


def _tidied(text: str, span: Span) -> Span | None:
    """Without articles and marks at its ends; ``None`` if nothing is left."""
    opening = _OPENS.match(text, span.start, span.end)
    start = opening.end() if opening else span.start
    closing = _CLOSES.search(text[start : span.end])
    end = start + closing.start() if closing else span.end
    return Span(start, end) if end - start > 1 else None


def _likeness(text: str, a: Span, b: Span) -> float:
    one, two = ({word.lower() for word in _WORD.findall(span.of(text))} for span in (a, b))
    return 2 * len(one & two) / (len(one) + len(two)) if one or two else 0.0


def _overlaps(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _measured(text: str, callout: Callout, span: Span) -> Callout:
    """The callout with the reader's measure in the place of the rules' that it meets, or before it."""
    rules = callout.measure
    for other in rules:
        goes_on = span.start == other.start and _PREDICATE.match(text, other.end, span.end)
        if goes_on or _likeness(text, span, other) >= _SAME:
            return callout  # the same, or with what is said of it
    figure = callout.figure
    if _overlaps(span, figure):
        if span.start < figure.start:
            span = Span(span.start, figure.start)
        elif span.end > figure.end:
            # "13 employees |from a restaurant": with the counted noun, without the number.
            unit = callout.unit
            counted = unit is not None and callout.number.end <= unit.start < span.end
            start = unit.start if unit is not None and counted else figure.end
            span = Span(max(span.start, start), span.end)
        else:
            return callout
    met = next((i for i, other in enumerate(rules) if _overlaps(other, span)), None)
    if met is None:
        return msgspec.structs.replace(callout, measure=(span, *rules[:1]))
    kept = [other for other in rules if not _overlaps(other, span)]
    kept.insert(min(met, len(kept)), span)
    return msgspec.structs.replace(callout, measure=tuple(kept[:2]))


def _period(
    text: str, callout: Callout, pointer: Pointer, times: Sequence[Time]
) -> tuple[Period | None, bool, float]:
    """When the number holds, whether rules and reader agree on it, and by how much it won."""
    rules, offset = callout.period, callout.sentence.start
    basis = callout.change.basis if callout.change else None

    def is_rules(time: Time) -> bool:
        return rules is not None and _overlaps(rules.span, time.span)

    scored = [
        (
            pointer.of(time.span.start - offset, time.span.end - offset)
            + (_RULES_ON_PERIOD if is_rules(time) else 0.0),
            i,
        )
        for i, time in enumerate(times)
        if basis is None or not _overlaps(basis, time.span)
    ]
    nowhere = pointer.nowhere + (0.0 if rules else _RULES_ON_PERIOD)
    best, at = max(scored, default=(-99.0, -1))
    margin = abs(max(best, -12.0) - max(nowhere, -12.0))
    if best > nowhere:
        if is_rules(times[at]):
            return rules, True, margin
        return period_of(times[at]), False, margin
    score, words = pointer.best()
    if words is not None and score - pointer.nowhere > _NEW_WORDS_OF_TIME:
        span = Span(words.start + offset, words.end + offset)
        known = any(_overlaps(span, time.span) for time in times)
        if not known and not _overlaps(span, callout.figure) and _says_when(span.of(text)):
            return Period(span, None, None, is_exact=False), False, margin
    return None, rules is None, margin


def _says_when(words: str) -> bool:
    """Whether words are of time, and name no basis of a comparison."""
    if _OF_BASIS.match(words) or _NO_TIME.fullmatch(words):
        return False
    return _OF_TIME.search(words) is not None


def _directed(text: str, callout: Callout, reading: Reading, rule: int) -> Callout:
    """The callout without a direction that the reader denies, or with one that words nearby confirm."""
    weighed = [
        math.log(p + 1e-6) + (_RULES_ON_DIRECTION if i == rule else 0.0)
        for i, p in enumerate(reading.directions)
    ]
    chosen = weighed.index(max(weighed))
    if chosen == rule:
        return callout
    direction = _DIRECTIONS[chosen]
    if direction is None or callout.change is not None:
        return msgspec.structs.replace(callout, change=None, kind="level")
    words = nearest_change(text, callout.figure, callout.sentence, direction)
    if words is None:
        return callout
    return msgspec.structs.replace(callout, change=Change(direction, words))
