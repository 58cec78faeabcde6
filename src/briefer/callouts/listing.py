"""Every number of an article with its role and all that was made out about it, for `briefer callouts --all`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from briefer.callouts.attribution import attribution_of, standing_of
from briefer.callouts.changes import Relation
from briefer.callouts.decide import decide
from briefer.callouts.figures import figures_of, pieces_of
from briefer.callouts.finding import day_of, knows_language
from briefer.callouts.leads import Time, period_of
from briefer.callouts.periods import times_in
from briefer.callouts.readings import FigureReader, Reading
from briefer.callouts.symbols import ChangeSymbol, change_symbol
from briefer.callouts.timing import assign_times
from briefer.types import (
    Article,
    Bound,
    Callout,
    Change,
    Direction,
    NumberRole,
    Period,
    Sentence,
    Span,
    Standing,
    Value,
)  # fmt: skip


class Listed(Value, frozen=True):
    """One number.

    Attributes:
        span: the figure: bound, currency, number, scale and unit.
        number: the number alone.
        value: parsed; ``None`` for a range, which has ``low`` and ``high``, and for what does not parse.
        bound: "=", "~", ">" or "<".
        unit: its unit, normalised; "" without one.
        unit_span: the unit's words; ``None`` if they stand with another number, or nowhere.
        role: what it is for, and ``reason``: why.
        relation: to a change: its size, the level it leads to, or the level before.
        direction: up or down, where ``relation`` is the size of a change or a level.
        change_words: the words that say so.
        sign: bound and direction in one sign, as published evaluations of quantities read them.
    """

    span: Span
    number: Span
    sentence: Span
    role: NumberRole
    reason: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = "="
    unit: str = ""
    unit_span: Span | None = None
    relation: Relation | None = None
    direction: Direction | None = None
    change_words: Span | None = None
    sign: ChangeSymbol = "="
    period: Period | None = None
    measure: tuple[Span, ...] = ()
    attribution: Span | None = None
    standing: Standing = "reported"


def list_numbers(
    article: Article, sentences: Sequence[Sentence], reader: FigureReader | None = None
) -> Iterator[Listed]:
    """Every number of the article's sentences, in order.

    Args:
        article: whose numbers they are.
        sentences: of the article, in order.
        reader: a trained reader, which has a say in measures, periods and directions.
    """
    text, day = article.text, day_of(article)
    known = knows_language(article)
    rows: list[tuple[Span, list[Listed], list[Time]]] = []
    for at in (piece for sentence in sentences for piece in pieces_of(text, sentence.span)):
        times = times_in(text, at, day)
        rows.append((at, list(_numbers_in(text, at, times, known=known)), times))
    readings: dict[Span, Reading] = {}
    if reader is not None and known:
        told = [(at, listed) for at, listed, _ in rows if any(n.role == "quantity" for n in listed)]
        numbers = [[Span(n.number.start - at.start, n.number.end - at.start) for n in listed] for at, listed in told]  # fmt: skip
        for (_, listed), found in zip(told, reader.read([at.of(text) for at, _ in told], numbers), strict=True):  # fmt: skip
            readings |= {n.number: r for n, r in zip(listed, found, strict=True) if r is not None}
    for _, listed, times in rows:
        for one in listed:
            reading = readings.get(one.number) if one.role == "quantity" else None
            yield one if reading is None else _read_again(article, one, reading, times)


def _read_again(article: Article, one: Listed, reading: Reading, times: Sequence[Time]) -> Listed:
    """A quantity with what a trained reader says of it."""
    before = Change(one.direction, one.change_words) if one.direction and one.change_words else None
    callout, _ = decide(
        article.text,
        Callout(
            article.id, one.span, one.number, one.unit_span, one.sentence, one.value, low=one.low, high=one.high,
            kind="change" if one.relation == "size" else "level", unit_name=one.unit,
            measure=one.measure, period=one.period, change=before,
        ),
        reading,
        times,
    )  # fmt: skip
    change = callout.change
    return msgspec.structs.replace(
        one,
        measure=callout.measure,
        period=callout.period,
        direction=change.direction if change else None if before else one.direction,
        change_words=change.words if change else None if before else one.change_words,
    )


def _numbers_in(text: str, at: Span, all_times: Sequence[Time], *, known: bool) -> Iterator[Listed]:
    """The numbers of a sentence, or of a piece of one, by the rules."""
    figures, tokens = figures_of(text, at)
    if figures:
        times = assign_times(text, figures, all_times, at)
        for figure, time in zip(figures, times, strict=True):
            number, unit, movement = figure.number, figure.unit, figure.movement
            if not known and not (number.has_currency or text[figure.span.end - 1] == "%"):
                reason = "in this language only percent and currency signs are trusted"
                yield Listed(figure.span, number.digits, at, "label", reason)
                continue
            is_range = number.kind == "range"
            counts = figure.role.role in {"quantity", "duration", "age"}
            yield Listed(
                figure.span, number.digits, at, figure.role.role, figure.role.reason,
                value=number.value,
                low=number.low if is_range else None,
                high=number.high if is_range else None,
                bound=figure.bound.sign,
                unit=unit.name if unit else "",
                unit_span=unit.span if unit and not unit.borrowed else None,
                relation=movement.relation if movement else None,
                direction=movement.direction if movement else None,
                change_words=movement.words if movement else None,
                sign=change_symbol(figure),
                period=period_of(time),
                measure=figure.measure,
                attribution=attribution_of(text, tokens, at, figure.span) if counts else None,
                standing=standing_of(text, figure.span, at, is_base=movement is not None and movement.relation == "base"),
            )  # fmt: skip
