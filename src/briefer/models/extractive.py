"""Choosing sentences: by position, centrality, likeness to the title, and novelty (MMR).

Maximal marginal relevance is Carbonell and Goldstein 1998; centrality here is likeness to the
mean of all sentence vectors, which costs O(n) where LexRank's graph costs O(n²).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from briefer.models.contract import Document, Encoder, Selection
from briefer.models.lead import UNFIT, fitness
from briefer.segmenting import cut_long_sentences, pack_sentences
from briefer.trimming import MOST_WORDS

if TYPE_CHECKING:
    from briefer.models.contract import FloatArray

# Weights from a grid over 57 development articles; likenesses go in as they are, since scaling
# them to 0…1 over the document let int8 rounding change the choice (docs/design-notes.md).
_POSITION, _CENTRALITY, _TITLE = 0.6, 0.3, 0.6
_POSITION_DECAY = 4.0  # sentences
_REDUNDANT_FROM = 0.7  # cosine above which a likeness to a chosen sentence counts against one


class ExtractiveModel:
    """Sentences chosen by the vectors of an encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def select(self, document: Document, n_bullets: int) -> Selection:
        """Choose by score, then by novelty; the order is the document's."""
        if not document.sentences:
            return Selection(())
        vectors, n_cut = self._embed(document.sentences)
        title = self._embed([document.title])[0][0] if document.title else None
        scores = score_sentences(document.sentences, vectors, title)
        chosen = choose_novel(scores, vectors, n_bullets)
        warnings: tuple[str, ...] = ()
        if n_cut:
            noun = "sentence is" if n_cut == 1 else "sentences are"
            warnings = (
                f"{n_cut} {noun} longer than the model's window of "
                f"{self._encoder.max_tokens} tokens; read in pieces",
            )
        return Selection(tuple(chosen), warnings)

    def _embed(self, sentences: Sequence[str]) -> tuple[FloatArray, int]:
        """Vector of each sentence; one over the window is the mean of its chunks."""
        pieces: list[str] = []
        owners: list[int] = []
        weights: list[int] = []
        n_cut = 0
        limit, count = self._encoder.max_tokens, self._encoder.count_tokens
        for i, text in enumerate(sentences):
            ends, cut = cut_long_sentences(text, [len(text)], max_tokens=limit, count_tokens=count)
            n_cut += cut
            if not cut:
                pieces.append(text)
                owners.append(i)
                weights.append(1)
                continue
            for chunk in pack_sentences(text, ends, max_tokens=limit, count_tokens=count):
                pieces.append(chunk.span.of(text))
                owners.append(i)
                weights.append(chunk.n_tokens)
        vectors = self._encoder.embed(pieces)
        if n_cut == 0:
            return vectors, 0
        summed = np.zeros((len(sentences), vectors.shape[1]), dtype=np.float32)
        np.add.at(summed, owners, vectors * np.asarray(weights, dtype=np.float32)[:, None])
        return summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12), n_cut


def score_sentences(
    sentences: Sequence[str], vectors: FloatArray, title: FloatArray | None
) -> FloatArray:
    """Score of each sentence, higher is better, shape (n_sentences,).

    Args:
        sentences: as printed, n of them.
        vectors: unit rows, shape (n_sentences, n_dimensions).
        title: unit vector of the title, if there is one.
    """
    n = len(sentences)
    position = np.exp(-np.arange(n, dtype=np.float32) / _POSITION_DECAY)
    middle = vectors.mean(axis=0)
    middle = middle / max(float(np.linalg.norm(middle)), 1e-12)
    scores = _POSITION * position + _CENTRALITY * (vectors @ middle)
    if title is not None:
        scores = scores + _TITLE * (vectors @ title)
    fit = np.asarray([fitness(text) - _too_long(text) for text in sentences], dtype=np.float32)
    return np.asarray(scores + fit, dtype=np.float32)


def _too_long(text: str) -> float:
    """What a bullet of more than 25 words loses: enough that a shorter one of like worth is taken."""
    over = len(text.split()) - MOST_WORDS
    return _LONG + _LONG_A_WORD * over if over > 0 else 0.0


_LONG, _LONG_A_WORD = 0.1, 0.003


def choose_novel(scores: FloatArray, vectors: FloatArray, n_bullets: int) -> list[int]:
    """Greedy choice of high scores, each lowered by its likeness to what is chosen; ascending."""
    chosen: list[int] = []
    redundancy = np.zeros_like(scores)
    for _ in range(min(n_bullets, len(scores))):
        value = scores - np.maximum(redundancy - _REDUNDANT_FROM, 0)
        value[chosen] = -np.inf
        best = int(value.argmax())
        # A fragment is no bullet; it is taken only where the text holds nothing else.
        if chosen and scores[best] <= -UNFIT / 2:
            break
        chosen.append(best)
        redundancy = np.maximum(redundancy, vectors @ vectors[best])
    return sorted(chosen)
