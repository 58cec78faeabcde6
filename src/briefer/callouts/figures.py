"""Every number of a sentence with all that stands around it: the middle of the callouts.

`figures_of` joins the grammar (numbers, ranges, units, bounds), the role, the change and the
measure of each number. What is chosen from them is up to `salience`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from briefer.callouts.bounds import Bound, bound_of
from briefer.callouts.changes import Movement, movement_of
from briefer.callouts.labels import Role
from briefer.callouts.measures import Measure, measure_of
from briefer.callouts.numbers import Number, find_numbers
from briefer.callouts.ranges import join_ranges
from briefer.callouts.roles import role_of
from briefer.callouts.tagging import Tagger, Token, tag_by_rules
from briefer.callouts.units import Unit, unit_of
from briefer.types import Span

# Between two numbers of one list: the second may leave its unit out.
_LIST_GAP = re.compile(
    r"(?:[,;]|\s(?:and|or|to|from|than|by|in|at|while|but|against|with|compared|was|were|is|up|down|the|a|"
    r"lowest|highest|previous|previously|last|this|first|second|third|fourth|quarter|year|month|week|earlier|"
    r"respectively|rising|falling|then|about|nearly|over|more|only|just|around|of|for|on|[A-Z][\w.’'-]*|(?:19|20)\d\d|decrease[sd]?|increase[sd]?|fell|rose|dropped)|[\s,(])*",
)


class Figure(NamedTuple):
    """A number of a sentence and what was made out about it.

    Attributes:
        number: the number, or a range.
        span: what would be printed: bound, currency, number, scale and unit.
        unit: its unit or counted noun.
        bound: "=", "~", ">" or "<", and where its words stand.
        role: what it is for, with the reason.
        movement: its part in a change.
        measure: spans that say what it measures.
        is_sure: whether grammar says so, and not only nearness.
    """

    number: Number
    span: Span
    unit: Unit | None
    bound: Bound
    role: Role
    movement: Movement | None
    measure: tuple[Span, ...]
    is_sure: bool

    @property
    def kind(self) -> str:
        """Kind of its unit, "" without one."""
        return self.unit.kind if self.unit else ""

    @property
    def lends_scale(self) -> bool:
        """Whether its scale stands with another number ("from 5 to 9 million"): alone it would mislead."""
        return self.number.scale != 1 and self.number.whole == self.number.digits

    @property
    def value(self) -> Decimal | None:
        """Parsed value; ``None`` for a range."""
        return self.number.value


#: No sentence is longer, in characters; what is, is a table or a run of numbers, and is looked at in
#: pieces, so that the time it takes stays linear.
LONGEST_SENTENCE = 2000
_PIECE = 600


def figures_of(
    text: str, sentence: Span, tagger: Tagger = tag_by_rules
) -> tuple[list[Figure], Sequence[Token]]:
    """Every number of a sentence, in order, with the tokens of the sentence."""
    if sentence.end - sentence.start <= LONGEST_SENTENCE:
        return _figures(text, sentence, tagger)
    figures: list[Figure] = []
    tokens: list[Token] = []
    for piece in pieces_of(text, sentence):
        found, words = _figures(text, piece, tagger)
        figures += found
        tokens += words
    return figures, tokens


def pieces_of(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence, or a run that is too long to be one cut at white space."""
    if sentence.end - sentence.start <= LONGEST_SENTENCE:
        yield sentence
        return
    start = sentence.start
    while start < sentence.end:
        end = min(start + _PIECE, sentence.end)
        if end < sentence.end:
            space = text.rfind(" ", start, end)
            end = space + 1 if space > start else end
        yield Span(start, end)
        start = end


def _figures(text: str, sentence: Span, tagger: Tagger) -> tuple[list[Figure], Sequence[Token]]:
    numbers = join_ranges(text, list(find_numbers(text, sentence)), sentence)
    for i in range(1, len(numbers)):
        before = numbers[i - 1]
        if before.kind == "fraction" and before.low is None and text[before.whole.end : numbers[i].whole.start] == " of ":  # fmt: skip
            numbers[i] = numbers[i]._replace(low=None, high=None)  # "two thirds of a trillion"
    if not numbers:
        return [], ()
    tokens = tagger(text, sentence)
    units = _with_elided(
        text, numbers, [unit_of(text, n, tokens, sentence.end) for n in numbers], sentence
    )
    found: list[Figure] = []
    for number, unit in zip(numbers, units, strict=True):
        role = role_of(text, number, unit, sentence)
        end = max(number.whole.end, unit.end) if unit and not unit.borrowed else number.whole.end
        bound = bound_of(text, number.whole, end, sentence)
        span = Span(bound.start, bound.end)
        counts = role.role in {"quantity", "duration", "age"}
        kind = unit.kind if unit else ""
        movement = movement_of(text, span, kind, sentence) if counts else None
        if movement is not None and movement.relation == "size" and number.low is not None and number.low < 0:  # fmt: skip
            movement = movement._replace(direction="down")  # "growth was -0.4%"
        measure = measure_of(tokens, span, unit, movement) if counts else Measure(())
        figure = Figure(number, span, unit, bound, role, movement, measure.spans, measure.is_sure)
        k = next((k for k in range(len(found) - 1, -1, -1) if found[k].role.role not in DATED), -1)
        if k >= 0 and (pair := _level_then_size(text, found[k], figure)):
            found[k], figure = pair
        elif k >= 0:
            figure = _as_before(text, found[k], figure)
        found.append(figure)
    return [_with_own_measure(figure, found) for figure in found], tokens


def _with_own_measure(figure: Figure, figures: Sequence[Figure]) -> Figure:
    """A figure without measures that begin inside another figure ("£50 … £5000")."""
    others = [
        f.span for f in figures if f is not figure and f.kind in {"money", "percent", "points"}
    ]  # fmt: skip
    kept = tuple(m for m in figure.measure if not any(o.start <= m.start < o.end for o in others))
    for other in figures:
        # "9,000 miners … the 7,000": of miners, and not of 9,000.
        unit = other.unit
        if (
            figure.unit is None
            and other is not figure
            and unit is not None
            and unit.kind == "count"
        ):
            kept = tuple(
                Span(unit.span.start, m.end)
                if other.span.start <= m.start < unit.span.start < m.end
                else m
                for m in kept
            )
    return figure if kept == figure.measure else figure._replace(measure=kept)


#: Between a number and the same said in another unit ("up 0.25 points, or 0.01%", "7 miles (11 km)").
RESTATED = re.compile(r"\s?\(|,?\sor\s|\s?/\s?|,?\s\(?equivalent\sto\s|\s\(?equal\sto\s")


def is_restated(text: str, before: Figure, figure: Figure) -> bool:
    """Whether a figure says the one before it again in another unit; "75% or 85%" are two."""
    if not RESTATED.fullmatch(text[before.span.end : figure.span.start]):
        return False
    return (before.unit.name if before.unit else "") != (figure.unit.name if figure.unit else "")


#: Roles of the numbers inside words of time.
DATED = frozenset({"year", "date", "clock", "ordinal"})
# "earned €38 million in 2004, 63 percent higher than in 2003": nothing but the time in between.
_THEN_SIZE = re.compile(
    r"(?:\s(?:in|for|during|over|this|last)\s[^,.;:()]{2,40})?[,;]\s(?:or\s|an?\s|which\s(?:is|was)\s(?:an?\s)?)?"
)
_NOT_MORE = re.compile(r"\s(?:more|less|fewer|of|in|for)\s(?!than\b)")


def _level_then_size(text: str, before: Figure, figure: Figure) -> tuple[Figure, Figure] | None:
    """A level and the share by which it grew: they measure one thing, and the level went that way."""
    grown = figure.movement
    if (
        grown is None
        or grown.relation != "size"
        or grown.words is None
        or grown.words.start < figure.span.end
        or figure.kind != "percent"
        or before.kind not in {"money", "count", "measure", "points", ""}
        or before.role.role != "quantity"
        or (before.movement and before.movement.relation != "level")
        or not before.measure
        or not _THEN_SIZE.fullmatch(text[before.span.end : figure.span.start])
        or _NOT_MORE.match(text, grown.words.end)
    ):
        return None
    level = before._replace(
        movement=before.movement or Movement("level", grown.direction, grown.words)
    )
    return level, figure._replace(measure=before.measure, is_sure=before.is_sure)


_REPEATED = re.compile(r"[,;]?\s(?:and\s)?(?:[A-Z][\w&.’'-]*\s){1,4}by\s")


# "was capped at 30 percent for the yard, and 40 percent for the port": the second half leaves out what the first said.
_GAPPED = re.compile(r"\s(?P<link>for|in|at|among)\s[^,;:.\d]{2,50},?\s(?:and|but)\s")


def _as_before(text: str, before: Figure, figure: Figure) -> Figure:
    """A figure with the change and measure of the one before it, where it only says it again."""
    if figure.role.role not in {"quantity", "duration"}:
        return figure
    gap = text[before.span.end : figure.span.start]
    if is_restated(text, before, figure):
        return figure._replace(
            movement=before.movement,
            measure=before.measure or figure.measure,
            is_sure=before.is_sure,
        )
    if (
        figure.movement is not None
        and before.movement is not None
        and (before.movement.relation, figure.movement.relation) == ("size", "level")
        and before.measure
        and before.is_sure
        and len(gap) < 60
        and not re.search(
            r"[;:]|\band\b|\bwhile\b|\bbr(?:ing(?:s|ing)?|ought)\b(?!\s(?:it|them)\b)", gap
        )
    ):
        return figure._replace(
            measure=before.measure, is_sure=before.is_sure
        )  # "volumes up 4% to 8.6 million tonnes"
    if (
        gap == " or "
        and figure.movement is None
        and before.movement
        and before.movement.relation == "level"
        and before.unit
        and figure.unit
        and before.unit.name == figure.unit.name
    ):
        return figure._replace(movement=before.movement)  # "to either 75% or 85%"
    if (
        figure.movement is None
        and before.movement
        and before.movement.relation == "size"
        and _BROUGHT.search(gap)
    ):
        brought = before.movement._replace(relation="level")
        return figure._replace(movement=brought, measure=before.measure, is_sure=before.is_sure)
    gapped = _GAPPED.fullmatch(gap)
    if (
        gapped
        and before.unit is not None
        and figure.unit is not None
        and before.unit.name == figure.unit.name
        and before.measure
        and text.startswith(f" {gapped['link']} ", figure.span.end)
    ):
        return figure._replace(
            measure=before.measure[:1],
            is_sure=before.is_sure,
            movement=figure.movement or before.movement,
        )
    if _REPEATED.fullmatch(gap) and figure.movement is None and before.movement and before.movement.relation == "size":  # fmt: skip
        return figure._replace(movement=before.movement)
    return figure


# "a rise of 25 points in the key rate, bringing it to 5.25 percent"
_BROUGHT = re.compile(
    r"\b(?:br(?:ing|ings|inging|ought)|tak(?:e|es|ing)|took|push(?:es|ed|ing)?)\s(?:it\s|them\s|(?:the|its)\s(?:[a-z]+\s){1,5})(?:up\s|down\s|back\s)?to\s(?:an?\s[a-z]+\sof\s)?$"
)
_BEFORE_UNIT = re.compile(
    r"(?:,?\s(?:and|or|to|of\s(?:the|its|a\stotal|a\stotal\sof))\s|,\s)(?:an?\s|about\s|around\s)?"
)


def _with_elided(
    text: str, numbers: Sequence[Number], units: Sequence[Unit | None], sentence: Span
) -> list[Unit | None]:
    """Units, with those left out filled in: "from 4.8 to 4.7 percent", "84.75 cents, the lowest 74.07"."""
    filled = list(units)
    # Backwards first: the unit of a list often stands with its last number.
    for i in range(len(numbers) - 2, -1, -1):
        following = filled[i + 1]
        if filled[i] is not None or following is None or not _may_lack_unit(text, numbers[i]):
            continue
        gap = text[numbers[i].whole.end : numbers[i + 1].whole.start]
        is_hyphenated = re.fullmatch(r"-,?\s(?:and\s|or\s)?", gap) is not None
        if is_hyphenated or (following.kind not in {"time", "count"} and _BEFORE_UNIT.fullmatch(gap)):  # fmt: skip
            filled[i] = _borrowed(following, numbers[i])
    for i in range(1, len(numbers)):
        if filled[i] is not None or not _may_lack_unit(text, numbers[i]):
            continue
        for j in range(i - 1, -1, -1):
            before = filled[j]
            if before is None or before.kind not in {"percent", "money", "points", "measure"}:
                if _may_lack_unit(text, numbers[j]) and j < i - 1 and numbers[j].kind != "range":
                    break
                continue
            start = max(numbers[j].whole.end, before.end if not before.borrowed else 0)
            gap = text[start : numbers[i].whole.start]
            if len(gap) < 70 and _LIST_GAP.fullmatch(gap) and _like(numbers[j], numbers[i], before):
                filled[i] = _borrowed(before, numbers[i])
            break
    return filled


def _may_lack_unit(text: str, number: Number) -> bool:
    """Whether a bare number can be one whose unit is left out: no year, no label."""
    plain = number.digits.of(text)
    if number.low is None or number.kind in {"multiplier", "fraction"}:
        return False
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", plain):
        return False
    after = text[number.whole.end : number.whole.end + 1]
    return not (after.isalpha() or after in "%:/")


def _like(named: Number, bare: Number, unit: Unit) -> bool:
    """Whether a bare number can be of the unit of the one before it."""
    if named.high is None or bare.high is None:
        return False
    if unit.kind == "percent":
        return bare.kind == "digits" and abs(bare.high) < 100 and bare.scale == 1
    if not named.high or not bare.high:
        return False
    ratio = abs(bare.high / named.high)
    return Decimal("0.02") < ratio < 50


def _borrowed(unit: Unit, number: Number) -> Unit:
    return unit._replace(end=number.whole.end, borrowed=True)
