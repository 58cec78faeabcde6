"""Sentences that stand inside a quotation: no bullets, since nobody could tell whose words they are."""

from __future__ import annotations

import pytest

from briefer.quotations import spoken
from briefer.segmenting import split_sentences
from briefer.types import Article, Block, Span


def article_of(*paragraphs: str) -> Article:
    text, blocks = "", []
    for paragraph in paragraphs:
        blocks.append(Block("paragraph", Span(len(text), len(text) + len(paragraph))))
        text += paragraph + "\n\n"
    return Article("a", "a.txt", text, tuple(blocks), language="en")


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (("“The tide came,” said Tora Lie. “The wall broke. We ran.” The mayor agreed.",), {1, 2}),
        (('"The tide came," said Tora Lie. "The wall broke. We ran." The mayor agreed.',), {1, 2}),
        (("Tora Lie said the tide “came at night”. The wall broke.",), set()),
        (("“The tide came. The wall broke,” said Tora Lie.",), {0}),
        (("“The tide came at night.",), {0}),
        (("The board is 12\" wide. The wall broke. It is 3\" thick.",), set()),
        (("Tora Lie spoke: “The tide came.", "“The wall broke. We ran.”"), {1, 2}),
        (("“The tide came.”",), {0}),
    ],
)  # fmt: skip
def test_which_sentences_are_inside(paragraphs: tuple[str, ...], expected: set[int]) -> None:
    article = article_of(*paragraphs)
    sentences = split_sentences(article)
    assert spoken(article, sentences) == expected, [s.span.of(article.text) for s in sentences]
