"""The trained reader of figures: what a number measures, when it holds, which way it went.

The default encoder with low-rank adapters (Hu et al. 2021, "LoRA"), merged into its weights at
conversion, and small heads over its token vectors: for each number two pointers (Vinyals et al.
2015, "Pointer Networks") and a few probabilities. `training/` makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from briefer.callouts.readings import Pointer, Reading
from briefer.models.heads import gelu, load_heads
from briefer.types import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from briefer.models.contract import FloatArray
    from briefer.models.encoder import CTranslate2Encoder

_POINTERS = 4  # start and end of the measure, start and end of the period
_NEAR = 16  # buckets of distance on each side


class TrainedReader:
    """Reads numbers with an encoder and the heads that were trained on it."""

    def __init__(self, encoder: CTranslate2Encoder, folder: Path) -> None:
        self._encoder, self._heads = encoder, load_heads(folder)

    def read(
        self, sentences: Sequence[str], numbers: Sequence[Sequence[Span]]
    ) -> list[list[Reading | None]]:
        """Readings of each number; see `callouts.readings.FigureReader`."""
        encoded = self._encoder.token_vectors(sentences)
        return [
            self._read_one(vectors, pieces, spans)
            for (vectors, pieces), spans in zip(encoded, numbers, strict=True)
        ]

    def _read_one(
        self, vectors: FloatArray, pieces: Sequence[tuple[int, int]], spans: Sequence[Span]
    ) -> list[Reading | None]:
        return [self._read_number(vectors, pieces, span) for span in spans]

    def _read_number(
        self,
        vectors: FloatArray,
        pieces: Sequence[tuple[int, int]],
        span: Span,
    ) -> Reading | None:
        inside = [i for i, (a, b) in enumerate(pieces) if a < span.end and span.start < b and a < b]
        if not inside:
            return None
        heads, first, last = self._heads, inside[0], inside[-1]
        both = np.concatenate([vectors[first], vectors[last]])
        query = gelu(heads["q.weight"] @ both + heads["q.bias"])
        buckets = _buckets(len(pieces), first)
        scores = []
        for k in range(_POINTERS):
            asked = heads[f"pq.{k}.weight"] @ query + heads[f"pq.{k}.bias"]
            # The key of a piece times what is asked, the key's bias left out: it is the same for all.
            logits = vectors @ (asked @ heads[f"pk.{k}.weight"]) / np.sqrt(len(query))
            logits = logits + heads["dist.weight"][buckets + (2 * _NEAR + 1) * k, 0]
            scores.append(_log_softmax(logits[: len(pieces)]).tolist())
        answers = heads["cls.weight"] @ np.concatenate([query, vectors[0]]) + heads["cls.bias"]
        none, up, down = np.exp(_log_softmax(answers[:3])).tolist()
        is_change, is_statistic, is_told = (1 / (1 + np.exp(-answers[3:6]))).tolist()
        return Reading(
            Pointer(pieces, scores[0], scores[1]),
            Pointer(pieces, scores[2], scores[3]),
            (none, up, down),
            is_change,
            is_statistic,
            is_told,
        )


def _log_softmax(x: FloatArray) -> FloatArray:
    shifted = x - x.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)


def _buckets(n_pieces: int, at: int) -> NDArray[np.int64]:
    """Distance of each piece from ``at`` in logarithmic steps, 0 to 32; 16 is the piece itself."""
    distance = np.arange(n_pieces) - at
    steps = np.minimum((np.log2(np.abs(distance) + 1) * 3).astype(np.int64), _NEAR)
    return np.asarray(np.sign(distance) * steps + _NEAR, dtype=np.int64)
