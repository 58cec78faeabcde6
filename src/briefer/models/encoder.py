"""Sentence encoders: strings in, unit vectors out.

Two runtimes give the same model: CTranslate2 with int8 weights, which is fast, and torch with
float32 weights, which is the reference. Both read token ids from the same `tokenizers`
tokenizer and pool by the mean over tokens (Reimers and Gurevych 2019, "Sentence-BERT").
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from briefer.models.catalog import ModelEntry
from briefer.models.weights import verified_copy

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from briefer.models.contract import FloatArray

# Sorted by length, four sentences fill this CPU's caches best: 523 sentences a CPU-second
# against 458 in batches of 8, 382 in 16 and 353 in 32 (docs/design-notes.md).
BATCH_SIZE = 4
_BLOCK = 512  # sentences

_T = TypeVar("_T")


class _TokenEncoder:
    """What both runtimes share: tokens, batches by length, mean pooling, unit length."""

    def __init__(self, tokenizer: Tokenizer, window: int) -> None:
        self._tokenizer = tokenizer
        self._special = tokenizer.num_special_tokens_to_add(is_pair=False)
        self._window = window

    @property
    def max_tokens(self) -> int:
        return self._window - self._special

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, sentences: Sequence[str]) -> FloatArray:
        if not sentences:
            return np.zeros((0, 1), dtype=np.float32)
        rows = []
        # In blocks, so that the vectors of a book's tokens are never held together.
        for start in range(0, len(sentences), _BLOCK):
            for hidden, _ in self.token_vectors(sentences[start : start + _BLOCK]):
                pooled = hidden.mean(axis=0)
                rows.append(pooled / max(float(np.linalg.norm(pooled)), 1e-12))
        return np.stack(rows).astype(np.float32)

    def token_vectors(
        self, sentences: Sequence[str]
    ) -> list[tuple[FloatArray, list[tuple[int, int]]]]:
        """Of each sentence the vectors of its tokens, shape (n_tokens, n_dimensions), and where they stand.

        Special tokens are included, with empty places. A sentence over the window is cut.
        """
        if not sentences:
            return []
        encodings = self._tokenizer.encode_batch(list(sentences))
        # Cut the middle, keep the closing special token.
        ids = [_cut(e.ids, self._window) for e in encodings]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        batches = [order[k : k + BATCH_SIZE] for k in range(0, len(order), BATCH_SIZE)]
        rows: dict[int, FloatArray] = {}
        for batch, hidden in zip(
            batches, self._forward([[ids[i] for i in batch] for batch in batches]), strict=True
        ):
            for row, i in enumerate(batch):
                rows[i] = hidden[row, : len(ids[i])]
        return [(rows[i], _cut(e.offsets, self._window)) for i, e in enumerate(encodings)]

    def _forward(self, batches: list[list[list[int]]]) -> Iterator[FloatArray]:
        """Last hidden states of each batch, shape (n_rows, n_tokens, n_dimensions), padded."""
        raise NotImplementedError


def _cut(items: list[_T], window: int) -> list[_T]:
    return items if len(items) <= window else [*items[: window - 1], items[-1]]


class CTranslate2Encoder(_TokenEncoder):
    """int8 weights on the CPU, one thread a batch and as many batches at once as ``threads``."""

    def __init__(self, folder: Path, window: int, threads: int) -> None:
        import ctranslate2

        super().__init__(load_tokenizer(folder), window)
        self._model = ctranslate2.Encoder(
            str(folder), device="cpu", compute_type="int8", inter_threads=threads, intra_threads=1
        )
        self._pool = ThreadPoolExecutor(threads, "encoder")

    def _forward(self, batches: list[list[list[int]]]) -> Iterator[FloatArray]:
        def one(batch: list[list[int]]) -> FloatArray:
            return np.asarray(self._model.forward_batch(batch).last_hidden_state)

        # The longest first, so that no thread is left with it at the end.
        return reversed(list(self._pool.map(one, reversed(batches))))


class TorchEncoder(_TokenEncoder):
    """float32 weights through transformers: the reference that the other runtime is tested against."""

    def __init__(self, folder: Path, window: int, threads: int) -> None:
        import torch
        from transformers import AutoModel
        from transformers.utils import logging

        super().__init__(load_tokenizer(folder), window)
        torch.set_num_threads(threads)
        logging.disable_progress_bar()
        self._torch: Any = torch
        self._model: Any = AutoModel.from_pretrained(
            folder,
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            attn_implementation="sdpa",
        ).eval()

    def _forward(self, batches: list[list[list[int]]]) -> Iterator[FloatArray]:
        torch = self._torch
        for batch in batches:
            longest = max(len(ids) for ids in batch)
            ids = torch.tensor([row + [0] * (longest - len(row)) for row in batch])
            mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in batch])
            with torch.inference_mode():
                hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
            yield hidden.numpy()


def torch_encoder(entry: ModelEntry, threads: int) -> TorchEncoder:
    """Load the reference runtime from a checked copy of the weights, removed once they are read."""
    with tempfile.TemporaryDirectory(prefix="briefer-") as folder:
        verified_copy(entry, Path(folder))
        return TorchEncoder(Path(folder), entry.window, threads)


def load_tokenizer(folder: Path) -> Tokenizer:
    """The model's own tokenizer, padding and truncation off: batching and windows are ours."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
