"""What a model is asked and what it answers; nothing heavy is imported to say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from briefer.types import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]


Runtime = Literal["ctranslate2", "torch"]


class Document(Value, frozen=True):
    """What a model needs of an article.

    Attributes:
        title: of the article.
        sentences: as printed.
        unfit: indices of those that are no bullets whatever they say.
        voiced: indices of those that are printed with the name of who speaks them.
        shorten: gives shorter forms of the sentences of some indices, where it knows any. That costs time: ask for
            those that may be chosen.
    """

    title: str | None
    sentences: tuple[str, ...]
    unfit: frozenset[int] = frozenset()
    voiced: frozenset[int] = frozenset()
    shorten: Callable[[Iterable[int]], Mapping[int, str]] | None = None

    def with_shorter(self, some: Iterable[int]) -> Document:
        """The document with shorter forms of the sentences of some indices."""
        found = self.shorten(some) if self.shorten else {}
        if not found:
            return self
        sentences = tuple(found.get(i, text) for i, text in enumerate(self.sentences))
        return Document(self.title, sentences, self.unfit, self.voiced)


@runtime_checkable
class Embedder(Protocol):
    """What gives vectors of texts."""

    def vectors_of(self, texts: Sequence[str]) -> FloatArray:
        """A vector of unit length for each of some texts, shape (n_texts, n_dimensions)."""


class Selection(Value, frozen=True):
    """What was chosen.

    Attributes:
        chosen: indices of the sentences, ascending.
        warnings: what was cut on the way.
        lede: index of the sentence that says most alone, if one stands alone.
    """

    chosen: tuple[int, ...]
    warnings: tuple[str, ...] = ()
    lede: int | None = None


class Extractor(Protocol):
    """A model that chooses sentences of a document."""

    def select(self, document: Document, n_bullets: int) -> Selection:
        """Choose at most ``n_bullets`` sentences, and the lede."""


class Encoder(Protocol):
    """A model that turns strings into vectors; two strings alike in meaning have a high dot product."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a string that are read, special tokens excluded."""

    def count_tokens(self, text: str) -> int:
        """Length of a string in tokens, special tokens excluded."""

    def embed(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors of unit length, shape (n_sentences, n_dimensions), float32.

        The result for a sentence depends on that sentence alone, whatever else is in the batch,
        up to rounding. A sentence longer than ``max_tokens`` is read up to there.
        """


class TextGenerator(Protocol):
    """A model that writes: strings in, strings out."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a prompt that are read, special tokens excluded."""

    def count_tokens(self, text: str) -> int:
        """Length of a string in tokens, special tokens excluded."""

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """An answer to each prompt, in order.

        The answer to a prompt depends on that prompt alone, whatever else is in the batch. A prompt
        longer than ``max_tokens`` is read up to there.
        """


class Passage(Value, frozen=True):
    """What a model that writes is given of an article.

    Attributes:
        title: of the article.
        sentences: of its body, in order.
    """

    title: str | None
    sentences: tuple[str, ...]


class Written(Value, frozen=True):
    """A bullet as a model wrote it, not checked yet.

    Attributes:
        text: what it wrote.
        sentences: indices of the sentences of the passage that it says it rests on; empty if it does not say.
    """

    text: str
    sentences: tuple[int, ...] = ()


class Writer(Protocol):
    """A model that writes bullets in its own words."""

    def write(self, passages: Sequence[Passage], n_bullets: int) -> list[list[Written]]:
        """Bullets of each passage, in order: about ``n_bullets``, none where nothing usable was written."""
