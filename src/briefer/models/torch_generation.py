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
from briefer.models.runtime import ON_GPU
from briefer.models.weights import verified_copy

_SHARE: Final = 0.5  # of the free memory that a batch is cut for


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
        return by_length(rows, self._fitting(rows, config) if self.on_gpu else size, lambda b: self._batch(b, config))  # fmt: skip

    def _fitting(self, rows: Sequence[list[int]], config: Any) -> int:
        """Inputs that the GPU's free memory holds at once."""
        free, _ = self._torch.cuda.mem_get_info()
        of_one = bytes_of_row(self._model.config, max(map(len, rows), default=1), config.max_new_tokens, config.num_beams or 1)  # fmt: skip
        return max(1, min(ON_GPU, int(_SHARE * free / of_one)))

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


def bytes_of_row(shape: Any, tokens_in: int, tokens_out: int, beams: int) -> int:
    """GPU memory that one input of a batch takes, about, in bytes of bfloat16 (scores in float32).

    Args:
        shape: the model's configuration.
        tokens_in: that it is given.
        tokens_out: that it may write.
        beams: answers that are followed at once.
    """

    def of(*names: str) -> int:
        return next((int(found) for name in names if (found := getattr(shape, name, None))), 1)

    width = of("hidden_size", "d_model")
    layers = of("decoder_layers", "num_decoder_layers", "num_hidden_layers")
    heads = of("num_attention_heads", "decoder_attention_heads", "num_heads")
    narrow = getattr(shape, "num_key_value_heads", None) or heads
    # Keys and values of every token.
    kept = 2 * 2 * layers * width * narrow // heads * (tokens_in + tokens_out)
    scores = 4 * 4 * of("vocab_size")  # some copies of them in each step
    passing = 2 * tokens_in * (8 * width + 2 * of("intermediate_size", "encoder_ffn_dim", "d_ff"))
    return beams * (kept + scores) + passing


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
