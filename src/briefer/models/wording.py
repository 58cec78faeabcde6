"""How likely a summary is to use each word of a document.

Summaries by people, and the words that they kept, taught a logistic regression (`training/`) what
Hong and Nenkova 2014 ("Improving the estimation of word importance") found for clusters of news: how
often a word comes, how rare it is elsewhere, where it stands, and in what company.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from briefer.models.contract import FloatArray

_TOKEN = re.compile(r"[^\W_]+")
_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z]\w{0,40}")
#: A word is asked about so often: the second "bank" of a summary is less likely than the first.
MOST_USES: Final = 4
_RARE: Final = 7.0  # inverse document frequency of a word that is not among the common ones
_DECAY = 3.0  # sentences
_ARTICLE = 120  # sentences; a longer document is a report

#: What is known of the n-th use of a word, in the order of `_known`.
KNOWN: Final = (
    "rarity", "rarity squared", "count", "count × rarity", "spread",
    "early", "early × rarity", "opening", "opening × rarity", "central", "central × rarity",
    "first use", "second use", "further use × rarity",
    "in the title", "capital", "number", "letters",
)  # fmt: skip


class Uses(NamedTuple):
    """Uses of words in a document.

    Attributes:
        words: of each use, its word.
        numbers: of each use, which of the word's it is, from 1.
        known: features, shape (n_uses, ``len(KNOWN)``).
    """

    words: list[str]
    numbers: list[int]
    known: NDArray[np.float64]


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Words of a text in the form in which they are counted: lower case, no plural s."""
    return tuple(
        w[:-1] if len(w) > 3 and w[-1] == "s" and w[-2] not in "sui" else w
        for w in _TOKEN.findall(text.lower())
    )


def uses_of(
    sentences: Sequence[str],
    title: str | None,
    central: FloatArray,
    opening: FloatArray,
    rarity: Mapping[str, float],
    early: float = 1.0,
) -> Uses:
    """What is known of each use of each word.

    Args:
        sentences: as printed, n of them.
        title: of the document.
        central: from `openings.centrality`, standardized, shape (n_sentences,).
        opening: from `openings.opening_scores`, shape (n_sentences,).
        rarity: inverse document frequencies of common words.
        early: how much it counts that a word stands first; between 0 and 1.
    """
    places: dict[str, list[int]] = {}
    for i, text in enumerate(sentences):
        for word in words_of(text):
            places.setdefault(word, []).append(i)
    capitals = {w for text in sentences for found in _CAPITAL.findall(text) for w in words_of(found)}  # fmt: skip
    in_title = set(words_of(title or ""))
    # A word that comes ten times in a report is what one that comes once in an article is.
    scale = min(1.0, _ARTICLE / max(1, len(sentences)))
    words: list[str] = []
    numbers: list[int] = []
    rows: list[list[float]] = []
    for word, where in places.items():
        sentences_of = sorted(set(where))
        rare = rarity.get(word, _RARE)
        count = math.log(max(1.0, len(where) * scale))
        near = float(max(central[i] for i in sentences_of))
        openings = sorted((float(opening[i]) for i in where), reverse=True)
        for use in range(min(len(where), MOST_USES)):
            first = early * math.exp(-where[use] / _DECAY)
            words.append(word)
            numbers.append(use + 1)
            rows.append(
                [
                    rare, rare * rare, count, count * rare, len(sentences_of) / len(sentences),
                    first, first * rare, openings[use], openings[use] * rare, near, near * rare,
                    use == 0, use == 1, (use > 0) * rare,
                    word in in_title, word in capitals, word.isdigit(), len(word),
                ]
            )  # fmt: skip
    return Uses(words, numbers, np.asarray(rows, dtype=np.float64).reshape(len(rows), len(KNOWN)))


def worth_of(uses: Uses, weights: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    """How likely a summary uses each word once, twice … at most `MOST_USES` times.

    Args:
        uses: from `uses_of`.
        weights: by the names of `KNOWN`, and "bias".
    """
    scores = uses.known @ np.array([weights[name] for name in KNOWN]) + weights["bias"]
    chances = 1 / (1 + np.exp(-scores))
    worth: dict[str, tuple[float, ...]] = {}
    for word, chance in zip(uses.words, chances.tolist(), strict=True):
        worth[word] = (*worth.get(word, ()), chance)
    return worth


def rarities(documents: Sequence[Sequence[str]], n_words: int) -> dict[str, float]:
    """Inverse document frequencies of the commonest words of some documents."""
    seen: Counter[str] = Counter()
    for sentences in documents:
        seen.update({word for text in sentences for word in words_of(text)})
    return {word: round(math.log(len(documents) / n), 2) for word, n in seen.most_common(n_words)}
