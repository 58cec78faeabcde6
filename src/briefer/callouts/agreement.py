"""The same figure in several articles is one callout; differing figures for one thing are a dispute.

Two callouts are about the same thing if most words of what they measure are the same, their units
are, and their periods are not known to differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from briefer.types import Callout, Dispute, Mention

_WORD = re.compile(r"[^\W\d_]{3,}")
_STOP = frozenset("the and for with that this those their its his her number share total people from among year".split())  # fmt: skip
_ALIKE = 0.5  # share of the words of both measures that they have in common
_SAME_THING = 0.6  # the same for a dispute, where a mistake would accuse a source


def merge_same(callouts: Sequence[Callout], texts: Mapping[str, str]) -> tuple[Callout, ...]:
    """Callouts in the same order, those that other articles repeat counted once, with every mention.

    Args:
        callouts: best first.
        texts: of the articles, by id.
    """
    kept: list[Callout] = []
    for callout in callouts:
        for i, other in enumerate(kept):
            if callout.article != other.article and _is_same(callout, other, texts):
                mention = Mention(callout.article, callout.figure, callout.sentence)
                kept[i] = msgspec.structs.replace(other, also=(*other.also, mention))
                break
        else:
            kept.append(callout)
    return tuple(kept)


def find_disputes(callouts: Sequence[Callout], texts: Mapping[str, str]) -> tuple[Dispute, ...]:
    """Figures that disagree: one thing, one period, one unit, and different values in different articles.

    Only plain reports are compared: bounds, ranges, forecasts and sizes of changes are not.
    """
    plain = [
        c
        for c in callouts
        if c.value is not None and c.bound == "=" and c.kind == "level" and c.standing == "reported" and c.measure
        and c.period is not None and c.period.start is not None
    ]  # fmt: skip
    found: list[Dispute] = []
    used: set[int] = set()
    for i, first in enumerate(plain):
        if i in used:
            continue
        sides = [first]
        for j in range(i + 1, len(plain)):
            other = plain[j]
            if any(other.article == side.article for side in sides) or other.value in {s.value for s in sides}:  # fmt: skip
                continue
            if _unit(first) == _unit(other) and _days(first) == _days(other) and _likeness(first, other, texts) >= _SAME_THING:  # fmt: skip
                sides.append(other)
                used.add(j)
        if len(sides) > 1:
            found.append(Dispute(tuple(sides)))
    return tuple(found)


def _is_same(a: Callout, b: Callout, texts: Mapping[str, str]) -> bool:
    if a.value is None or a.value != b.value or _unit(a) != _unit(b) or a.bound != b.bound:
        return False
    days = {_days(a), _days(b)} - {None}
    return len(days) < 2 and _likeness(a, b, texts) >= _ALIKE


def _unit(callout: Callout) -> str:
    return callout.unit_name.split(" ")[-1]


def _days(callout: Callout) -> tuple[str | None, str | None] | None:
    period = callout.period
    return (period.start, period.end) if period and (period.start or period.end) else None


def _likeness(a: Callout, b: Callout, texts: Mapping[str, str]) -> float:
    """Jaccard's coefficient of the words of two measures."""
    first, second = _words(a, texts), _words(b, texts)
    return len(first & second) / len(first | second) if first | second else 0.0


def _words(callout: Callout, texts: Mapping[str, str]) -> frozenset[str]:
    text = texts[callout.article]
    spans = [*callout.measure[:1], *([callout.antecedent] if callout.antecedent else [])]
    words = _WORD.findall(" ".join(span.of(text) for span in spans).lower())
    return frozenset(word.rstrip("s") for word in words) - _STOP
