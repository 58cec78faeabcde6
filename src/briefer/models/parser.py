"""The trained parser: a tree of each sentence from the vectors of its pieces.

The default encoder with low-rank adapters, merged at conversion, and a deep biaffine scorer of heads
and relations (Dozat and Manning 2017), trained on the GUM treebank by `training/parser.py`.
Each piece takes the head that suits it best (`one_root`); where that makes no tree there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from briefer.models.heads import gelu, load_heads
from briefer.syntax import RELATIONS, Tree, Word, grown
from briefer.types import Span

if TYPE_CHECKING:
    from briefer.models.contract import FloatArray
    from briefer.models.encoder import CTranslate2Encoder

_NEAR = 32  # buckets of distance on each side


class TrainedParser:
    """Finds the trees of sentences with an encoder and the heads that were trained on it."""

    def __init__(self, encoder: CTranslate2Encoder, folder: Path) -> None:
        self._encoder, self._heads = encoder, load_heads(folder)
        between = self._heads["rb"]  # (n_relations, width, width)
        self._between = between.transpose(1, 0, 2).reshape(between.shape[1], -1)

    def parse(self, sentences: Sequence[str]) -> list[Tree | None]:
        """Trees; see `syntax.Parser`. A sentence over the window has none."""
        fit = [s for s in sentences if self._encoder.count_tokens(s) <= self._encoder.max_tokens]
        trees = {
            text: self._tree(text, vectors, pieces)
            for text, (vectors, pieces) in zip(fit, self._encoder.token_vectors(fit), strict=True)
        }
        return [trees.get(text) for text in sentences]

    def _tree(
        self, text: str, vectors: FloatArray, pieces: Sequence[tuple[int, int]]
    ) -> Tree | None:
        """The tree of one sentence; the first piece, which stands for the sentence, is the root's head."""
        scores = self._scores_of(vectors)
        heads = one_root(scores)
        chances = np.exp(scores[np.arange(len(heads)), heads])
        relations, relation_chances = self._relations_of(vectors, heads)
        words: list[Word] = []
        of: dict[int, int] = {0: -1}  # which word each piece is part of
        last = len(pieces) - 1  # a special token
        for i in range(1, last):
            if RELATIONS[relations[i]] == "piece" and words and heads[i] in of:
                of[i] = len(words) - 1
            else:
                of[i] = len(words)
                words.append(Word(Span(*pieces[i]), "", i, "", 0.0))
        grouped: list[Word] = []
        for n, word in enumerate(words):
            i = word.head
            end = max(pieces[k][1] for k, owner in of.items() if owner == n)
            span = Span(word.span.start, end)
            sure = float(chances[i] * relation_chances[i])
            head = of.get(int(heads[i]), -1)
            grouped.append(Word(span, span.of(text).lower(), head, RELATIONS[relations[i]], sure))
        return grown(grouped) if grouped else None

    def _scores_of(self, vectors: FloatArray) -> FloatArray:
        """Log-probability that a piece (row) has another (column) as its head."""
        w = self._heads
        dependent = gelu(vectors @ w["dep.weight"].T + w["dep.bias"])
        head = gelu(vectors @ w["head.weight"].T + w["head.bias"])
        scores = dependent @ w["bil"] @ head.T + (vectors @ w["hb.weight"].T + w["hb.bias"]).T
        n = len(vectors)
        away = np.arange(n)[None] - np.arange(n)[:, None]
        steps = np.minimum((np.log2(np.abs(away) + 1) * 4).astype(np.int64), _NEAR)
        scores = scores + w["near.weight"][np.sign(away) * steps + _NEAR, 0]
        scores[:, n - 1] = -1e4  # the closing special token is nobody's head
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), dtype=np.float32)  # fmt: skip

    def _relations_of(
        self, vectors: FloatArray, heads: Sequence[int]
    ) -> tuple[list[int], FloatArray]:
        """The best relation of each piece to its head, and its probability."""
        w = self._heads
        dependent = gelu(vectors @ w["rd.weight"].T + w["rd.bias"])
        head = gelu(vectors @ w["rh.weight"].T + w["rh.bias"])[list(heads)]
        half = (dependent @ self._between).reshape(len(heads), -1, head.shape[1])
        scores = (half * head[:, None]).sum(axis=2)
        scores = (
            scores + np.concatenate([dependent, head], axis=1) @ w["rl.weight"].T + w["rl.bias"]
        )
        exp = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores.argmax(axis=1).tolist(), np.asarray(1 / exp.sum(axis=1), dtype=np.float32)


def one_root(scores: FloatArray) -> list[int]:
    """The best head of each piece, with a single root, and without circles where a few changes undo them.

    The surest root stays; of a circle, the piece goes elsewhere that loses least by it (the step of
    Chu and Liu 1965 and Edmonds 1967, without their search).

    Args:
        scores: log-probability of each head (column) of each piece (row), the first and last pieces being none.
    """
    scores = scores.copy()
    n = len(scores)
    np.fill_diagonal(scores, -np.inf)
    root = 1 + int(scores[1 : n - 1, 0].argmax()) if n > 2 else 0
    scores[np.arange(n) != root, 0] = -np.inf
    scores[root, 1:] = -np.inf
    for _ in range(_REPAIRS):
        heads = scores.argmax(axis=1)
        circle = _circle_in(heads.tolist())
        if not circle:
            break
        outside = scores[circle].copy()
        outside[:, circle] = -np.inf
        lost = scores[circle, heads[circle]] - outside.max(axis=1)
        piece = circle[int(lost.argmin())]
        scores[piece, circle] = -np.inf
    return [int(head) for head in scores.argmax(axis=1)]


_REPAIRS = 10


def _circle_in(heads: Sequence[int]) -> list[int]:
    """Pieces that hang on each other in a circle; empty if none do."""
    seen = [0] * len(heads)  # in which walk a piece was met
    for start in range(1, len(heads) - 1):
        i = start
        while i and not seen[i]:
            seen[i] = start
            i = heads[i]
        if i and seen[i] == start:
            circle, j = [i], heads[i]
            while j != i:
                circle.append(j)
                j = heads[j]
            return circle
    return []
