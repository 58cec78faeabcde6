"""Chat models: Qwen, Llama, Gemma, SmolLM. A message in, an answer out, greedily.

Two runtimes give the same model: CTranslate2's `Generator` with int8 weights, and torch, which is
the reference and the way to a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from briefer.errors import ModelError
from briefer.models.catalog import ModelEntry
from briefer.models.chat_template import CHAT, ChatTemplate, template_in
from briefer.models.encoder import load_tokenizer
from briefer.models.generation import Generation
from briefer.models.seq2seq import wait_for
from briefer.models.torch_generation import TorchGenerator, unpacked

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
    """The reference, through transformers."""

    def __init__(self, folder: Path, window: int, generation: Generation, threads: int) -> None:
        template = template_in(folder)
        if template is None:
            raise _untemplated(folder)
        super().__init__(load_tokenizer(folder), template, window, generation)
        self._model = TorchGenerator("AutoModelForCausalLM", folder, threads, pad=generation.pad, pad_left=True)  # fmt: skip

    def _search(self, rows: Sequence[list[int]]) -> list[list[int]]:
        g = self._generation
        made = self._model.generate(
            rows,
            1,
            max_new_tokens=g.max_new_tokens,
            repetition_penalty=g.repetition_penalty,
            no_repeat_ngram_size=g.no_repeat_ngram_size,
            eos_token_id=list(g.eos) or None,
        )
        return [_until_end(ids, g.eos) for ids in made]


def _until_end(ids: list[int], ends: Sequence[int]) -> list[int]:
    return next((ids[:i] for i, token in enumerate(ids) if token in ends), ids)


def torch_chat(entry: ModelEntry, threads: int) -> TorchChat:
    """Load the reference runtime from a checked copy of the weights, removed once they are read."""
    with unpacked(entry) as files:
        return TorchChat(files.folder, entry.window, files.generation, threads)


def _template(folder: Path) -> ChatTemplate:
    path = folder / CHAT
    if not path.is_file():
        raise _untemplated(folder)
    return msgspec.json.decode(path.read_bytes(), type=ChatTemplate)


def _untemplated(folder: Path) -> ModelError:
    return ModelError("the model has no chat template, so it was not trained to answer", where=str(folder), hint="Choose its instruction-tuned sister (“-Instruct”, “-it”)")  # fmt: skip
