"""Summaries that a seq2seq model writes: chunks of its window, one answer each, merged until it is one.

Nothing is cut off: a long text is read chunk by chunk, and the answers are read again as a text
(map, then merge), as often as it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from briefer.models.contract import Passage, TextGenerator, Written
from briefer.segmenting import cut_long_sentences, pack_sentences, sentences_in
from briefer.types import Span

_SHORTER: Final = 0.8  # of a text, what answers to its chunks must be to be read again


class Seq2SeqWriter:
    """Bullets from a model that answers a text with a summary.

    Args:
        generator: the model.
    """

    def __init__(self, generator: TextGenerator) -> None:
        self._generator = generator

    def write(self, passages: Sequence[Passage], n_bullets: int) -> list[list[Written]]:
        """The sentences of a summary of each passage, in the model's order."""
        del n_bullets  # how much such a model writes is in its settings
        texts = [" ".join(passage.sentences) for passage in passages]
        unfinished = list(range(len(texts)))
        while unfinished:
            chunks = {i: self.chunks(texts[i]) for i in unfinished}
            answers = iter(self._generator.generate([c for some in chunks.values() for c in some]))
            before, todo = list(texts), []
            for i, some in chunks.items():
                texts[i] = " ".join(filter(None, (next(answers) for _ in some)))
                # A model that answers a text with one as long would never come to an end.
                if len(some) > 1 and len(texts[i]) < _SHORTER * len(before[i]):
                    todo.append(i)
            unfinished = todo
        return [_written(text) for text in texts]

    def chunks(self, text: str) -> list[str]:
        """A text in chunks of the model's window, cut between sentences where that can be."""
        limit, count = self._generator.max_tokens, self._generator.count_tokens
        if not text.strip():
            return []
        if count(text) <= limit:
            return [text]
        ends = [span.end for span in sentences_in(text, Span(0, len(text)))]
        ends[-1:] = [len(text)]
        fine, _ = cut_long_sentences(text, ends, max_tokens=limit, count_tokens=count)
        packed = pack_sentences(text, fine, max_tokens=limit, count_tokens=count)
        return [chunk.span.of(text).strip() for chunk in packed]


def _written(text: str) -> list[Written]:
    spans = sentences_in(text, Span(0, len(text)))
    return [Written(span.printed(text)) for span in spans]
