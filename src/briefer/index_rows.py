"""Rows of an index: what of a result is looked up, and the conditions that a question puts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from briefer.callouts.numbers import find_numbers
from briefer.callouts.units import unit_named, unit_of
from briefer.query import Query, phrase_of
from briefer.types import Callout, Period, Span, Value

#: Around the words that were found, in a snippet.
MARKS: Final = ("\x01", "\x02")


class Line(NamedTuple):
    """A printed sentence and its vector, as bytes of int8; empty if there is none."""

    text: str
    vector: bytes


class Figure(Value, frozen=True):
    """A callout as it was indexed: in words of its source, and its days.

    Attributes:
        figure: as printed.
        kind: of the callout it comes from; ``base`` for a level before a change, whose time is not known.
        value, low, high: parsed; ``None`` where it is a range, or none.
        unit: normalised name.
        start, until: days that it holds for, worked out from the article's date; "" where that is open.
        time: the words for these days.
        span: of the figure in the article, ``START-END``.
        date: the day it stands at in a series: the end of its time, else the article's.
    """

    figure: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    measure: str
    kind: str
    bound: str
    direction: str
    start: str
    until: str
    time: str
    standing: str
    attribution: str
    sentence: str
    span: str
    source: str
    title: str
    published: str
    article: str

    @property
    def date(self) -> str:
        """The day that it stands at in a series."""
        return "" if self.kind == "base" else (self.until or self.start or self.published)[:10]


class Hit(Value, frozen=True):
    """A report that was found.

    Attributes:
        score: higher is better; of words bm25, of meaning the cosine, of both the sum of reciprocal ranks.
        snippet: where the words were found, between `MARKS`, or the sentence that means the like.
        figures: callouts that meet the conditions.
    """

    source: str
    title: str
    published: str
    language: str
    article: str
    score: float
    snippet: str
    figures: tuple[Figure, ...] = ()


FIGURE_COLUMNS: Final = "figure, value, low, high, unit, measure, kind, bound, direction, start, until, time, standing, attribution, sentence, span"


def figure_rows(c: Callout, text: str) -> Iterator[tuple[Any, ...]]:
    """Every number of a callout as `FIGURE_COLUMNS`, in words of its article's text.

    A series has a row for each point; a change one more for its size and for the level before it.
    """
    measure = " ".join(span.printed(text) for span in c.measure)
    if c.antecedent is not None:
        measure = f"{measure} {c.antecedent.printed(text)}"

    def row(figure: Span, numbers: tuple[Any, Any, Any], unit: str, kind: str, bound: str, period: Period | None) -> tuple[Any, ...]:  # fmt: skip
        return (
            figure.printed(text), *map(_float, numbers), unit, measure, kind, bound, c.change.direction if c.change else "",
            (period.start or "") if period else "", (period.end or "") if period else "", period.span.printed(text) if period else "",
            c.standing, c.attribution.printed(text) if c.attribution else "", c.sentence.printed(text), f"{figure.start}-{figure.end}",
        )  # fmt: skip

    for point in c.points:
        yield row(point.figure, (point.value, None, None), c.unit_name, "series", "=", point.period)
    if not c.points:
        yield row(c.figure, (c.value, c.low, c.high), c.unit_name, c.kind, c.bound, c.period)
    if c.change is not None:
        for figure, kind in ((c.change.size, "change"), (c.change.base, "base")):
            if figure is not None and figure != c.figure:
                numbers, unit = _read(figure, text)
                yield row(figure, numbers, unit or (c.unit_name if kind == "base" else ""), kind, "=", c.period if kind == "change" else None)  # fmt: skip


def _read(figure: Span, text: str) -> tuple[tuple[Any, Any, Any], str]:
    """Value, low end and high end of a figure, and its unit."""
    number = next(find_numbers(text, figure), None)
    if number is None:
        return (None, None, None), ""
    unit = unit_of(text, number, (), figure.end)
    is_range = number.low != number.high
    numbers = (None, number.low, number.high) if is_range else (number.value, None, None)
    return numbers, unit.name if unit else ""


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def conditions(query: Query, since: str, until: str) -> tuple[str, list[Any]]:
    """What a report must meet besides the words: SQL behind WHERE, and its values."""
    where = ""
    values: list[Any] = []
    if since:
        where, values = f"{where} AND published >= ?", [*values, since]
    if until:
        where, values = f"{where} AND published != '' AND substr(published, 1, 10) <= ?", [*values, until]  # fmt: skip
    for name, value, sign in [*((*f, "") for f in query.filters), *((*f, "NOT ") for f in query.without)]:  # fmt: skip
        if name == "language":
            where, values = f"{where} AND {sign}(language = ?)", [*values, value]
        elif name == "source":
            where, values = f"{where} AND {sign}(instr(lower(source), lower(?)) > 0)", [*values, value]  # fmt: skip
    if query.excluded:
        where, values = f"{where} AND docs.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)", [*values, query.excluded]  # fmt: skip
    if query.of_numbers:
        inner, more = figure_conditions(query)
        where, values = f"{where} AND docs.id IN (SELECT doc FROM figures WHERE 1{inner})", [*values, *more]  # fmt: skip
    return where, values


def figure_conditions(query: Query) -> tuple[str, list[Any]]:
    """What a callout must meet: SQL behind WHERE, and its values."""
    where = ""
    values: list[Any] = []
    for sign, value in query.values:
        # A range meets a condition where some of it does.
        ends = {"=": ("low <=", "high >=")}.get(
            sign, (f"{'high' if '>' in sign else 'low'} {sign}",)
        )
        for end in ends:
            column, sign_ = end.split()
            where, values = f"{where} AND coalesce(figures.{column}, figures.value) {sign_} ?", [*values, value]  # fmt: skip
    for name, text in query.filters:
        if name == "unit":
            sql, more = unit_condition(text)
            where, values = f"{where} AND {sql}", [*values, *more]
        elif name == "measure":
            where, values = f"{where} AND figures.id IN (SELECT rowid FROM measures WHERE measures MATCH ?)", [*values, phrase_of(text)]  # fmt: skip
        elif name in {"direction", "kind"}:
            where, values = f"{where} AND figures.{name} = ?", [*values, text]
    return where, values


def unit_condition(text: str) -> tuple[str, list[Any]]:
    """That a callout has a unit, in any of its forms; with a star behind it, that its unit begins so."""
    plain = text.encode("utf-8", "ignore").decode()
    if plain.endswith("*"):
        beginning = plain.removesuffix("*").lower()
        return "substr(figures.unit, 1, ?) = ?", [len(beginning), beginning]
    return "figures.unit = ?", [unit_named(plain)]
