"""What a number measures, cut as whole spans.

It is the counted noun with its chain, "percent of X", a noun that the number describes or is
apposed to, or else the subject of the number's own clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from briefer.callouts.changes import Movement
from briefer.callouts.neighbours import (
    HEADLESS,
    apposed,
    before_colon,
    before_of,
    brought_to,
    change_of,
    for_phrase,
    kept_at,
    low_of,
    nearest_phrase,
    noun_after,
    noun_at,
    object_of,
    of_phrase,
    predicate_of,
    spread_of,
    verbless,
)
from briefer.callouts.phrases import Phrase, phrase_right
from briefer.callouts.subjects import subject_of
from briefer.callouts.sums import given_to, held_in, made_worth, money_in, paid_for, priced_at
from briefer.callouts.tagging import Token
from briefer.callouts.units import Unit
from briefer.types import Span


class Measure(NamedTuple):
    """What a number measures.

    Attributes:
        spans: the closest words first; empty if nothing says so.
        is_sure: whether grammar found them, and not only nearness; a callout needs that.
    """

    spans: tuple[Span, ...]
    is_sure: bool = True


def measure_of(
    tokens: Sequence[Token], figure: Span, unit: Unit | None, movement: Movement | None
) -> Measure:
    """Find what a figure measures.

    Args:
        tokens: of the sentence.
        figure: the number with its bound and unit.
        unit: its unit.
        movement: what it has to do with a change.
    """
    first = next((i for i, t in enumerate(tokens) if t.span.end > figure.start), len(tokens))
    last = next((i for i, t in enumerate(tokens) if t.span.start >= figure.end), len(tokens))
    kind = unit.kind if unit else ""
    if kind == "count" and unit is not None and not unit.borrowed:
        return Measure(_counted(tokens, figure, unit, first, last, movement))
    found: list[Phrase | None] = []
    share = of_phrase(tokens, last) if kind in {"percent", "measure", "money", ""} and not (movement and movement.relation == "size" and not _loses(tokens, movement)) else None  # fmt: skip
    if share is not None:
        opens = _opens_clause(tokens, first)
        said = predicate_of(tokens, share.end) if opens and movement is None else None
        found = [share, said] if opens else [_subject(tokens, first), share]
        if kind in {"measure", "money"} and not opens:
            found.reverse()
    if not any(found):
        nearest = (
            object_of(tokens, first, movement)
            or brought_to(tokens, first)
            or kept_at(tokens, first)
            or (held_in(tokens, first, last) if kind == "percent" else None)
            or (money_in(tokens, last) if kind in {"money", ""} else None)
            or change_of(tokens, last, movement)
            or (paid_for(tokens, first, last) if kind == "money" else None)
            or (priced_at(tokens, first) if kind == "money" else None)
            or (made_worth(tokens, first) if kind == "money" else None)
            or spread_of(tokens, first)
            or noun_after(tokens, last, kind, movement)
            or before_of(tokens, first, kind)
            or verbless(tokens, first)
            or noun_at(tokens, first)
            or apposed(tokens, first)
        )
        found = [nearest]
        if nearest is not None and nearest.end <= first and tokens[first - 1].low == "of":
            # Whoever expects a profit of ¥100 million is whose profit it is.
            found.append(_subject(tokens, nearest.start, thinking=True))
        elif nearest is not None and nearest.end < first and tokens[first - 1].low == "for":
            found.append(_subject(tokens, nearest.start))
        elif nearest is not None and nearest.start >= last and not _opens_clause(tokens, first):
            found.append(_subject(tokens, first))
    if not any(found):
        found = [_subject(tokens, first) or before_colon(tokens, first)]
        if kind == "money":
            found.append(given_to(tokens, first, last))
    if (
        not any(found)
        and kind in {"money", "percent"}
        and movement is None
        and _opens_clause(tokens, first)
    ):
        found = [predicate_of(tokens, last)]  # "€2 million was spent on the quay"
    if not any(found):
        found = [low_of(tokens, first)]
    is_sure = any(found)
    if not is_sure:
        found = [nearest_phrase(tokens, first)]
    spans = tuple(_span(tokens, p) for p in found if p is not None and not _is_headless(tokens, p))
    if not spans:
        low = low_of(tokens, first)
        is_sure = low is not None
        fallback = low or for_phrase(tokens, last)
        if fallback is not None:
            spans = (_span(tokens, fallback),)
    kept = _distinct(spans, figure)
    return Measure(kept, is_sure or not kept)  # "it fell 3 percent" may find its antecedent


def _span(tokens: Sequence[Token], phrase: Phrase) -> Span:
    end = phrase.end
    # Neither the "US" of a "US$5" that follows, nor the word that leads there.
    while (
        end - phrase.start > 1 and tokens[end - 1].tag == "mark" and tokens[end - 1].low.isalpha()
    ):
        end -= 2 if tokens[end - 2].tag == "preposition" else 1
    return Span(tokens[phrase.start].span.start, tokens[max(end, phrase.start + 1) - 1].span.end)


def _distinct(spans: Sequence[Span], figure: Span) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in spans:
        if span.start < figure.end and figure.start < span.end:
            # A phrase that runs through the figure ends before it.
            if span.holds(figure) and span.start == figure.start:
                continue
            part = Span(span.start, figure.start) if span.start < figure.start else span
        else:
            part = span
        if not any(other.holds(part) for other in kept):
            kept.append(part)
    return tuple(kept)


def _is_headless(tokens: Sequence[Token], phrase: Phrase) -> bool:
    words = tokens[phrase.start : phrase.end]
    return all(
        token.low in HEADLESS or token.tag in {"determiner", "pronoun", "mark"} for token in words
    )


def _counted_chain(tokens: Sequence[Token], unit: Unit, last: int) -> Span | None:
    """As in "Employees from a restaurant in China": the counted noun with what hangs on it."""
    start = next((i for i, t in enumerate(tokens) if t.span.end > unit.span.start), last)
    if last >= len(tokens) or not (tokens[last].tag in {"preposition", "gerund", "participle", "to"} or tokens[last].low in {"of", "in"}):  # fmt: skip
        return None
    chain = phrase_right(tokens, start, purpose=True)
    if chain is None or chain.end <= last:
        return None
    return Span(tokens[start].span.start, tokens[chain.end - 1].span.end)


def _counted(
    tokens: Sequence[Token],
    figure: Span,
    unit: Unit,
    first: int,
    last: int,
    movement: Movement | None,
) -> tuple[Span, ...]:
    """What a count is of: the noun with its chain, and whose it is ("the yard has 4,200 workers")."""
    chain = _counted_chain(tokens, unit, last)
    is_one = tokens[first].low == "one" if first < len(tokens) else False
    if is_one:
        return (chain,) if chain is not None else ()
    sample = before_of(tokens, first)
    if sample is not None and tokens[sample.end - 1].low in _SAMPLES:
        return _distinct([_span(tokens, sample)], figure)
    if sample is not None and chain is None and first > 0 and tokens[first - 1].low == "of":
        return _distinct([_span(tokens, sample)], figure)  # "a market of 4 million people"
    opens = _opens_clause(tokens, first)
    owner = None if opens else _subject(tokens, first)
    spans = [chain] if chain is not None else []
    if opens and movement is None:
        end = chain.end if chain is not None else unit.span.end
        after = next((i for i, t in enumerate(tokens) if t.span.start >= end), len(tokens))
        said = predicate_of(tokens, after)
        if said is not None:
            if spans:
                return _distinct([*spans, _span(tokens, said)], figure)
            return (Span(unit.span.start, tokens[said.end - 1].span.end),)
    if (
        chain is None
        and (owner is None or _is_headless(tokens, owner))
        and last < len(tokens)
        and tokens[last].low in {"who", "that"}
    ):
        said = predicate_of(tokens, last + 1)
        if said is not None:  # "there are 4,000 people who live on…"
            return (Span(unit.span.start, tokens[said.end - 1].span.end),)
    if owner is not None and not _is_headless(tokens, owner):
        spans.append(_span(tokens, owner))
    return _distinct(spans, figure)


_SAMPLES = frozenset("survey study poll sample review analysis".split())


def _subject(tokens: Sequence[Token], at: int, *, thinking: bool = False) -> Phrase | None:
    """The subject; for a pronoun the subject of the clause before, in the same sentence."""
    found = subject_of(tokens, at)
    if found is not None and not thinking and _only_thinks(tokens, found, at):
        return None
    if found is None or not _is_headless(tokens, found):
        return found
    if tokens[found.start].low in {"it", "they", "he", "she"}:
        earlier = subject_of(tokens, found.start)
        if earlier is not None and _only_thinks(tokens, earlier, found.start):
            # "The wall leaks, and the mayor said that it…": not the mayor.
            earlier = subject_of(tokens, earlier.start) if earlier.start else None
        if earlier is not None and not _is_headless(tokens, earlier):
            return earlier
    return found


_THINKING = re.compile(r"(?:expect|predict|forecast|project|estimat|envision|envisag|anticipat|look|told|said|says|tell)(?:ed|s|ing|ted)?$")  # fmt: skip


def _only_thinks(tokens: Sequence[Token], subject: Phrase, at: int) -> bool:
    """Whether the subject only says or expects the number: it is not what is measured."""
    if subject.end < len(tokens) and tokens[subject.end].low in {
        "is",
        "are",
        "was",
        "were",
        "been",
    }:
        return False  # "inflation is expected to slow"
    for i in range(subject.end, min(subject.end + 4, at)):
        token = tokens[i]
        if token.tag in {"verb", "participle"} or _THINKING.match(token.low):
            # "The yard expects to raise 4 million": it will be the yard's.
            does = i + 2 < at and tokens[i + 1].low == "to" and tokens[i + 2].tag == "verb"
            return _THINKING.match(token.low) is not None and not does
    return False


def _loses(tokens: Sequence[Token], movement: Movement) -> bool:
    """As in "Lost 70% of its value": the share says what was lost."""
    words = movement.words
    return words is not None and any(
        t.span.start >= words.start and t.span.end <= words.end and t.low.startswith("los")
        for t in tokens
    )


_SAYS = re.compile(
    r"sa(?:id|ys|y)|report(?:s|ed)|estimat(?:es|ed|e)|claim(?:s|ed)|show(?:s|ed)|found|add(?:s|ed)|believ(?:es|ed|e)"
)


def _opens_clause(tokens: Sequence[Token], first: int) -> bool:
    """Whether the figure is itself the subject: nothing but an opener stands before it in its clause."""
    i = first
    while i > 0 and (
        tokens[i - 1].tag in {"adverb", "determiner"} or tokens[i - 1].low in {"about", "“", '"'}
    ):
        i -= 1
    if i == 0:
        return True
    before = tokens[i - 1]
    if _SAYS.fullmatch(before.low) and before.tag == "verb":
        return True  # "officials said 27 people were hurt"
    return before.low in {",", ";", ":", "—", "–", "(", "that", "while", "and", "but", "whereas"} or before.tag == "subordinator"  # fmt: skip
