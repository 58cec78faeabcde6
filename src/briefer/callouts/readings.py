"""What a trained reader says of a number, beside what the rules say.

The rules find the numbers and resolve the times; a reader points at the words of the sentence that
say what a number measures and when it holds. Whatever it points at is a span of the source, so
that it can be mistaken but can invent nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from briefer.types import Span


class Pointer(NamedTuple):
    """Where a span begins and ends, as log-probabilities of the pieces of a sentence.

    Attributes:
        pieces: spans of the pieces, in the sentence; the first is empty and stands for "nowhere".
        starts: log-probability that the span begins with a piece.
        ends: the same for its end.
    """

    pieces: Sequence[tuple[int, int]]
    starts: Sequence[float]
    ends: Sequence[float]

    @property
    def nowhere(self) -> float:
        """Log-probability that there is no such span."""
        return self.starts[0] + self.ends[0]

    def of(self, start: int, end: int) -> float:
        """Log-probability of the best span inside ``start`` to ``end``; low if no piece is there."""
        inside = [i for i, (a, b) in enumerate(self.pieces) if i and a < end and start < b]
        if not inside:
            return _IMPOSSIBLE
        return max(self.starts[i] for i in inside) + max(self.ends[i] for i in inside)

    def best(self) -> tuple[float, Span | None]:
        """The most likely span, at most 30 pieces long, and its log-probability."""
        score, found = _IMPOSSIBLE, None
        for i in range(1, len(self.pieces)):
            if self.starts[i] < _UNLIKELY:
                continue
            j = max(range(i, min(i + _LONGEST, len(self.pieces))), key=lambda j: self.ends[j])
            if self.starts[i] + self.ends[j] > score:
                score = self.starts[i] + self.ends[j]
                found = Span(self.pieces[i][0], self.pieces[j][1])
        return score, found


_LONGEST = 30  # pieces
_UNLIKELY, _IMPOSSIBLE = -9.0, -99.0


class Reading(NamedTuple):
    """What a reader says of one number.

    Attributes:
        measure: points at what the number measures.
        period: points at when it holds.
        directions: probability of none, up and down.
        is_change: probability that it is itself the size of a change.
        is_statistic: probability that it is a statistic at all.
        is_told: probability that an editor would pull it out.
    """

    measure: Pointer
    period: Pointer
    directions: tuple[float, float, float]
    is_change: float
    is_statistic: float
    is_told: float


class FigureReader(Protocol):
    """A model that reads the numbers of sentences."""

    def read(
        self, sentences: Sequence[str], numbers: Sequence[Sequence[Span]]
    ) -> list[list[Reading | None]]:
        """A reading of each number of each sentence; ``None`` where the sentence is too long for it.

        Args:
            sentences: n strings.
            numbers: for each, where its numbers stand in it.
        """
