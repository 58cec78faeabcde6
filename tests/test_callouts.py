"""Figures: which numbers are quantities, and how they are cut out."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.callouts import find_callouts
from briefer.callouts.numbers import find_numbers
from briefer.segmenting import split_sentences
from briefer.types import Article, Block, Callout, Span, article_id

from .conftest import CASES, DEVELOPMENT

LINES = [
    line
    for line in (CASES / "callouts" / "figures.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def article_of(text: str) -> Article:
    return Article(
        article_id("s", None, text), "s", text, (Block("paragraph", Span(0, len(text))),)
    )


def callouts_of(text: str) -> tuple[Article, tuple[Callout, ...]]:
    article = article_of(text)
    return article, find_callouts(article, split_sentences(article))


@pytest.mark.parametrize("line", LINES)
def test_figures_are_cut_out_as_printed_and_nothing_else_is(line: str) -> None:
    text, expected = line.split("=>")
    text = text.strip()
    article, found = callouts_of(text)
    figures = [c.figure.printed(article.text) for c in sorted(found, key=lambda c: c.figure)]
    assert figures == [figure.strip() for figure in expected.split("|") if figure.strip()]


@given(st.text(alphabet=st.sampled_from("0123456789,.-–% $€abmt o\n")) | st.text())
def test_every_span_lies_in_its_sentence_and_holds_a_number(text: str) -> None:
    article, found = callouts_of(text)
    for callout in found:
        assert callout.sentence.holds(callout.figure)
        assert callout.figure.holds(callout.number)
        assert callout.unit is None or callout.sentence.holds(callout.unit)
        assert any(c.isalnum() for c in callout.number.of(article.text))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2.7 million", "2700000.0"), ("£2.7m", "2700000.0"), ("1,036", "1036"), ("-0.4", "-0.4"),
        ("thirteen", "13"), ("two hundred and five", "205"), ("twenty-one", "21"),
        ("three million", "3000000"), ("ninety nine thousand", "99000"),
        ("two three", None), ("million", None),
    ],
)  # fmt: skip
def test_values_are_parsed(words: str, value: str | None) -> None:
    (number,) = find_numbers(words, Span(0, len(words)))
    assert (None if number.value is None else str(number.value)) == value


@pytest.mark.parametrize("unit", ["1", "1,", "1,000,", "one hundred ", "12:", "$", "3-", "٣", "１"])
def test_a_megabyte_of_digits_comes_to_an_end(unit: str) -> None:
    article, found = callouts_of(unit * (300_000 // len(unit)))
    assert all(callout.number.end <= len(article.text) for callout in found)


def test_in_other_languages_signs_alone_are_trusted() -> None:
    text = "Les 62 éoliennes alimentent 600 000 foyers, soit 80% du plan, pour €2.1bn en 2030."
    article = msgspec.structs.replace(article_of(text), language="fr")
    found = find_callouts(article, split_sentences(article))
    assert {c.figure.of(text) for c in found} == {"80%", "€2.1bn"}


def test_a_figure_never_reaches_into_the_next_paragraph() -> None:
    text = "On Monday the index stood at 5,500\n\nBritish shares rose sharply, it said."
    article, found = callouts_of(text)
    assert [c.figure.of(article.text) for c in found] == ["5,500"]


@pytest.mark.parametrize(
    "text", ["one hundred\nand fifty people", "ſeven thouſand people", "hundred-and five"]
)
def test_odd_number_words_are_no_error(text: str) -> None:
    callouts_of(text)


def test_a_series_comes_before_a_lone_number() -> None:
    text = (
        "The port has 412 cranes. It grew by 3 percent. The rate was 8.4 percent in 2022, "
        "7.2 percent in 2023 and 6.0 percent in 2024."
    )
    article, found = callouts_of(text)
    assert [c.number.of(article.text) for c in found] == ["8.4", "7.2", "6.0", "3", "412"]


@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="development data are not here")
def test_the_seed_articles_figures_are_found_and_no_date_among_them() -> None:
    from briefer.reading.parsing import parse
    from briefer.reading.request import Request

    raw = (DEVELOPMENT / "seed" / "article.txt").read_bytes()
    gold = json.loads((DEVELOPMENT / "seed" / "callouts.json").read_text())
    article = parse(Request("seed", "text", raw))
    found = find_callouts(article, split_sentences(article))
    numbers = [c.figure for c in found]
    for callout in gold["callouts"]:
        points = callout.get("points", [callout])
        for point in points:
            wanted = Span(*point["span"])
            assert any(f.holds(wanted) or wanted.holds(f) for f in numbers), point
    for wrong in gold["not_callouts"]:
        span = Span(*wrong["span"])
        assert not any(f.start < span.end and span.start < f.end for f in numbers), wrong
    # The detail of an event never comes before a statistic.
    assert found[-1].figure.of(article.text) == "13 employees"
