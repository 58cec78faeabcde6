"""Long sentences told without a clause: what their trees let go, what stays, and that nothing is lost or added."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.drafting import Drafts
from briefer.grounding import passed_checks
from briefer.models.parser import one_root
from briefer.models.runtime import load_parser
from briefer.syntax import Parser, Tree, Word, grown
from briefer.trimming import count_words, joined, trim
from briefer.types import Article, Block, Sentence, Span

from .conftest import CASES

LINES = [
    line.split(" => ")
    for line in (CASES / "clauses.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
WHOLE = [
    # a plan's "after" is its condition
    "Farmers in the Tarn valley will sell the first of their early barley to the brewers of the coast after the parliament has passed the new law on grain.",
    # "so angry … that" goes together
    "She was so angry about the delay of the ferry and the silence of the company that she wrote a letter to the minister and the newspapers.",
    # numbers, negations and hedges stay
    "The port of Harn closed its southern basin to tankers of every flag on Monday as divers searched the wreck for 40 leaking drums of paint.",
    "The port of Harn closed its southern basin to tankers of every flag on Monday as divers did not find the leaking drums of paint in the wreck.",
    "The council of Norrvik bought the old paper mill from its creditors and may hand the keys of the building to a group of artists from the valley.",
    # what is denied may be the circumstance alone
    "The new law on the wages of the crews was not adopted by the parliament in its last session of the winter as the minister had promised the union of the islanders.",
    # what is said goes with who says it, unless that can stand beside the source
    "He said the owners of the ferries had asked the state for help with the wages of the crews and the repair of boats on all of the lakes.",
]


def article_of(text: str) -> Article:
    return Article("a", "a.txt", text, (Block("paragraph", Span(0, len(text))),), language="en")


def drafts_of(text: str, parser: Parser | None) -> Drafts:
    return Drafts(article_of(text), [Sentence(Span(0, len(text)), 0, 0)], parser)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return load_parser(print)


@pytest.mark.parametrize(("sentence", "expected"), LINES)
def test_a_clause_that_can_go_goes(parser: Parser, sentence: str, expected: str) -> None:
    drafts = drafts_of(sentence, parser)
    assert drafts.texts == (sentence,)
    assert drafts.shorten([0]) == {0: drafts.short[0].text}
    assert drafts.short[0].printed(sentence) == expected
    assert passed_checks(drafts.short[0], article_of(sentence)) == ("trimmed",)


TURNED = [
    line
    for line in (CASES / "whole.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("sentence", TURNED)
def test_what_would_turn_the_rest_stays(parser: Parser, sentence: str) -> None:
    drafts = drafts_of(sentence, parser)
    drafts.shorten([0])
    assert drafts.texts == (sentence,)


@pytest.mark.parametrize("sentence", WHOLE)
def test_what_the_rest_needs_stays(parser: Parser, sentence: str) -> None:
    drafts = drafts_of(sentence, parser)
    drafts.shorten([0])
    assert drafts.texts == (sentence,)


def test_a_place_in_the_article_makes_no_difference(parser: Parser) -> None:
    sentence, expected = LINES[0]
    text = f"Fares.\n\n{sentence}"
    at = len("Fares.\n\n")
    article = Article("a", "a.txt", text, (Block("paragraph", Span(at, len(text))),), language="en")
    drafts = Drafts(article, [Sentence(Span(at, len(text)), 0, 0)], parser)
    assert drafts.shorten([0]) == {0: expected}


def test_a_lede_keeps_who_says_it_and_loses_a_clause(parser: Parser) -> None:
    told = "The ferry company of the outer islands raised its fares for a second time this year after the price of marine fuel rose on the markets of the mainland, the union of its crews said."
    lede = drafts_of(told, parser).lede(0)
    assert lede is not None
    assert (
        lede.text
        == "The ferry company of the outer islands raised its fares for a second time this year, the union of its crews said."
    )
    assert lede.speaker is None
    assert drafts_of(told, None).lede(0) is None


def test_a_sentence_beyond_the_window_has_no_tree(parser: Parser) -> None:
    assert parser.parse(["and so on " * 200, "It rained."])[0] is None
    assert parser.parse([]) == []


def test_every_word_of_a_sentence_is_in_its_tree(parser: Parser) -> None:
    text = "The U.S. company didn't say whether Anna Berg-Lie (38) left the talks."
    (tree,) = parser.parse([text])
    assert tree is not None
    assert "".join(word.span.of(text) for word in tree.words) == text.replace(" ", "")
    assert [word.text for word in tree.words if word.relation == "root"] == ["say"]
    assert tree.words[1].text == "u.s."


def word(head: int) -> Word:
    return Word(Span(0, 1), "x", head, "dep", 1.0)


def test_only_a_tree_is_a_tree() -> None:
    assert grown([word(-1), word(0), word(1)]) is not None
    assert grown([word(-1), word(-1)]) is None  # two roots
    assert grown([word(-1), word(2), word(1)]) is None  # a circle
    assert grown([word(1), word(0)]) is None
    assert grown([]) is None


def test_what_hangs_on_a_word_is_a_stretch_or_nothing() -> None:
    tree = Tree([word(-1), word(0), word(1), word(0), word(1)])
    assert tree.stretch(0) == (0, 4)
    assert tree.stretch(3) == (3, 3)
    assert tree.stretch(1) is None  # the fourth word stands between
    assert tree.children[1] == (2, 4)


@given(st.integers(3, 12), st.integers(0, 10_000))
def test_heads_have_one_root(n: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(n, n)).astype(np.float32)
    heads = one_root(scores)
    assert sum(head == 0 for head in heads[1 : n - 1]) == 1
    assert all(head != i for i, head in enumerate(heads) if i)


def test_a_circle_is_left_where_that_costs_least() -> None:
    # Pieces 1 and 2 are each other's best heads; 2 would as soon hang on the root, piece 3.
    scores = np.full((5, 5), -9.0, dtype=np.float32)
    scores[1, 2], scores[2, 1], scores[2, 3], scores[3, 0] = 0.0, 0.0, -0.1, 0.0
    assert one_root(scores)[1:4] == [2, 3, 0]


WORDS = "the port , which Harn owns ( old ) may not open 12 quays after crews left and went “ home ” said it on Monday because .".split()  # fmt: skip
RELATIONS = ["nsubj", "obj", "advcl", "relcl", "appos", "acl", "conj", "ccomp", "parataxis", "punct", "cc", "obl", "mark"]  # fmt: skip


@st.composite
def sentences_with_trees(draw: st.DrawFn) -> tuple[str, Tree | None]:
    """Nonsense of up to 40 words, and any tree whatever of it."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=40))
    starts = list(itertools.accumulate((len(w) + 1 for w in words), initial=0))
    n = len(words)
    root = draw(st.integers(0, n - 1))
    rows = []
    for i, (start, text) in enumerate(zip(starts, words, strict=False)):
        head = -1 if i == root else draw(st.integers(0, n - 1))
        relation = "root" if i == root else draw(st.sampled_from(RELATIONS))
        rows.append(Word(Span(start, start + len(text)), text.lower(), head, relation, 1.0))
    return " ".join(words), grown(rows)


@given(sentences_with_trees(), st.integers(5, 20))
def test_whatever_the_tree_nothing_is_added_and_no_number_or_not_is_lost(
    given_tree: tuple[str, Tree | None], at_most: int
) -> None:
    text, tree = given_tree
    trimmed = trim(text, Span(0, len(text)), at_most, tree=tree)
    assert list(trimmed.parts) == sorted(trimmed.parts)
    assert all(a.end <= b.start for a, b in itertools.pairwise(trimmed.parts))
    left = " ".join(part.of(text) for part in trimmed.parts)
    for kept in ("12", " not ", "may"):
        assert left.count(kept) == text.count(kept)
    assert joined(text, trimmed.parts)
    assert count_words(text, trimmed.parts) <= len(text.split())
