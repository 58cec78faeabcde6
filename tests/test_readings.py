"""A trained reader beside the rules: what it may change, what it may not, and that it runs as trained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.callouts import find_callouts, list_numbers, when
from briefer.callouts.readings import Pointer, Reading
from briefer.models.runtime import load_figure_reader
from briefer.segmenting import split_sentences
from briefer.types import Article, Block, Callout, Published, Span

TEXT = "In 2025 the yard, which Cellvik owns, said on Tuesday that output at its Harn dock rose 12 percent to 1,204 hulls."
NUMBER = TEXT.index("1,204")


def article_of(text: str) -> Article:
    blocks = (Block("paragraph", Span(0, len(text))),)
    return Article("a", "a.txt", text, blocks, published=Published("2026-03-05", "given"))


def pointer(text: str, words: str | None, sure: float = 0.9) -> Pointer:
    """Points at some words of a text, or nowhere, with the rest spread evenly."""
    pieces = [(0, 0)]
    at = 0
    for word in text.split(" "):
        pieces.append((at, at + len(word)))
        at += len(word) + 1
    rest = math.log((1 - sure) / (len(pieces) - 1))
    starts, ends = [rest] * len(pieces), [rest] * len(pieces)
    if words is None:
        starts[0] = ends[0] = math.log(sure)
    else:
        start = text.index(words)
        end = start + len(words)
        starts[next(i for i, (a, b) in enumerate(pieces) if a <= start < b)] = math.log(sure)
        ends[next(i for i, (a, b) in enumerate(pieces) if a < end <= b)] = math.log(sure)
    return Pointer(pieces, starts, ends)


class Scripted:
    """Says the same of every number."""

    def __init__(
        self,
        measure: str | None,
        period: str | None,
        directions: tuple[float, float, float] = (0.01, 0.98, 0.01),
        is_told: float = 0.5,
    ) -> None:
        self.says = (measure, period, directions, is_told)

    def read(
        self, sentences: Sequence[str], numbers: Sequence[Sequence[Span]]
    ) -> list[list[Reading | None]]:
        measure, period, directions, is_told = self.says
        return [
            [
                Reading(pointer(s, measure), pointer(s, period), directions, 0.1, 0.9, is_told)
                for _ in spans
            ]
            for s, spans in zip(sentences, numbers, strict=True)
        ]


def read(reader: Scripted, text: str = TEXT) -> Callout:
    article = article_of(text)
    found = find_callouts(article, split_sentences(article), reader)
    return next(c for c in found if c.number.of(text) in {"1,204", "4,000"})


def test_the_reader_says_what_is_measured() -> None:
    callout = read(Scripted("output at its Harn dock", "In 2025"))
    assert callout.measure[0].of(TEXT) == "output at its Harn dock"


def test_what_it_points_at_loses_articles_and_marks() -> None:
    callout = read(Scripted("the yard,", "In 2025"))
    assert callout.measure[0].of(TEXT) == "yard"


def test_nowhere_leaves_the_rules_their_measure() -> None:
    article = article_of(TEXT)
    rules = {c.number: c.measure for c in find_callouts(article, split_sentences(article))}
    callout = read(Scripted(None, "In 2025"))
    assert callout.measure == rules[callout.number]


def test_a_time_that_the_rules_did_not_give_is_resolved_by_the_rules() -> None:
    text = "The yard, which opened a dock in May 2024, has 4,000 workers."
    callout = read(Scripted("yard", "in May 2024"), text)
    assert callout.period is not None
    assert (callout.period.start, callout.period.end) == ("2024-05-01", "2024-05-31")


def test_a_period_that_the_reader_denies_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(when, "weights_of", lambda _: {"reader": 1.0, "rules": 2.0})
    assert read(Scripted("yard", None), "In May the yard had 4,000 workers.").period is None


def test_words_of_time_unknown_to_the_rules_are_kept_and_not_resolved() -> None:
    text = "During the first sitting of the season the yard had 4,000 workers."
    callout = read(Scripted("yard", "During the first sitting of the season"), text)
    assert callout.period is not None
    assert callout.period.span.of(text) == "During the first sitting of the season"
    assert callout.period.start is callout.period.end is None


@pytest.mark.parametrize("words", ["at the gate", "than the same period before"])
def test_other_words_are_no_time(words: str) -> None:
    text = f"The yard had 4,000 workers {words}."
    assert read(Scripted("yard", words), text).period is None


def test_a_direction_goes_only_if_the_reader_is_much_surer() -> None:
    doubtful = read(Scripted("output", "In 2025", (0.6, 0.3, 0.1)))
    assert doubtful.change is not None
    assert doubtful.change.direction == "up"
    assert read(Scripted("output", "In 2025", (0.998, 0.001, 0.001))).change is None


def test_a_direction_comes_only_with_a_word_that_says_it() -> None:
    up = (0.001, 0.998, 0.001)
    text = "Hiring grew, and the yard now has 4,000 workers."
    callout = read(Scripted("workers", None, up), text)
    assert callout.change is not None
    assert callout.change.words.of(text) == "grew"
    assert read(Scripted("workers", None, up), "The yard has 4,000 workers.").change is None


def test_what_an_editor_would_pull_out_comes_first() -> None:
    article = article_of(TEXT)
    sentences = split_sentences(article)
    low = find_callouts(article, sentences, Scripted("output", "In 2025", is_told=0.05))
    high = find_callouts(article, sentences, Scripted("output", "In 2025", is_told=0.95))
    assert high[0].salience > low[0].salience
    assert low[0].salience > 0
    assert high[0].salience < 10


def test_every_number_is_listed_with_what_the_reader_says() -> None:
    article = article_of(TEXT)
    listed = list_numbers(article, split_sentences(article), Scripted("output at its Harn dock", "In 2025"))  # fmt: skip
    by_text = {one.number.of(TEXT): one for one in listed}
    assert by_text["1,204"].measure[0].of(TEXT) == "output at its Harn dock"
    assert by_text["2025"].role == "year"
    assert by_text["2025"].measure == ()


def test_other_languages_are_not_read() -> None:
    class Never:
        def read(
            self, sentences: Sequence[str], numbers: Sequence[Sequence[Span]]
        ) -> list[list[Reading | None]]:
            raise AssertionError("it was read")

    text = "Der Gewinn der Werft: 12%."
    article = Article("a", "a.txt", text, (Block("paragraph", Span(0, len(text))),), language="de")
    assert [c.figure.of(text) for c in find_callouts(article, split_sentences(article), Never())] == ["12%"]  # fmt: skip


logs = st.floats(-12, 0)


@given(st.data())
def test_whatever_it_points_at_all_spans_stay_in_the_sentence(data: st.DataObject) -> None:
    pieces = pointer(TEXT, None).pieces

    class Wild:
        def read(
            self, sentences: Sequence[str], numbers: Sequence[Sequence[Span]]
        ) -> list[list[Reading | None]]:
            def some() -> Pointer:
                ends = st.lists(logs, min_size=len(pieces), max_size=len(pieces))
                return Pointer(pieces, data.draw(ends), data.draw(ends))

            p = data.draw(st.tuples(logs, logs, logs))
            total = sum(map(math.exp, p))
            none, up, down = (math.exp(x) / total for x in p)
            return [[Reading(some(), some(), (none, up, down), 0.5, 0.5, 0.5) for _ in spans] for spans in numbers]  # fmt: skip

    article = article_of(TEXT)
    for callout in find_callouts(article, split_sentences(article), Wild()):
        for span in callout.spans():
            assert callout.sentence.holds(span)
            assert span.start < span.end
        for measure in callout.measure:
            assert not measure.holds(callout.number), "a number measures something else"


class TestTrainedReader:
    """The reader that is shipped."""

    def test_it_reads_a_plain_sentence(self) -> None:
        text = "In 2025 the number of ferries at Harn rose 12 percent to 1,204, the port said."
        article = article_of(text)
        (callout,) = find_callouts(article, split_sentences(article), load_figure_reader(print))
        assert callout.measure[0].of(text) == "number of ferries at Harn"
        assert callout.period is not None
        assert callout.period.span.of(text) == "In 2025"

    def test_a_reading_is_made_of_probabilities(self) -> None:
        reader = load_figure_reader(print)
        (reading,) = reader.read([TEXT], [[Span(NUMBER, NUMBER + 5)]])[0]
        assert reading is not None
        for values in (reading.measure.starts, reading.measure.ends, reading.period.starts, reading.period.ends):  # fmt: skip
            assert len(values) == len(reading.measure.pieces)
            assert np.exp(values).sum() == pytest.approx(1, abs=1e-4)
        assert sum(reading.directions) == pytest.approx(1, abs=1e-4)

    def test_other_sentences_beside_it_change_nothing_that_counts(self) -> None:
        reader = load_figure_reader(print)
        alone = reader.read([TEXT], [[Span(NUMBER, NUMBER + 5)]])[0][0]
        short = "It has 40 cranes."
        beside = reader.read([short, TEXT], [[Span(7, 9)], [Span(NUMBER, NUMBER + 5)]])[1][0]
        assert alone is not None
        assert beside is not None
        assert alone.measure.best()[1] == beside.measure.best()[1]
        assert np.allclose(alone.directions, beside.directions, atol=0.05)

    def test_a_number_beyond_the_window_is_left_to_the_rules(self) -> None:
        text = "The yard " + "and the dock " * 400 + "had 4,000 workers."
        at = text.index("4,000")
        assert load_figure_reader(print).read([text], [[Span(at, at + 5)]]) == [[None]]

    def test_without_sentences_there_is_nothing_to_read(self) -> None:
        assert load_figure_reader(print).read([], []) == []


def test_adapters_are_added_to_the_weights(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    from briefer.models.convert import adapters_in, merge, split_heads

    rng = np.random.default_rng(0)
    weight, a, b = (rng.normal(size=s).astype(np.float32) for s in ((4, 6), (2, 6), (4, 2)))
    save_file({"layer.weight": weight}, tmp_path / "model.safetensors")
    save_file(
        {"layer.lora_a": a, "layer.lora_b": b, "q.weight": weight},
        tmp_path / "adapters.safetensors",
    )
    adapters = adapters_in(tmp_path)
    assert adapters is not None
    merge(tmp_path / "model.safetensors", adapters)
    merged = load_file(tmp_path / "model.safetensors")["layer.weight"]
    assert np.allclose(merged, weight + 2 * b @ a, atol=1e-6)
    split_heads(adapters, tmp_path)
    assert set(load_file(tmp_path / "heads.safetensors")) == {"q.weight"}


def test_what_is_said_of_a_measure_is_no_part_of_it() -> None:
    text = "Inflation in Velland is forecast to slow to 4,000 points."
    reader = Scripted("Inflation in Velland is forecast to slow", None)
    assert read(reader, text).measure[0].of(text) == "Inflation in Velland"


@pytest.mark.parametrize("reader", [None, Scripted(None, None, (0.4, 0.3, 0.3))])
def test_a_number_without_a_measure_is_no_antecedent(reader: Scripted | None) -> None:
    text = "The number of ferries at Harn rose to 1,240 in May. And then 4,000 of it. It fell to 1,130 in June."
    article = article_of(text)
    found = find_callouts(article, split_sentences(article), reader)
    last = next(c for c in found if c.number.of(text) == "1,130")
    assert last.antecedent is not None
    assert last.antecedent.of(text) == "ferries at Harn"


def test_a_base_gets_no_direction_of_the_reader() -> None:
    callout = read(
        Scripted("yard", None), "At the yard staff have risen from 4,000 in 1995 to 5,500 in 2009."
    )
    assert callout.change is None


def test_they_of_nobody_is_no_callout() -> None:
    reader = load_figure_reader(print)
    found = []
    for before in ("Nobody knows why.", "Rents in Harn fell by 3 percent a year ago."):
        article = article_of(f"{before} They went up by 6 percent last year, the board said.")
        callouts = find_callouts(article, split_sentences(article), reader)
        found.append([c for c in callouts if c.number.of(article.text) == "6"])
    nobody, (rents,) = found
    assert nobody == []
    assert rents.antecedent is not None
    assert "Rents" in rents.antecedent.of(article.text)
