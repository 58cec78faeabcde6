"""Whether the callouts of a text are those that a reader of it asked for.

A wanted figure is written as it is printed, with whatever else is known of it; what is not given is
not asked. The cards are the best four callouts of a text, as in a brief.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from briefer.types import Callout, Direction

CARDS = 4


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure that the callouts should hold.

    Attributes:
        figure: as printed ("8.6 million tonnes").
        measure: what it measures, in words of the text.
        period: when it holds, in words of the text.
        direction: "up" or "down", if it says that something rose or fell.
    """

    figure: str
    measure: str | None = None
    period: str | None = None
    direction: Direction | None = None


class Cards(NamedTuple):
    """Counts over some texts.

    Attributes:
        shown: cards.
        right: of these, the ones that are wanted, with everything that is known of them right.
        wanted: figures.
        found: of these, the ones that stand on a card.
    """

    shown: int = 0
    right: int = 0
    wanted: int = 0
    found: int = 0

    def __add__(self, other: object) -> Cards:
        """Counts together."""
        if not isinstance(other, Cards):
            return NotImplemented
        return Cards(*(a + b for a, b in zip(self, other, strict=True)))


def score(text: str, callouts: Sequence[Callout], wanted: Sequence[Wanted]) -> Cards:
    """Count what is right among the cards of a text.

    Args:
        text: that the callouts point into.
        callouts: best first.
        wanted: of this text.
    """
    cards = callouts[:CARDS]
    figures = [figure.of(text) for card in cards for figure in card.figures()]
    return Cards(
        len(cards),
        sum(any(_is_right(text, card, one) for one in wanted) for card in cards),
        len(wanted),
        sum(any(_same(one.figure, figure) for figure in figures) for one in wanted),
    )


def _is_right(text: str, card: Callout, wanted: Wanted) -> bool:
    parts = [span.of(text) for span in card.measure]
    period = card.period.span.of(text) if card.period else ""
    direction = card.change.direction if card.change else None
    return (
        _same(wanted.figure, card.figure.of(text))
        and (
            wanted.measure is None
            or any(_alike(wanted.measure, m) for m in (*parts, " ".join(parts)))
        )
        and (wanted.period is None or _same(wanted.period, period))
        and (wanted.direction is None or wanted.direction == direction)
    )


def _same(one: str, other: str) -> bool:
    """Whether the words of one stand together in the other ("5 percent" and "about 5 percent")."""
    a, b = f" {' '.join(_words(one))} ", f" {' '.join(_words(other))} "
    return bool(a.strip() and b.strip()) and (a in b or b in a)


def _alike(one: str, other: str) -> bool:
    """Whether half of the words agree (F1)."""
    a, b = set(_words(one)), set(_words(other))
    return 4 * len(a & b) >= len(a) + len(b) > 0


def _words(text: str) -> list[str]:
    return [word.strip(",;:()") for word in text.casefold().split()]
