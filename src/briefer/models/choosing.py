"""Which bullets together say most of what a summary would say, in the fewest words.

The worth of a set is the ROUGE-1 F that is expected of it, given how likely a summary is to use each
word: what two bullets both say counts once, and words that no summary would use count against. The
set is found greedily, and then by exchanges, as maximum coverage is (Nemhauser et al. 1978).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from briefer.models.contract import Document
from briefer.models.lead import fit_sentences, fitness, points_back
from briefer.models.wording import MOST_USES, words_of
from briefer.trimming import MOST_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from briefer.models.contract import FloatArray

# From a grid over development articles; the values around them give the same within 0.5 ROUGE-1
# (docs/design-notes.md).
_WORDS_A_BULLET = 20.0  # length of the summary that is imagined
_FORM, _OPENING, _EARLY, _LONG = 0.1, 0.006, 0.05, 0.06
_DECAY = 3.0  # sentences
_LONG_A_WORD = 0.03  # of _LONG, for each word over the limit
_ALONE = 0.05  # what "she said" loses where the sentence before it is not chosen
_CANDIDATES = 50
_EXCHANGES = 20


def merits(document: Document, opening: FloatArray, early: float) -> NDArray[np.float64]:
    """What speaks for each sentence apart from its words: form, place, length, shape (n_sentences,).

    One that points back counts as if what it points to were not told.
    """
    sentences = document.sentences
    form = np.array(
        [fitness(text, voiced=i in document.voiced) for i, text in enumerate(sentences)]
    )
    over = np.array([len(text.split()) - MOST_WORDS for text in sentences])
    first = early * np.exp(-np.arange(len(sentences)) / _DECAY)
    alone = np.array([points_back(text) for text in sentences], dtype=float)
    return np.asarray(
        _FORM * form
        + _OPENING * opening
        + _EARLY * first
        - _LONG * (1 + _LONG_A_WORD * over) * (over > 0)
        - _ALONE * alone
    )


def choose(
    document: Document,
    opening: FloatArray,
    worth: Mapping[str, tuple[float, ...]],
    n_bullets: int,
    early: float = 1.0,
    *,
    ranked: bool = False,
) -> list[int]:
    """Choose at most ``n_bullets`` sentences, ascending or the best first.

    Fragments are taken only where the document holds nothing else, and then one; what is unfit never is.

    Args:
        document: of n sentences.
        opening: from `openings.opening_scores`, shape (n_sentences,).
        worth: from `wording.worth_of`.
        n_bullets: at least 1.
        early: how much it counts that a sentence stands first: 1 in an article, where the news does, less in
            a report, which begins with a preface, and not at all in a transcript.
        ranked: the best first.
    """
    sentences = document.sentences
    merit = merits(document, opening, early)
    fit = fit_sentences(document)
    if not fit:
        return []
    length = _WORDS_A_BULLET * n_bullets
    some, alone, counts = promising(
        document, merit, worth, n_bullets, max(_CANDIDATES, 3 * n_bullets)
    )
    # Told together, a sentence and the one that it points back to lose nothing.
    at = np.array(some)
    back = np.array([points_back(sentences[i]) for i in some], dtype=float)
    follows = (at[:, None] - at[None, :] == 1) * back[:, None]
    together = _ALONE * (follows + follows.T)
    found = _Coverage([counts[i] for i in some], worth, merit[some], together, length)
    chosen = sorted(some[k] for k in found.best(n_bullets))
    return sorted(chosen, key=lambda i: (-alone[i], i)) if ranked else chosen


def promising(
    document: Document,
    merit: NDArray[np.float64],
    worth: Mapping[str, tuple[float, ...]],
    n_bullets: int,
    at_most: int,
) -> tuple[list[int], dict[int, float], dict[int, Counter[str]]]:
    """The sentences that are worth most alone, best first; what each is worth; its words."""
    length = _WORDS_A_BULLET * n_bullets
    counts = {i: Counter(words_of(document.sentences[i])) for i in fit_sentences(document)}
    alone = {
        i: float(2 * sum(sum(worth.get(w, ())[:n]) for w, n in held.items()) / (held.total() + length) + merit[i])
        for i, held in counts.items()
    }  # fmt: skip
    return sorted(alone, key=lambda i: (-alone[i], i))[:at_most], alone, counts


class _Coverage:
    """Sets of candidates and what they are worth."""

    def __init__(
        self,
        counts: Sequence[Mapping[str, int]],
        worth: Mapping[str, tuple[float, ...]],
        merit: NDArray[np.float64],
        together: NDArray[np.float64],
        length: float,
    ) -> None:
        words = {word: k for k, word in enumerate(sorted({w for row in counts for w in row}))}
        self._counts = np.zeros((len(counts), len(words)), dtype=np.int64)
        for row, held in zip(self._counts, counts, strict=True):
            for word, n in held.items():
                row[words[word]] = n
        # What the first n uses of a word are worth together, at [word, n].
        self._worth = np.zeros((len(words), MOST_USES + 1))
        for word, k in words.items():
            chances = worth.get(word, ())
            self._worth[k, 1 : len(chances) + 1] = chances
        self._worth = self._worth.cumsum(axis=1)
        self._lengths = self._counts.sum(axis=1)
        self._merit = merit
        self._together = together
        self._length = length
        self._columns = np.arange(len(words))

    def best(self, n: int) -> list[int]:
        """The best set of at most ``n`` candidates that adding and exchanging finds."""
        chosen: list[int] = []
        best = -np.inf
        while len(chosen) < n:
            values = self._with_each(chosen)
            if values.max() <= best:
                break
            best = float(values.max())
            chosen.append(int(values.argmax()))
        for _ in range(_EXCHANGES):
            trials = [self._with_each(chosen[:k] + chosen[k + 1 :]) for k in range(len(chosen))]
            k = max(range(len(trials)), key=lambda k: float(trials[k].max()))
            if trials[k].max() <= best + 1e-9:
                break
            best = float(trials[k].max())
            chosen[k] = int(trials[k].argmax())
        return chosen

    def _with_each(self, chosen: Sequence[int]) -> NDArray[np.float64]:
        """Worth of a set with each candidate added, shape (n_candidates,)."""
        held = list(chosen)
        counts = np.minimum(self._counts + self._counts[held].sum(axis=0), MOST_USES)
        found = self._worth[self._columns, counts].sum(axis=1)
        lengths = self._lengths + self._lengths[held].sum()
        values = 2 * found / (lengths + self._length) + self._merit + self._merit[held].sum()
        values += self._together[:, held].sum(axis=1) + self._together[np.ix_(held, held)].sum() / 2
        values[held] = -np.inf
        return np.asarray(values)
