"""Which numbers an editor would pull out, best first.

A first cut: percentages and money before large counts before small ones; a change or a share
counts for a number, a late place in the article against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from briefer.callouts.numbers import Number, find_numbers
from briefer.callouts.roles import role_of
from briefer.callouts.units import bound_start, percent_after, unit_of
from briefer.types import Article, Callout, Sentence, Span

_CHANGE = re.compile(
    r"\b(?:rose|risen|rise|rises|rising|fell|fall|fallen|falls|falling|grew|grown|grow|growth|increas\w+|decreas\w+|"
    r"declin\w+|dropp?\w*|climb\w+|jump\w+|surg\w+|soar\w+|plung\w+|slump\w+|shot up|shrank|shrunk|widened|narrowed|"
    r"doubled|tripled|halved|gained|lost|slipped|up|down|reach\w*|record|highest|lowest|average|share|rate|total\w*|"
    r"number of|accounted for|compared with)\b",
    re.IGNORECASE,
)
# The words of dates, ages and counts are known in English only; elsewhere "5일" is a day of the
# month and "600 000" two numbers to these rules, so that signs alone are trusted there.
_LANGUAGES = frozenset({"en", "und"})
_SERIES = 3  # figures of one unit in one sentence
# "five to", "10–" and "between 3 and" before the same unit: both ends are one figure.
_RANGE_JOIN = re.compile(r"\s?(?:-|–|—|to|and)\s?")


def find_callouts(article: Article, sentences: Sequence[Sentence]) -> tuple[Callout, ...]:
    """Quantities of the article's sentences, the most telling first.

    Every number that is not clearly a quantity is left out (`roles.role_of`).
    """
    found: list[Callout] = []
    text = article.text
    foreign = article.language not in _LANGUAGES
    for sentence in sentences:
        telling = bool(_CHANGE.search(sentence.span.of(text)))
        pairs = _with_ranges(text, sentence.span)
        made = [
            (number, callout)
            for number, low in pairs
            if (callout := _callout(article, sentence.span, number, low))
        ]
        series = len(made) >= _SERIES and len({_unit_text(c, text) for _, c in made}) == 1
        for number, callout in made:
            if foreign and not (number.has_currency or text[callout.figure.end - 1] == "%"):
                continue
            score = _score(text, number, callout) + telling + series
            score -= 0.5 * sentence.index / max(len(sentences), 1)
            found.append(msgspec.structs.replace(callout, salience=round(score, 3)))
    found.sort(key=lambda callout: (-callout.salience, callout.number))
    return tuple(found)


def _unit_text(callout: Callout, text: str) -> str:
    return callout.unit.printed(text).lower() if callout.unit else ""


def _with_ranges(text: str, sentence: Span) -> list[tuple[Number, Number | None]]:
    """Numbers of a sentence; the two ends of a range come as one pair (upper, lower)."""
    found: list[tuple[Number, Number | None]] = []
    numbers = list(find_numbers(text, sentence))
    i = 0
    while i < len(numbers):
        number = numbers[i]
        if i + 1 < len(numbers) and _is_range(text, number, numbers[i + 1], sentence):
            found.append((numbers[i + 1], number))
            i += 2
            continue
        found.append((number, None))
        i += 1
    return found


def _is_range(text: str, low: Number, high: Number, sentence: Span) -> bool:
    between = text[low.whole.end : high.whole.start]
    unit = re.sub(r"^\s?(?:percent|per cent|%)", "", between)
    if not _RANGE_JOIN.fullmatch(unit) or low.value is None or high.value is None:
        return False
    if unit.strip() in {"to", "and"}:
        # "rose 22 percent to 13,176" and "sold 3 and 4" are two numbers each.
        opener = text[max(sentence.start, low.whole.start - 9) : low.whole.start].lower()
        if unit.strip() == "and":
            return opener.endswith("between ")
        # "from 5 to 9 million" may be a change as well as a range: two numbers, to be safe.
        if opener.endswith("from ") or (between != unit and not opener.endswith("between ")):
            return False
        return low.value < high.value
    return low.value < high.value


def _callout(
    article: Article, sentence: Span, number: Number, low: Number | None
) -> Callout | None:
    text = article.text
    if role_of(text, number, sentence).role != "quantity":
        return None
    if low is not None:
        opening = role_of(text, low, sentence, opens_range=True)
        if opening.role in {"date", "clock", "label", "age"}:
            return None
    unit = unit_of(text, number, sentence)
    first = low or number
    start = bound_start(text, first, sentence)
    if low and text[max(sentence.start, start - 8) : start].lower() == "between ":
        start -= 8  # "2,000 and 3,000" alone would read as two numbers
    end = max(number.whole.end, unit.end if unit else 0)
    # The span of a range is one number to a reader: "24.2 to 33".
    digits = Span(first.digits.start, number.digits.end) if low else number.digits
    return Callout(
        article=article.id,
        figure=Span(start, end),
        number=digits,
        unit=unit,
        sentence=sentence,
        value=None if low else number.value,
    )


def _score(text: str, number: Number, callout: Callout) -> float:
    value = number.value or Decimal(0)
    score = 0.0
    if percent_after(text, number, callout.sentence):
        score += 2.0
    elif number.has_currency or value >= 1000:
        score += 1.5
    elif value >= 100:
        score += 0.7
    if callout.figure.start < callout.number.start and not number.has_currency:
        score += 0.2
    if number.in_words or value < 10:
        score -= 0.6
    return score
