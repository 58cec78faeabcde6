"""Chat models: Qwen, Llama, Gemma, SmolLM. A message in, an answer out, greedily.

Two runtimes give the same model: CTranslate2's `Generator` with int8 weights, and torch, which is
the reference and the way to a GPU.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from briefer.errors import ModelError
from briefer.models.catalog import ModelEntry
from briefer.models.chat_template import CHAT, ChatTemplate, template_in
from briefer.models.convert import write_tokenizer
from briefer.models.encoder import load_tokenizer
from briefer.models.generation import Generation, generation_in, with_settings
from briefer.models.seq2seq import ON_GPU, by_length, wait_for
from briefer.models.weights import verified_copy

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_LEAST: Final = 64  # tokens of a message that a window must leave room for


class _Chat:
    """What both runtimes share: the template around a message, the window, and text out of ids.

    Attributes:
        special_tokens: strings that the tokenizer takes for tokens of its own wherever they stand.
    """

    #: What every answer begins with: the form asked for leaves no choice there.
    opening = '[{"text": "'

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate, window: int, generation: Generation) -> None:  # fmt: skip
        self._tokenizer, self._template, self._generation = tokenizer, template, generation
        around = len(self._ids(template.fill("") + self.opening))
        self._room = window - around - generation.max_new_tokens
        if self._room < _LEAST:
            raise ModelError(f"its window of {window} tokens is too small: {around} are its template's and {generation.max_new_tokens} its answer's", hint="Choose a model with a larger window, or set max_new_tokens lower in models.txt")  # fmt: skip
        added = tokenizer.get_added_tokens_decoder().values()
        self.special_tokens = tuple(sorted((token.content for token in added), key=len, reverse=True))  # fmt: skip

    @property
    def max_tokens(self) -> int:
        """Tokens of a message that are read; the template and the answer have their room apart."""
        return self._room

    def count_tokens(self, text: str) -> int:
        """Length of a string in tokens."""
        return len(self._ids(text))

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """An answer to each message, its given opening included."""
        rows = [self._ids(self._template.fill(prompt) + self.opening) for prompt in prompts]
        return [self.opening + self._tokenizer.decode(ids) for ids in self._search(rows)]

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _search(self, rows: Sequence[list[int]]) -> list[list[int]]:
        """Token ids of the answer to each prompt, the end token left out."""
        raise NotImplementedError


class CTranslate2Chat(_Chat):
    """Converted weights on the CPU: one prompt a thread, as many at once as ``threads``."""

    def __init__(
        self, folder: Path, window: int, generation: Generation, threads: int, compute_type: str = "int8",
    ) -> None:  # fmt: skip
        import ctranslate2

        super().__init__(load_tokenizer(folder), _template(folder), window, generation)
        self._model = ctranslate2.Generator(
            str(folder), device="cpu", compute_type=compute_type, inter_threads=threads, intra_threads=1
        )  # fmt: skip

    def _search(self, rows: Sequence[list[int]]) -> list[list[int]]:
        g = self._generation
        # Prompts of different lengths in one batch would be read token by token past the shortest.
        pending = self._model.generate_batch(
            [[self._tokenizer.id_to_token(i) for i in row] for row in rows],
            max_batch_size=1,
            asynchronous=True,
            include_prompt_in_result=False,
            max_length=g.max_new_tokens,
            sampling_topk=1,
            repetition_penalty=g.repetition_penalty,
            no_repeat_ngram_size=g.no_repeat_ngram_size,
            end_token=list(g.eos) or None,
        )
        return [list(answer.sequences_ids[0]) for answer in wait_for(pending, self._model)]


class TorchChat(_Chat):
    """float32 weights through transformers: the reference; bfloat16 on a GPU where there is one."""

    def __init__(self, folder: Path, window: int, generation: Generation, threads: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        template = template_in(folder)
        if template is None:
            raise _untemplated(folder)
        super().__init__(load_tokenizer(folder), template, window, generation)
        torch.set_num_threads(threads)
        logging.disable_progress_bar()
        self._torch: Any = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.bfloat16 if self._device == "cuda" else torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        self._model = self._model.eval().to(self._device)

    def _search(self, rows: Sequence[list[int]]) -> list[list[int]]:
        return by_length(rows, ON_GPU if self._device == "cuda" else 1, self._batch)

    def _batch(self, rows: list[list[int]]) -> list[list[int]]:
        from transformers import GenerationConfig

        torch, g = self._torch, self._generation
        pad, longest = g.pad or 0, max(len(row) for row in rows)
        # Padded on the left: the answer follows the prompt.
        ids = [[pad] * (longest - len(row)) + row for row in rows]
        mask = [[0] * (longest - len(row)) + [1] * len(row) for row in rows]
        config = GenerationConfig(
            do_sample=False, max_new_tokens=g.max_new_tokens, repetition_penalty=g.repetition_penalty,
            no_repeat_ngram_size=g.no_repeat_ngram_size, eos_token_id=list(g.eos) or None, pad_token_id=pad,
        )  # fmt: skip
        self._model.generation_config = config
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=torch.tensor(ids, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                generation_config=config,
            )
        return [_until_end(row[longest:], g.eos) for row in made.tolist()]


def _until_end(ids: list[int], ends: Sequence[int]) -> list[int]:
    return next((ids[:i] for i, token in enumerate(ids) if token in ends), ids)


def torch_chat(entry: ModelEntry, threads: int) -> TorchChat:
    """Load the reference runtime from a checked copy of the weights, removed once they are read."""
    with tempfile.TemporaryDirectory(prefix="briefer-") as name:
        folder = Path(name)
        verified_copy(entry, folder)
        write_tokenizer(folder, folder)
        generation = with_settings(generation_in(folder), entry.settings)
        return TorchChat(folder, entry.window, generation, threads)


def _template(folder: Path) -> ChatTemplate:
    path = folder / CHAT
    if not path.is_file():
        raise _untemplated(folder)
    return msgspec.json.decode(path.read_bytes(), type=ChatTemplate)


def _untemplated(folder: Path) -> ModelError:
    return ModelError("the model has no chat template, so it was not trained to answer", where=str(folder), hint="Choose its instruction-tuned sister (“-Instruct”, “-it”)")  # fmt: skip
