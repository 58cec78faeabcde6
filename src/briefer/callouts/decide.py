"""The rules' callout and a trained reader's reading of its number, made into one callout.

Where the two agree nothing changes. Where they differ, the reader has the word on what is
measured, since it sees the whole sentence; the rules keep whose it is. Of the times the best is
chosen (`when`), and a direction changes only when the reader is much surer of another. Everything
stays a span of the source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from briefer.callouts.changes import nearest_change
from briefer.callouts.leads import Time
from briefer.callouts.readings import Reading
from briefer.callouts.when import choose
from briefer.types import Callout, Change, Direction, Span

# What the rules' own direction weighs against the reader's, in nats; set on articles that neither
# had seen (docs/design-notes.md).
_RULES_ON_DIRECTION = 4.0
_SAME = 0.88  # likeness of two measures that say one thing
_DIRECTIONS: tuple[Direction | None, ...] = (None, "up", "down")
_WORD = re.compile(r"[^\W_]+")
# "Inflation in Velland |is forecast to slow"
_PREDICATE = re.compile(r"\s(?:is|are|was|were|will|would|has|have|had|could|may|might)\b")
_OPENS = re.compile(r"(?:[\s,;:.)–—-]|(?:the|an?|its|their|his|her|our)\s)+", re.IGNORECASE)
_BASE = re.compile(r"\bfrom\s(?:\w+\s)?$")  # "rose from |10 percent": where it came from
_CLOSES = re.compile(r"[\s,;:.(–—-]+$")


class Agreement(NamedTuple):
    """How far rules and reader say the same of a number; each from 0 to 1 but the margin.

    Attributes:
        measure: likeness of the words that say what it measures (Dice).
        measure_score: log-probability of the reader's measure.
        period: whether the rules' time was chosen, or none by both.
        period_margin: between the chosen time and the next best, in nats.
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
    when, margin = choose(text, callout, reading.period, times)
    rule = _DIRECTIONS.index(callout.change.direction if callout.change else None)
    agreement = Agreement(likeness, score, float(when.is_rules), margin, reading.directions[rule])
    if callout.kind == "series":
        return callout, agreement
    if span is not None and score > reading.measure.nowhere:
        callout = _measured(text, callout, span)
    callout = msgspec.structs.replace(callout, period=when.period)
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


def _measured(text: str, callout: Callout, span: Span) -> Callout:
    """The callout with the reader's measure in the place of the rules' that it meets, or before it."""
    rules = callout.measure
    for other in rules:
        goes_on = (
            span.start == other.start and _PREDICATE.match(text, other.end, span.end) is not None
        )
        # "Engineers |make up about 5 percent of the staff": up to the number the rest is a verb.
        goes_on = goes_on or (span.start == other.start and other.end < callout.figure.start < span.end)  # fmt: skip
        if goes_on or _likeness(text, span, other) >= _SAME:
            return callout  # the same, or with what is said of it
    figure = callout.figure
    if span.overlaps(figure):
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
    met = next((i for i, other in enumerate(rules) if other.overlaps(span)), None)
    if met is None:
        return msgspec.structs.replace(callout, measure=(span, *rules[:1]))
    kept = [other for other in rules if not other.overlaps(span)]
    kept.insert(min(met, len(kept)), span)
    return msgspec.structs.replace(callout, measure=tuple(kept[:2]))


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
    if words is None or _BASE.search(text[callout.sentence.start : callout.figure.start]):
        return callout
    return msgspec.structs.replace(callout, change=Change(direction, words))
