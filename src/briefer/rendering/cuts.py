"""Words cut from a source: what a template may print as a figure, and nothing else.

A `Cut` knows where its words stand, so that the gate can match what was printed with the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from briefer.types import Article, Span, Value


class Cut(Value, frozen=True):
    """Words of an article and their place in its text."""

    text: str
    article: str
    start: int
    end: int

    @property
    def ref(self) -> str:
        """Place as ``ARTICLE:START-END``, for the gate."""
        return f"{self.article}:{self.start}-{self.end}"


class Piece(Value, frozen=True):
    """A run of text; a figure is ``strong``."""

    text: str
    strong: bool = False


def cut(article: Article, span: Span) -> Cut:
    """Cut ``span`` out of an article, white space squeezed."""
    return Cut(span.printed(article.text), article.id, span.start, span.end)


def figure_text(value: Any) -> str:
    """The words of a cut; anything else is refused, so that no template can print a made-up figure.

    Raises:
        TypeError: ``value`` is not a `Cut`.
    """
    if not isinstance(value, Cut):
        raise TypeError(f"the filter 'figure' prints cuts of a source only, not {value!r:.60}")
    return value.text


def pieces_of(article: Article, span: Span, figures: Iterable[Span]) -> tuple[Piece, ...]:
    """The text of ``span`` with its figures strong; joined, it is ``span.printed(text)``."""
    pieces: list[Piece] = []
    at = span.start
    for figure in sorted(set(figures)):
        if figure.start < at or figure.end > span.end:
            continue
        pieces.append(Piece(_squeezed(article.text[at : figure.start])))
        pieces.append(Piece(_squeezed(figure.of(article.text)), strong=True))
        at = figure.end
    pieces.append(Piece(_squeezed(article.text[at : span.end])))
    return tuple(piece for piece in pieces if piece.text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)
