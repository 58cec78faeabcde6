"""What models that write share in torch: loading, batches of like length, and the call to generate."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from briefer.models.catalog import ModelEntry
from briefer.models.convert import write_tokenizer
from briefer.models.generation import Generation, generation_in, with_settings
from briefer.models.weights import verified_copy

_ON_GPU: Final = 32  # inputs at once on a GPU, or as many as its memory holds


class Unpacked(NamedTuple):
    """A model's checked files, and its settings of generation with the catalogue's over them."""

    folder: Path
    generation: Generation


@contextmanager
def unpacked(entry: ModelEntry) -> Iterator[Unpacked]:
    """A checked copy of a model's files with its tokenizer, removed at the end.

    Raises:
        ModelError: a file is missing or is not what models.txt says.
    """
    with tempfile.TemporaryDirectory(prefix="briefer-") as name:
        folder = Path(name)
        verified_copy(entry, folder)
        write_tokenizer(folder, folder)
        yield Unpacked(folder, with_settings(generation_in(folder), entry.settings))


class TorchGenerator:
    """A model of transformers: float32 on a CPU, bfloat16 on a GPU where there is one.

    Args:
        architecture: name of the class of transformers that loads it.
        folder: of its files.
        threads: to use on a CPU.
        pad: token that fills a batch.
        pad_left: whether it stands before the inputs, as where the answer follows them.
    """

    def __init__(
        self, architecture: str, folder: Path, threads: int, *, pad: int | None, pad_left: bool
    ) -> None:
        import torch
        import transformers
        from transformers.utils import logging

        torch.set_num_threads(threads)
        logging.disable_progress_bar()
        self._torch: Any = torch
        self._pad, self._pad_left = pad or 0, pad_left
        self.on_gpu: bool = torch.cuda.is_available()
        model = getattr(transformers, architecture).from_pretrained(
            folder,
            dtype=torch.bfloat16 if self.on_gpu else torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        self._model: Any = model.eval().to("cuda" if self.on_gpu else "cpu")

    def generate(self, rows: Sequence[list[int]], size: int, **settings: Any) -> list[list[int]]:
        """Token ids that come of each input, in order; with ``pad_left`` without the input.

        Args:
            rows: token ids of the inputs.
            size: of a batch on a CPU.
            settings: of `transformers.GenerationConfig`.
        """
        from transformers import GenerationConfig

        config = GenerationConfig(do_sample=False, pad_token_id=self._pad, **settings)
        # Its own settings are in ours; left there they would be merged in again.
        self._model.generation_config = config
        return by_length(rows, _ON_GPU if self.on_gpu else size, lambda b: self._batch(b, config))

    def _batch(self, rows: list[list[int]], config: Any) -> list[list[int]]:
        torch, longest = self._torch, max(len(row) for row in rows)
        fill = [[self._pad] * (longest - len(row)) for row in rows]
        pairs = list(zip(fill, rows, strict=True))
        ids = [f + row if self._pad_left else row + f for f, row in pairs]
        mask = [[0] * len(f) + [1] * len(row) if self._pad_left else [1] * len(row) + [0] * len(f) for f, row in pairs]  # fmt: skip
        device = self._model.device
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=torch.tensor(ids, device=device),
                attention_mask=torch.tensor(mask, device=device),
                generation_config=config,
            )
        return [row[longest if self._pad_left else 0 :] for row in made.tolist()]


def by_length(
    rows: Sequence[list[int]], size: int, answer: Callable[[list[list[int]]], list[list[int]]]
) -> list[list[int]]:
    """Answers to some inputs, in batches of like length; a batch too large for the memory is halved.

    Args:
        rows: token ids of the inputs.
        size: of a batch, to begin with.
        answer: to a batch.
    """
    import torch

    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found: dict[int, list[int]] = {}
    waiting = [order[k : k + size] for k in range(0, len(order), size)]
    while waiting:
        batch = waiting.pop(0)
        try:
            answers = answer([rows[i] for i in batch])
        except torch.OutOfMemoryError:
            if len(batch) == 1:
                raise
            middle = len(batch) // 2
            waiting[:0] = [batch[:middle], batch[middle:]]
            continue
        found.update(zip(batch, answers, strict=True))
    return [found[i] for i in range(len(rows))]
