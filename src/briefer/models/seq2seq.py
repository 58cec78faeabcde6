"""Encoder-decoder models that write summaries: BART, PEGASUS, T5, mT5.

Two runtimes give the same model: CTranslate2's `Translator` with int8 weights, which is fast on a
CPU, and torch, which is the reference and the way to a GPU. Both read token ids from the same
`tokenizers` tokenizer and search with the same settings.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from briefer.models.catalog import ModelEntry
from briefer.models.encoder import load_tokenizer
from briefer.models.generation import Generation
from briefer.models.torch_generation import TorchGenerator, unpacked

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

# BART-large on two workers, 16 articles of 1,000 tokens: 3.88, 3.55 and 3.46 CPU-seconds an article in
# batches of 2, 4 and 8, with 1.2, 1.8 and 2.2 GB (docs/design-notes.md).
BATCH_SIZE: Final = 4
_LEFT_ALONE: Final[list[Any]] = []  # models that were stopped at work
_TICK: Final = 0.02  # seconds between two looks at a batch, so that Ctrl-C is heard


class _Seq2Seq:
    """What both runtimes share: tokens, the window, and text out of ids."""

    def __init__(self, tokenizer: Tokenizer, window: int, generation: Generation) -> None:
        self._tokenizer = tokenizer
        self._generation = generation
        self._window = window
        self._special = len(tokenizer.encode(generation.prefix).ids)

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, special tokens and prefix excluded."""
        return self._window - self._special

    def count_tokens(self, text: str) -> int:
        """Length of a string in tokens, special tokens and prefix excluded."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """A summary of each text; one over the window is read up to there."""
        if not prompts:
            return []
        self._tokenizer.enable_truncation(self._window)
        encodings = self._tokenizer.encode_batch([self._generation.prefix + p for p in prompts])
        self._tokenizer.no_truncation()
        return [self._tokenizer.decode(ids).strip() for ids in self._search(encodings)]

    def _search(self, encodings: Sequence[Encoding]) -> list[list[int]]:
        """Token ids of the answer to each input."""
        raise NotImplementedError


class CTranslate2Seq2Seq(_Seq2Seq):
    """Converted weights on the CPU, one thread a batch and as many batches at once as ``threads``.

    Args:
        folder: converted model.
        window: tokens that are read.
        generation: how to search.
        threads: to use.
        compute_type: ``int8``, or ``float32`` for tests against the reference.
    """

    def __init__(
        self,
        folder: Path,
        window: int,
        generation: Generation,
        threads: int,
        compute_type: str = "int8",
    ) -> None:
        import ctranslate2

        super().__init__(load_tokenizer(folder), window, generation)
        self._model = ctranslate2.Translator(
            str(folder), device="cpu", compute_type=compute_type, inter_threads=threads, intra_threads=1
        )  # fmt: skip

    def _search(self, encodings: Sequence[Encoding]) -> list[list[int]]:
        g, of = self._generation, self._tokenizer.id_to_token
        forced = None if g.forced_bos is None else [[of(g.forced_bos)]] * len(encodings)
        # The last token of a full answer is the end, which CTranslate2 leaves away; a forced first
        # one counts in neither length.
        longest = g.max_new_tokens - (g.forced_eos is not None)
        # Sorted by length and cut into batches by CTranslate2; asynchronous, so that Ctrl-C is heard.
        found = self._model.translate_batch(
            [e.tokens for e in encodings],
            target_prefix=forced,
            max_batch_size=BATCH_SIZE,
            asynchronous=True,
            beam_size=g.num_beams,
            length_penalty=g.length_penalty,
            repetition_penalty=g.repetition_penalty,
            no_repeat_ngram_size=g.no_repeat_ngram_size,
            min_decoding_length=min(g.min_new_tokens, longest),
            max_decoding_length=longest,
            max_input_length=0,
        )
        results = [answer.hypotheses[0] for answer in wait_for(found, self._model)]
        of_token = self._tokenizer.token_to_id
        return [[i for token in tokens if (i := of_token(token)) is not None] for tokens in results]


def wait_for(found: Sequence[Any], model: Any) -> list[Any]:
    """Results of asynchronous work, in order; Ctrl-C is heard meanwhile.

    Args:
        found: what CTranslate2 gave for it.
        model: that is working.
    """
    try:
        for pending in found:
            while not pending.done():
                time.sleep(_TICK)
    except KeyboardInterrupt:
        # To let go of a model waits for what it is doing; whoever stops does not want to.
        _LEFT_ALONE.append((model, found))
        raise
    return [pending.result() for pending in found]


class TorchSeq2Seq(_Seq2Seq):
    """The reference, through transformers."""

    def __init__(self, folder: Path, window: int, generation: Generation, threads: int) -> None:
        super().__init__(load_tokenizer(folder), window, generation)
        self._model = TorchGenerator("AutoModelForSeq2SeqLM", folder, threads, pad=generation.pad, pad_left=False)  # fmt: skip

    def _search(self, encodings: Sequence[Encoding]) -> list[list[int]]:
        g = self._generation
        return self._model.generate(
            [e.ids for e in encodings],
            BATCH_SIZE,
            num_beams=g.num_beams,
            early_stopping=g.num_beams > 1,
            length_penalty=g.length_penalty,
            repetition_penalty=g.repetition_penalty,
            no_repeat_ngram_size=g.no_repeat_ngram_size,
            min_new_tokens=g.min_new_tokens or None,
            max_new_tokens=g.max_new_tokens,
            forced_bos_token_id=g.forced_bos,
            forced_eos_token_id=g.forced_eos,
            eos_token_id=list(g.eos),
            decoder_start_token_id=g.decoder_start,
        )


def torch_seq2seq(entry: ModelEntry, threads: int) -> TorchSeq2Seq:
    """Load the reference runtime from a checked copy of the weights, removed once they are read."""
    with unpacked(entry) as files:
        return TorchSeq2Seq(files.folder, entry.window, files.generation, threads)
