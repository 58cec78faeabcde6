"""Sentence ends and chunks: tricky cases, and the laws that must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.errors import SentenceTooLongError
from briefer.segmenting import cut_long_sentences, pack_sentences, sentence_ends, sentences_in
from briefer.types import Span

from .conftest import CASES

TRICKY = [
    line
    for line in (CASES / "segmenting" / "tricky.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
TEXTS = st.text(alphabet=st.sampled_from("aB1 .!?…\n\"”'()[]。é한"), max_size=200) | st.text(
    max_size=120
)


def count_words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("line", TRICKY)
def test_tricky_sentences_end_where_an_editor_ends_them(line: str) -> None:
    wanted = [part.strip() for part in line.split("¦")]
    text = line.replace(" ¦ ", " ").replace("¦ ", "").replace("¦", "")
    found = [span.of(text) for span in sentences_in(text, Span(0, len(text)))]
    assert found == wanted


@given(TEXTS)
def test_sentences_join_to_the_text_again(text: str) -> None:
    ends = sentence_ends(text)
    assert ends == sorted(set(ends))
    assert (ends[-1] if ends else 0) == len(text)
    assert "".join(text[a:b] for a, b in zip([0, *ends], ends, strict=False)) == text


@given(TEXTS)
def test_sentence_spans_are_disjoint_and_hold_all_that_is_not_white_space(text: str) -> None:
    spans = sentences_in(text, Span(0, len(text)))
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    assert "".join("".join(s.of(text).split()) for s in spans) == "".join(text.split())


@given(TEXTS, st.integers(1, 20))
def test_chunks_join_to_the_text_again_and_fit_the_window(text: str, window: int) -> None:
    ends = cut_long_sentences(text, sentence_ends(text), max_tokens=window, count_tokens=len).ends
    chunks = list(pack_sentences(text, ends, max_tokens=window, count_tokens=len))
    assert "".join(chunk.span.of(text) for chunk in chunks) == text
    assert all(0 < chunk.n_tokens <= window for chunk in chunks)
    assert all(len(chunk.span.of(text)) == chunk.n_tokens for chunk in chunks)


def test_chunks_are_packed_and_not_one_a_sentence() -> None:
    text = "One two three. Four five six. Seven eight nine. "
    ends = sentence_ends(text)
    chunks = list(pack_sentences(text, ends, max_tokens=6, count_tokens=count_words))
    assert [chunk.span.of(text) for chunk in chunks] == [
        "One two three. Four five six. ",
        "Seven eight nine. ",
    ]


def test_a_sentence_over_the_window_is_refused_by_the_packer_and_cut_by_the_cutter() -> None:
    text = "word " * 50
    with pytest.raises(SentenceTooLongError, match="50 tokens"):
        list(pack_sentences(text, [len(text)], max_tokens=20, count_tokens=count_words))
    cut = cut_long_sentences(text, [len(text)], max_tokens=20, count_tokens=count_words)
    assert cut.n_cut == 1
    pieces = [text[a:b] for a, b in zip([0, *cut.ends], cut.ends, strict=False)]
    assert "".join(pieces) == text
    assert all(piece.endswith(" ") for piece in pieces), "cut inside a word"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        ".",
        ".]",
        "[.]",
        "1. A ",
        "!?",
        "word ",
        "Mr. ",
        "A.B.",
        "1.",
        "“",
        "? ",
        "x.Y",
        "[1]",
        "U.S. The ",
        "… ",
    ],
)
def test_splitting_a_megabyte_of_anything_comes_to_an_end(unit: str) -> None:
    # No clock here: anything worse than linear would not end within the run's patience.
    text = unit * (1_000_000 // len(unit))
    ends = sentence_ends(text)
    assert ends[-1] == len(text)
