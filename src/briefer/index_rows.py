"""Rows of an index: what of a result is looked up, and the conditions that a question puts."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from briefer.query import Query, phrase_of
from briefer.types import Callout, Value

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
        return (self.until or self.start or self.published)[:10]


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


def figure_row(c: Callout, text: str) -> tuple[Any, ...]:
    """A callout as `FIGURE_COLUMNS`, in words of its article's text."""
    period, change = c.period, c.change
    measure = " ".join(span.printed(text) for span in c.measure)
    if c.antecedent is not None:
        measure = f"{measure} {c.antecedent.printed(text)}"
    return (
        c.figure.printed(text), _float(c.value), _float(c.low), _float(c.high), c.unit_name, measure, c.kind, c.bound,
        change.direction if change else "", (period.start or "") if period else "", (period.end or "") if period else "",
        period.span.printed(text) if period else "", c.standing, c.attribution.printed(text) if c.attribution else "",
        c.sentence.printed(text), f"{c.figure.start}-{c.figure.end}",
    )  # fmt: skip


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
    for name, value in query.filters:
        if name == "language":
            where, values = f"{where} AND language = ?", [*values, value]
        elif name == "source":
            where, values = f"{where} AND instr(lower(source), lower(?)) > 0", [*values, value]
    if query.of_numbers:
        inner, more = figure_conditions(query)
        where, values = f"{where} AND docs.id IN (SELECT doc FROM figures WHERE 1{inner})", [*values, *more]  # fmt: skip
    return where, values


def figure_conditions(query: Query) -> tuple[str, list[Any]]:
    """What a callout must meet: SQL behind WHERE, and its values."""
    where = ""
    values: list[Any] = []
    for sign, value in query.values:
        where, values = f"{where} AND figures.value {sign} ?", [*values, value]
    for name, text in query.filters:
        if name == "unit":
            where, values = f"{where} AND instr(lower(figures.unit), lower(?)) > 0", [*values, text]
        elif name == "measure":
            where, values = f"{where} AND figures.id IN (SELECT rowid FROM measures WHERE measures MATCH ?)", [*values, phrase_of(text)]  # fmt: skip
        elif name in {"direction", "kind"}:
            where, values = f"{where} AND figures.{name} = ?", [*values, text]
    return where, values
