"""Sentences chosen by what a summary would say, with the vectors of an encoder.

`openings` says how much each sentence reads like news, `wording` which words a summary would use,
`choosing` which sentences together say most of them. The weights are `weights/sentence-choice.json`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from briefer.models.choosing import choose, merits, promising
from briefer.models.contract import Document, Encoder, Selection
from briefer.models.lead import whole_sentences
from briefer.models.openings import centrality, form_of, form_scores, opening_scores, standardized
from briefer.models.wording import Uses, uses_of, worth_of
from briefer.resources import package_root
from briefer.segmenting import cut_long_sentences, pack_sentences

if TYPE_CHECKING:
    from briefer.models.contract import FloatArray

#: Pinned by its SHA-256 in the entry of the encoder that it was fitted with.
CHOICE_WEIGHTS: Final = "sentence-choice.json"


class ChoiceWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of the choice, made by `training/choice.py`.

    Attributes:
        form: of the form of a sentence, with ``meaning`` beside it.
        meaning: of the dimensions of the encoder's vectors.
        form_alone: of the form, for encoders that ``meaning`` was not fitted with.
        worth: of what is known of a word.
        rarity: inverse document frequencies of common words.
    """

    form: dict[str, float]
    meaning: list[float]
    form_alone: dict[str, float]
    worth: dict[str, float]
    rarity: dict[str, float]


def told_once(sentences: Sequence[str]) -> tuple[list[int], list[int]]:
    """Indices of the sentences less those that repeat another, ascending: news, and routine.

    A report says some things a hundred times, each time of another place or month: sentences that differ
    in names and numbers alone are routine.
    """
    forms = [tuple(_SMALL.findall(text)) for text in sentences]
    often = Counter(form for form in forms if len(form) >= _FEWEST_WORDS)
    first: dict[object, int] = {}
    for i, (text, form) in enumerate(zip(sentences, forms, strict=True)):
        first.setdefault(form if often[form] >= _FORMULA else text.casefold(), i)
    routine = [i for i in first.values() if often[forms[i]] >= _FORMULA]
    news = [i for i in first.values() if often[forms[i]] < _FORMULA]
    return news, routine


def _early(document: Document) -> float:
    """How much it counts that a sentence stands first: less in a report, not at all where people talk."""
    n = len(document.sentences)
    return 0.0 if 2 * len(document.voiced) > n else min(1.0, _REPORT / max(1, n))


def _part_of(document: Document, kept: Sequence[int]) -> Document:
    """A document with some of its sentences, counted anew."""
    if len(kept) == len(document.sentences):
        return document
    new_of = {old: new for new, old in enumerate(kept)}

    def shorten(some: Iterable[int]) -> Mapping[int, str]:
        found = document.shorten([kept[i] for i in some]) if document.shorten else {}
        return {new_of[old]: text for old, text in found.items()}

    return Document(
        document.title,
        tuple(document.sentences[i] for i in kept),
        unfit=frozenset(new_of[old] for old in document.unfit if old in new_of),
        voiced=frozenset(new_of[old] for old in document.voiced if old in new_of),
        shorten=shorten,
    )


_SMALL = re.compile(r"(?<![^\W\d_])[a-z]+\b")  # words without names and numbers
_ENCODED, _ENCODED_SHARE = 16, 12  # sentences that get a vector: so many, or one in so many
_SHORTENED = 3  # sentences a bullet for which a shorter form is asked
_REPORT = 120  # sentences from which a document is less and less an article
_FEWEST_WORDS = 5  # of a form
_FORMULA = 4  # sentences of one form


@cache
def choice_weights() -> ChoiceWeights:
    """Read `weights/sentence-choice.json`."""
    path = package_root() / "weights" / CHOICE_WEIGHTS
    return msgspec.json.decode(path.read_bytes(), type=ChoiceWeights)


class DocumentReading(NamedTuple):
    """What is known of a document.

    Attributes:
        document: with the shorter forms of its promising sentences.
        opening: how much each sentence reads like an opening, shape (n_sentences,).
        uses: of its words.
        n_cut: sentences longer than the model's window.
    """

    document: Document
    opening: FloatArray
    uses: Uses
    n_cut: int


class ExtractiveModel:
    """Sentences chosen by the vectors of an encoder.

    Args:
        encoder: gives the vectors.
        fitted: whether the weights of meanings were fitted with this encoder.
    """

    def __init__(self, encoder: Encoder, *, fitted: bool = False) -> None:
        self._encoder = encoder
        self._fitted = fitted
        self._seen: dict[str, FloatArray] = {}  # vectors of the last document's sentences

    def select(self, document: Document, n_bullets: int) -> Selection:
        """Choose what says most together: of an article in its order, of a report the best first."""
        news, routine = told_once(document.sentences)
        kept = news or routine
        chosen = self._select(_part_of(document, kept), n_bullets, _early(document))
        # Where there is little news, routine is better than nothing, and comes behind it.
        rest = [i for i in routine if i not in document.unfit][: max(0, n_bullets - len(news))]
        return Selection(
            (*(kept[i] for i in chosen.chosen), *(rest if news else ())),
            chosen.warnings,
            None if chosen.lede is None else kept[chosen.lede],
        )

    def _select(self, document: Document, n_bullets: int, early: float) -> Selection:
        if not document.sentences:
            return Selection(())
        weights = choice_weights()
        reading = self.read(document, weights, n_bullets, early)
        document, opening, n_cut = reading.document, reading.opening, reading.n_cut
        worth = worth_of(reading.uses, weights.worth)
        is_report = 0 < early < 1
        chosen = choose(document, opening, worth, n_bullets, early, ranked=is_report)
        needy = frozenset(range(len(document.sentences))).difference(whole_sentences(document))
        lede = choose(msgspec.structs.replace(document, unfit=needy), opening, worth, 1, early)
        warnings: tuple[str, ...] = ()
        if n_cut:
            noun = "sentence is" if n_cut == 1 else "sentences are"
            warnings = (
                f"{n_cut} {noun} longer than the model's window of "
                f"{self._encoder.max_tokens} tokens; read in pieces",
            )
        return Selection(tuple(chosen), warnings, lede[0] if lede else None)

    def read(
        self, document: Document, weights: ChoiceWeights, n_bullets: int, early: float = 1.0
    ) -> DocumentReading:
        """What is known of the sentences and of the words of a document that has some.

        Form and words say which sentences are promising; only these are shortened and encoded.
        """
        sentences, title = document.sentences, document.title
        forms = form_of(sentences)
        opening = form_scores(forms, weights.form_alone)
        central = np.zeros(len(sentences), dtype=np.float32)
        some = np.arange(len(sentences))
        if len(sentences) > (at_most := max(_ENCODED, len(sentences) // _ENCODED_SHARE)):
            uses = uses_of(sentences, title, central, opening, weights.rarity, early)
            merit = merits(document, opening, early)
            worth = worth_of(uses, weights.worth)
            best = promising(document, merit, worth, n_bullets, at_most)[0]
            some = np.array(sorted(best))
            document = document.with_shorter(best[: _SHORTENED * n_bullets])
        else:
            document = document.with_shorter(some.tolist())
        sentences = document.sentences
        encoded = [sentences[i] for i in some]
        vectors, n_cut = self.embed(encoded)
        self._seen = dict(zip(encoded, vectors, strict=True))
        scores = opening_scores(
            forms[some],
            vectors,
            weights.form if self._fitted else weights.form_alone,
            weights.meaning if self._fitted else None,
        )
        if len(some) < len(sentences):
            # On the scale of the others, which are judged by their form.
            scores = scores * opening[some].std() + opening[some].mean()
        opening[some] = scores
        central[some] = standardized(centrality(vectors))
        uses = uses_of(sentences, title, central, opening, weights.rarity, early)
        return DocumentReading(document, opening, uses, n_cut)

    def vectors_of(self, texts: Sequence[str]) -> FloatArray:
        """See `contract.Embedder`; what was encoded for the last document is not encoded again."""
        new = [text for text in texts if text not in self._seen]
        known = self._seen | dict(zip(new, self.embed(new)[0], strict=True))
        return np.stack([known[text] for text in texts])

    def embed(self, sentences: Sequence[str]) -> tuple[FloatArray, int]:
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
