"""When a number holds: one of its sentence's words of time, or none of them.

The rules (`timing`) name one and a trained reader gives each a probability; which of them is right
where they differ is told by what stands between the number and the time. A conditional logit
(McFadden 1974) weighs that up: each choice has a score, linear in its features, and the best wins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from briefer.callouts.fitted import weighed, weights_of
from briefer.callouts.leads import Time, period_of
from briefer.callouts.readings import Pointer
from briefer.types import Callout, Period, Span


class Choice(NamedTuple):
    """Words of time that may be a number's, or ``None``.

    Attributes:
        period: what the callout would keep.
        is_rules: whether the rules chose the same.
        known: features by name.
    """

    period: Period | None
    is_rules: bool
    known: dict[str, float]


_SAID = re.compile(r"\b(?:said|announced|signed|released|reported|agreed)\b")
_DID = re.compile(
    r"\b(?:said|announced|signed|released|reported|agreed|told|informed|claim\w*|filed|approved|passed|proposed|warned|"
    r"revealed|unveiled|threatened|decided|offered|bid|estimated|expects?|predicted)\b"
)
_MEASURED_FROM = re.compile(r"\b(?:than|from|compared|over|against|versus|below|above)\b")
_OTHER_CLAUSE = re.compile(r"\b(?:which|who|that|when|while|after|but|and)\b")
_FROM = re.compile(r"from|than|over|on\sthe\ssame|compared", re.IGNORECASE)
_OF_TIME = re.compile(
    r"\b(?:years?|months?|weeks?|days?|hours?|quarters?|decades?|century|centuries|seasons?|periods?|time|date|now|currently|recent(?:ly)?|"
    r"mornings?|afternoon|evening|night|session|trading|spring|summer|autumn|winter|future|launch|today|yesterday|noon|midnight|opening|closing|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:1[89]|20)\d\d)\b",
    re.IGNORECASE,
)
_OF_BASIS = re.compile(
    r"(?:than|from|compared|on\sthe\ssame|over\sthe\ssame|against|versus)\b", re.IGNORECASE
)
# "to end the day at 9,505": what was closed is the day.
_NO_TIME = re.compile(
    r"(?:for\s)?(?:(?:the\s)?(?:most|rest|end)\sof\s)?the\s(?:day|time)", re.IGNORECASE
)
_LEAST = -10.0  # log-probability below which the reader says no more


def choose(
    text: str, callout: Callout, pointer: Pointer, times: Sequence[Time]
) -> tuple[Choice, float]:
    """The best choice and by how much it won, in nats; 12 if there was no other.

    Args:
        text: of the article.
        callout: by the rules.
        pointer: of the reader, at when the number holds.
        times: words of time of its sentence.
    """
    weights = weights_of("when")
    scored = sorted(
        ((weighed(choice.known, weights), -i, choice) for i, choice in enumerate(choices(text, callout, pointer, times))),
        reverse=True,
    )  # fmt: skip
    margin = scored[0][0] - scored[1][0] if len(scored) > 1 else _MOST
    return scored[0][2], min(margin, _MOST)


_MOST = 12.0


def choices(
    text: str, callout: Callout, pointer: Pointer, times: Sequence[Time]
) -> Iterator[Choice]:
    """No time, each of the sentence's, and words of none of these that the reader takes for one."""
    rules, offset = callout.period, callout.sentence.start
    nothing = {
        "none": 1.0,
        "reader": max(pointer.nowhere, _LEAST),
        "rules": float(rules is None),
        "none of several": float(bool(times)),
        "none of a change": float(callout.change is not None),
    }
    yield Choice(None, rules is None, nothing)
    basis = callout.change.basis if callout.change else None
    for time in times:
        span = time.span
        is_rules = rules is not None and rules.span.overlaps(span)
        score = pointer.of(span.start - offset, span.end - offset)
        known = _known(text, callout, span, score, is_rules=is_rules) | {
            "report": float(time.is_report),
            "weak": float(time.is_weak),
            "day": float(time.axis == "day"),
            "resolved": float(time.interval.end is not None),
            "basis": float(basis is not None and basis.overlaps(span)),
        }
        yield Choice(rules if is_rules else period_of(time), is_rules, known)
    score, words = pointer.best()
    if words is None:
        return
    span = Span(words.start + offset, words.end + offset)
    if not any(span.overlaps(t.span) for t in times) and not span.overlaps(callout.figure) and _says_when(span.of(text)):  # fmt: skip
        known = _known(text, callout, span, score, is_rules=False) | {"other words": 1.0}
        yield Choice(Period(span, None, None, is_exact=False), False, known)


def _known(
    text: str, callout: Callout, span: Span, score: float, *, is_rules: bool
) -> dict[str, float]:
    figure = callout.figure
    after = span.start >= figure.end
    gap = text[figure.end : span.start] if after else text[span.end : figure.start]
    before = text[max(callout.sentence.start, span.start - 60) : span.start]
    known = {
        "reader": max(score, _LEAST),
        "rules": is_rules,
        "rules, next to it": is_rules and after and len(gap) <= 2,
        "distance after": math.log1p(len(gap)) if after else 0.0,
        "comma between": re.search(r"[,;:]", gap) is not None,
        "clause between": _OTHER_CLAUSE.search(gap) is not None,
        "measured from": after and _MEASURED_FROM.search(gap) is not None,
        "said between": not after and _DID.search(gap) is not None,
        "said": _SAID.search(before) is not None,
        "from": _FROM.match(span.of(text)) is not None,
    }
    return {name: float(value) for name, value in known.items()}


def _says_when(words: str) -> bool:
    """Whether words are of time, and name no basis of a comparison."""
    if _OF_BASIS.match(words) or _NO_TIME.fullmatch(words):
        return False
    return _OF_TIME.search(words) is not None
