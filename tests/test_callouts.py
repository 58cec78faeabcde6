"""Figures: which numbers are quantities, and how they are cut out."""

from __future__ import annotations

import json
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.callouts import find_callouts
from briefer.callouts.figures import LONGEST_SENTENCE, figures_of
from briefer.callouts.numbers import find_numbers
from briefer.callouts.periods import times_in
from briefer.segmenting import split_sentences
from briefer.types import Article, Block, Callout, Published, Span, article_id

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
    found, _ = figures_of(text, Span(0, len(text)))
    figures = [f.span.printed(text) for f in found if f.role.role == "quantity"]
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


def test_a_series_is_one_callout_and_comes_before_lone_numbers() -> None:
    text = (
        "The port has 412 cranes. It grew by 3 percent. The rate was 8.4 percent in 2022, "
        "7.2 percent in 2023 and 6.0 percent in 2024."
    )
    article, found = callouts_of(text)
    numbers = [[p.number.of(article.text) for p in c.points] or c.number.of(text) for c in found]
    assert numbers.index(["8.4", "7.2", "6.0"]) < numbers.index("412")
    (grown,) = (c for c in found if c.number.of(text) == "3")
    assert grown.antecedent is not None
    assert grown.antecedent.of(text) == "port"


FIELDS = [
    block.strip().splitlines()
    for block in (CASES / "callouts" / "fields.txt").read_text(encoding="utf-8").split("\n\n")
    if block.strip() and not block.startswith("#")
]


def described(article: Article, c: Callout) -> str:
    """A callout as one line, in the form of the case file."""
    text = article.text

    def words(*spans: Span | None) -> str:
        return " / ".join(span.printed(text) for span in spans if span is not None)

    parts = [words(c.figure)]
    parts += [f"{c.bound}"] if c.bound != "=" else []
    parts += [f"unit {c.unit_name}"] if c.unit_name else []
    parts += [f"of {words(*c.measure)}"] if c.measure else []
    parts += [f"[{words(c.antecedent)}]"] if c.antecedent else []
    if c.period:
        parts.append(f"when {words(c.period.span)} = {c.period.start or ''}..{c.period.end or ''}")
    if c.change:
        parts.append(f"{c.change.direction}: {words(c.change.words)}")
        parts += [f"size {words(c.change.size)}"] if c.change.size else []
        parts += [f"basis {words(c.change.basis)}"] if c.change.basis else []
        parts += [f"base {words(c.change.base)}"] if c.change.base else []
    parts += [f"compared {words(c.comparison)}"] if c.comparison else []
    parts += [f"says {words(c.attribution)}"] if c.attribution else []
    parts += [c.standing] if c.standing != "reported" else []
    parts += [f"{words(p.period.span)}: {words(p.figure)}" for p in c.points]
    return " | ".join(parts)


@pytest.mark.parametrize("lines", FIELDS, ids=lambda lines: lines[0][:60])
def test_every_field_of_a_callout_is_cut_from_the_sentence(lines: list[str]) -> None:
    sentence, *expected = lines
    article = msgspec.structs.replace(
        article_of(sentence), published=Published("2026-03-05", "given")
    )
    found = find_callouts(article, split_sentences(article))
    assert [described(article, c) for c in sorted(found, key=lambda c: c.number)] == expected


def test_the_rate_is_the_one_that_was_named() -> None:
    text = (
        "The unemployment rate in the Tarn valley fell to 5.1 percent in 2025. About 3,700 people found work. "
        "Among those under 25 the rate was 14.6 percent. The price of timber rose by 3 percent."
    )
    _, found = callouts_of(text)
    rates = {c.number.of(text): c.antecedent for c in found}
    assert rates["14.6"] is not None
    assert rates["14.6"].of(text) == "unemployment rate in the Tarn valley"
    assert rates["5.1"] is None
    _, found = callouts_of("Prices rose by 3 percent in 2025. Among the young the rate was 14.6 percent.")  # fmt: skip
    assert [c.antecedent for c in found] == [None, None]


@pytest.mark.parametrize(
    ("sentence", "published", "day"),
    [
        ("The council presented a proposal to raise the fare to 64 crowns on 1 May.", "2026-03-04", "2026-05-01"),
        ("The company plans to hire 120 people on 1 October.", "2026-03-04", "2026-10-01"),
        ("Fares are to rise by 6 percent on 1 June.", "2026-03-04", "2026-06-01"),
        ("The fare doubles to 80 crowns on 15 March.", "2026-03-04", "2026-03-15"),
        ("Rents were raised by 5 percent as of 1 April.", "2026-03-04", "2026-04-01"),
        ("The fare rose to 30 crowns on 1 December.", "2026-03-04", "2025-12-01"),
        ("The fare rose to 30 crowns on 28 February.", "2026-03-04", "2026-02-28"),
        ("The fare goes up to 30 crowns on 5 January.", "2025-12-20", "2026-01-05"),
        ("The fare will go up to 30 crowns on 1 July.", "2025-12-20", "2026-07-01"),
        ("The fare went up to 30 crowns on 1 July.", "2025-12-20", "2025-07-01"),
        ("The firm sold 4,000 cars on 20 April, its best day of the year.", "2026-03-05", "2025-04-20"),
        ("The vote on 4 May was won by 300 votes, the party said.", "2026-03-05", "2025-05-04"),
        ("The crews have voted to put 400 boats out of work on 16 March.", "2026-03-05", "2026-03-16"),
        ("The union will call 40,000 workers out on strike on Monday, its leader said.", "2026-03-05", "2026-03-09"),
        ("Snow of up to 30 centimetres is forecast for the hills on Friday.", "2026-03-05", "2026-03-06"),
        ("The bank expects 300 customers at its meeting on Tuesday.", "2026-03-05", "2026-03-10"),
        ("On Monday the union will call 40,000 workers out.", "2026-03-05", "2026-03-09"),
        ("The bank kept its rate at 5 percent on Tuesday, and may raise it in the spring.", "2026-03-05", "2026-03-03"),
        ("The union called 40,000 workers out on strike on Monday.", "2026-03-05", "2026-03-02"),
        ("The strike will be joined by 40,000 workers on Thursday, their union said.", "2026-03-05", "2026-03-05"),
    ],
)  # fmt: skip
def test_a_day_without_its_year_is_a_near_one(sentence: str, published: str, day: str) -> None:
    article = msgspec.structs.replace(article_of(sentence), published=Published(published, "given"))
    (found,) = find_callouts(article, split_sentences(article))
    assert found.period is not None
    assert (found.period.start or found.period.end, found.period.end or day) == (day, day)


def test_without_a_date_only_words_that_name_a_year_are_resolved() -> None:
    text = "Output was 41,200 tonnes last year and 39,800 tonnes in 2019, the mill said."
    _, found = callouts_of(text)
    periods = {c.number.of(text): c.period for c in found}
    assert periods["41,200"] is not None
    assert periods["41,200"].start is None
    assert periods["39,800"] is not None
    assert (periods["39,800"].start, periods["39,800"].end) == ("2019-01-01", "2019-12-31")


@pytest.mark.parametrize(
    "unit",
    ["5 percent ", "rose 5 percent to 6 percent ", "12:", "3-", "one hundred hundred ", "2012 and ", "1 ,036 ", "$1.5bn, ",
     "half of ", "said 5 people ", "٣٤ ", "１２ ", "May 2012 ", "twice as many as ", "from 5 to "],
)  # fmt: skip
def test_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    """Not a clock: the number of steps is bounded by looking at long runs in pieces."""
    text = unit * (40_000 // len(unit))
    figures, _tokens = figures_of(text, Span(0, len(text)))
    assert all(0 <= f.span.start < f.span.end <= len(text) for f in figures)
    _article, found = callouts_of(text)
    assert all(len(c.sentence.of(text)) <= LONGEST_SENTENCE for c in found)


@pytest.mark.parametrize(
    "text", ["There were 1 ,036 of them.", "About 12,34 people.", "٣٤ people came.", "１２ people came.",
             "one hundred hundred people", "It was 1.234.567 dollars.", "two thirds of a million people"],
)  # fmt: skip
def test_rather_no_callout_than_a_wrong_one(text: str) -> None:
    assert callouts_of(text)[1] == ()


@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="development data are not here")
@pytest.mark.parametrize("who", ["rules", "rules and reader"])
def test_the_seeds_five_callouts_come_out_as_an_editor_would_pull_them(who: str) -> None:
    from briefer.models.runtime import load_figure_reader
    from briefer.reading.parsing import parse
    from briefer.reading.request import Request

    raw = (DEVELOPMENT / "seed" / "article.txt").read_bytes()
    gold = json.loads((DEVELOPMENT / "seed" / "callouts.json").read_text())
    article = parse(Request("seed", "text", raw))
    reader = None if who == "rules" else load_figure_reader(print)
    found = find_callouts(article, split_sentences(article), reader)
    assert len(found) == 5
    if reader is not None:  # by the rules they come in the editor's order, by the ranking nearly so
        order = [Span(*wanted["sentence_span"]) for wanted in gold["callouts"]]
        assert {order.index(c.sentence) for c in found[:3]} == {0, 1, 2}
        found = tuple(sorted(found, key=lambda c: order.index(c.sentence)))
    for callout, wanted in zip(found, gold["callouts"], strict=True):  # in the editor's order
        assert callout.sentence == Span(*wanted["sentence_span"])
        assert callout.measure[0] == Span(*wanted["measures_span"])
        if "points" in wanted:
            points = [(p.figure, float(p.value), p.period.span) for p in callout.points]
            assert points == [
                (Span(*p["span"]), p["value"], Span(*p["period_span"])) for p in wanted["points"]
            ]
            assert callout.antecedent is not None
            assert callout.antecedent == Span(*wanted["antecedent"]["span"])
            continue
        assert callout.figure == Span(*wanted["span"])
        assert callout.value == wanted["value"]
        assert callout.bound == wanted["approx"]
        assert callout.period is not None
        # With its preposition, which the editor left out once.
        assert callout.period.span.holds(Span(*wanted["period"]["span"]))
        assert (callout.period.start, callout.period.end) == (
            wanted["period"]["start"], wanted["period"]["end"],
        )  # fmt: skip
        change = wanted["change"]
        assert (callout.change.direction if callout.change else None) == (
            change["direction"] if change else None
        )
        if change:
            assert callout.change is not None
            assert callout.change.words == Span(*change["span"])
            if change.get("basis_surface"):
                assert callout.change.basis is not None
                assert callout.change.basis.of(article.text) == change["basis_surface"]
        if "comparison" in wanted:
            assert callout.comparison == Span(*wanted["comparison"]["span"])
        if "source" in wanted:
            assert callout.attribution is not None
            assert callout.attribution.of(article.text) == wanted["source"]["surface"]
    assert [c.standing for c in found] == ["reported", "reported", "reported", "forecast", "reported"]  # fmt: skip
    numbers = [figure for callout in found for figure in callout.figures()]
    for wrong in gold["not_callouts"]:
        span = Span(*wrong["span"])
        assert not any(f.start < span.end and span.start < f.end for f in numbers), wrong


def test_a_scale_word_of_another_language_makes_no_callout() -> None:
    text = "Die Miete: €12. Der Umsatz: €40 Millionen. Die Kosten: €3,2 Mrd."
    article = msgspec.structs.replace(article_of(text), language="de")
    assert [c.figure.of(text) for c in find_callouts(article, split_sentences(article))] == ["€12"]


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("The inflation rate is not 5 percent but 7 percent, the office said.", ["7 percent"]),
        ("Prices did not rise by 5 percent in 2025 but by 7 percent.", ["7 percent"]),
        ("The rate is not more than 5 percent, the office said.", ["not more than 5 percent"]),
    ],
)
def test_a_number_that_is_denied_is_none(sentence: str, figures: list[str]) -> None:
    article, found = callouts_of(sentence)
    assert [c.figure.of(article.text) for c in found] == figures


@pytest.mark.parametrize(
    "sentence",
    [
        "Police later searched the offices of the ferry company in Harn and seized 40 boxes of records from the cellar.",
        "More than 12,000 people have signed a petition against the rise, which the company announced in a letter to the crews.",
    ],
)
def test_who_says_something_else_does_not_say_the_number(sentence: str) -> None:
    _, (found,) = callouts_of(sentence)
    assert found.attribution is None


def test_what_may_come_later_makes_no_forecast_of_what_is() -> None:
    article, found = callouts_of("The central bank kept its rate at 5 percent on Tuesday, and may raise it to 6 percent in May.")  # fmt: skip
    assert {c.number.of(article.text): c.standing for c in found} == {
        "5": "reported",
        "6": "forecast",
    }
    article, found = callouts_of("Nearly 1,200 of the 3,400 refugees left the camp last week, and 900 more will leave next week.")  # fmt: skip
    assert {c.number.of(article.text): c.standing for c in found}["3,400"] == "reported"


def test_a_rate_of_another_unit_or_of_something_named_is_another_rate() -> None:
    _, found = callouts_of("The birth rate in Velland was 9 per thousand in 2025. The average rate was 12 percent for loans.")  # fmt: skip
    assert [c.antecedent for c in found] == [None, None]


def test_the_time_of_what_is_only_considered_is_no_period() -> None:
    _, (found,) = callouts_of("According to the union's survey, 38 percent of surgeons in the region are considering leaving within two years.")  # fmt: skip
    assert found.period is None
    _, (found,) = callouts_of("The mill is considering cutting 40 jobs within two years.")
    assert found.period is not None


@pytest.mark.parametrize(
    ("sentence", "start"),
    [
        ("Fares on the outer routes rise by 5 percent in May, the company said.", "2026-05-01"),
        ("Fares on the outer routes rose by 5 percent in May, the company said.", "2025-05-01"),
        ("The rate was 5.1 percent, down from 6.2 percent in May.", "2025-05-01"),
        ("Fares on the outer routes rise by 5 percent in December.", "2025-12-01"),
    ],
)
def test_a_month_that_is_near_lies_ahead_where_the_verb_is_of_now(
    sentence: str, start: str
) -> None:
    (found,) = times_in(sentence, Span(0, len(sentence)), date(2026, 3, 5))
    assert str(found.interval.start) == start
