"""Sentences to train on: annotated ones, and ones that the rules have read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from briefer.callouts import find_callouts
from briefer.callouts.figures import figures_of
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.segmenting import split_sentences
from briefer.types import Article, Span

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))
from treebank import sentences_of  # noqa: E402

import callouts as cards  # noqa: E402
import wikinews  # noqa: E402

DIRECTIONS = (None, "up", "down")


class Number(NamedTuple):
    """A number of a sentence, with what is known of it; places are within the sentence.

    Attributes:
        at: where its digits stand.
        is_statistic: ``None`` if nobody said.
        measure: first span that says what it measures; ``None`` if there is none in the sentence.
        period: span that says when it holds.
        direction: index into `DIRECTIONS`, -1 if nobody said.
        is_change: 1.0 or 0.0, -1.0 if nobody said.
        is_told: whether an editor would pull it out, -1.0 if nobody said.
        is_open: whether measure, period and direction are unknown, and not absent.
        no_period: whether nothing is known of its period.
    """

    at: Span
    is_statistic: float
    measure: Span | None = None
    period: Span | None = None
    direction: int = -1
    is_change: float = -1.0
    is_told: float = -1.0
    is_open: bool = True


class Example(NamedTuple):
    """A sentence with its numbers."""

    text: str
    numbers: tuple[Number, ...]


RELATIONS = "nsubj obj obl nmod amod compound det case nummod advmod root conj acl advcl appos cc punct mark aux other".split()  # fmt: skip
_LONGEST_PARSED = 400  # characters


class Parsed(NamedTuple):
    """A sentence of the treebank: of each word its place, its head's place (``None`` for the root), its relation."""

    text: str
    words: tuple[tuple[Span, Span | None, int], ...]


def treebank(data: Path) -> list[Parsed]:
    """Sentences of the treebank with their dependencies.

    Args:
        data: folder with ``treebank/*.conllu``.
    """
    found: list[Parsed] = []
    for path in sorted((data / "treebank").glob("*.conllu")):
        for text, rows in sentences_of(path, _LONGEST_PARSED):
            places = {row.number: row.span for row in rows}
            words = tuple(
                (row.span, places.get(row.head), _relation(row.relation))
                for row in rows
                if row.head == 0 or row.head in places
            )
            if len(words) > 3:
                found.append(Parsed(text, words))
    return found


def _relation(name: str) -> int:
    plain = name.split(":", maxsplit=1)[0]
    return RELATIONS.index(plain if plain in RELATIONS else "other")


def gold_examples(path: Path, data: Path) -> list[Example]:
    """Sentences of annotated articles that hold a number.

    Args:
        path: gold rows.
        data: folder with ``wikinews/``.
    """
    found: list[Example] = []
    for row, article in cards.articles_of(cards.read_gold(path), wikinews.articles(data)):
        for sentence in split_sentences(article):
            numbers = tuple(_annotated(article, sentence.span, row))
            if any(number.is_statistic == 1.0 for number in numbers):
                found.append(Example(sentence.span.of(article.text), numbers))
    return found


def _annotated(article: Article, sentence: Span, row: dict[str, Any]) -> Iterator[Number]:
    def within(ends: Sequence[int] | None) -> Span | None:
        if ends is None or not (sentence.start <= ends[0] and ends[1] <= sentence.end):
            return None
        return Span(ends[0] - sentence.start, ends[1] - sentence.start)

    for figure in figures_of(article.text, sentence)[0]:
        digits = figure.number.digits
        at = Span(digits.start - sentence.start, digits.end - sentence.start)
        gold = next((g for g in row["callouts"] if cards.same_number(digits, g)), None)
        if gold is not None:
            measures = [m for m in map(within, gold["measure"]) if m is not None]
            yield Number(
                at, 1.0, measures[0] if measures else None, within(gold["period"]),
                DIRECTIONS.index(gold["direction"]), float(bool(gold["is_change"])), float(bool(gold["must"])), is_open=False,
            )  # fmt: skip
        elif any(n["span"][0] < digits.end and digits.start < n["span"][1] for n in row["not_callouts"]):  # fmt: skip
            yield Number(at, 0.0)


def silver_examples(data: Path, without: frozenset[str]) -> list[Example]:
    """What the rules say of the articles that are not in ``without``."""
    found: list[Example] = []
    for record in wikinews.articles(data).values():
        if record["id"] in without or not record["date"] or not 60 <= len(record["text"].split()) <= 900:  # fmt: skip
            continue
        article = parse(Request(record["id"], "record", msgspec.json.encode(record)))
        sentences = split_sentences(article)
        by_number = {c.number: c for c in find_callouts(article, sentences)}
        for sentence in sentences:
            start = sentence.span.start

            def here(span: Span, start: int = start) -> Span:
                return Span(span.start - start, span.end - start)

            numbers: list[Number] = []
            for figure in figures_of(article.text, sentence.span)[0]:
                digits = figure.number.digits
                callout = by_number.get(digits)
                if callout is not None:
                    measures = [m for m in callout.measure if sentence.span.holds(m)]
                    direction = callout.change.direction if callout.change else None
                    numbers.append(Number(
                        here(digits), 1.0, here(measures[0]) if measures else None,
                        here(callout.period.span) if callout.period else None, DIRECTIONS.index(direction),
                        float(callout.kind == "change"), is_open=False,
                    ))  # fmt: skip
                elif figure.role.role != "quantity":
                    numbers.append(Number(here(digits), 0.0))
            if any(number.is_statistic == 1.0 for number in numbers):
                found.append(Example(sentence.span.of(article.text), tuple(numbers)))
    return found
