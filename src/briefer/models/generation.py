"""How a model writes: beams, lengths and forced tokens, from its own files and the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from briefer.errors import ModelError
from briefer.types import Value

#: Beside the converted weights: what the model's own files say.
GENERATION: Final = "generation.json"
_CONFIGS: Final = ("config.json", "generation_config.json")  # the later wins
_TASK: Final = "summarization"
_MOST_TOKENS: Final = 320  # of an answer, where the model does not say: a dozen bullets in JSON


class Generation(Value, frozen=True):
    """Settings of generation; lengths in tokens, the decoder's start token not counted.

    Attributes:
        num_beams: 1 is greedy search.
        length_penalty: exponent of the length that a beam's score is divided by.
        no_repeat_ngram_size: runs of so many tokens occur once; 0 for no limit.
        repetition_penalty: divides the scores of tokens that were written before; 1 for none.
        min_new_tokens, max_new_tokens: of an answer.
        forced_bos: id of the first token, where it is not chosen.
        forced_eos: id of the last token of an answer that is as long as may be.
        eos: ids of tokens that end an answer.
        pad: id of the token that fills a batch.
        decoder_start: id of the token that a decoder starts from.
        prefix: put before a text, to say what is asked ("summarize: ").
    """

    num_beams: int = 1
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    repetition_penalty: float = 1.0
    min_new_tokens: int = 0
    max_new_tokens: int = _MOST_TOKENS
    forced_bos: int | None = None
    forced_eos: int | None = None
    eos: tuple[int, ...] = ()
    pad: int | None = None
    decoder_start: int | None = None
    prefix: str = ""


def generation_in(folder: Path) -> Generation:
    """Read what a model's own files say (config.json, generation_config.json).

    Raises:
        ModelError: they are not what such files should be.
    """
    said: dict[str, Any] = {}
    try:
        for name in _CONFIGS:
            path = folder / name
            if not path.is_file():
                continue
            config = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
            task = (config.get("task_specific_params") or {}).get(_TASK) or {}
            said |= {k: v for k, v in {**config, **task}.items() if v is not None}
        return _read(said)
    except (msgspec.DecodeError, msgspec.ValidationError, TypeError, ValueError, AttributeError) as error:  # fmt: skip
        raise ModelError(
            f"its settings of generation cannot be read ({error})",
            where=str(folder),
            hint="Fetch the model again",
        ) from error


def _read(said: Mapping[str, Any]) -> Generation:
    if not said.get("is_encoder_decoder"):
        # What chat models say is meant for sampling, and their lengths count the prompt.
        said = {k: said[k] for k in ("eos_token_id", "pad_token_id", "max_new_tokens") if k in said}
    eos = said.get("eos_token_id", ())
    forced_eos = said.get("forced_eos_token_id")
    # The files count the decoder's start token.
    longest = said.get("max_new_tokens") or int(said.get("max_length") or 0) - 1
    least = said.get("min_new_tokens") or int(said.get("min_length") or 0) - 1
    return Generation(
        num_beams=int(said.get("num_beams", 1)),
        length_penalty=float(said.get("length_penalty", 1.0)),
        no_repeat_ngram_size=int(said.get("no_repeat_ngram_size", 0)),
        repetition_penalty=float(said.get("repetition_penalty", 1.0)),
        min_new_tokens=max(0, int(least)),
        max_new_tokens=int(longest) if longest > 0 else _MOST_TOKENS,
        forced_bos=said.get("forced_bos_token_id"),
        forced_eos=forced_eos[0] if isinstance(forced_eos, list) else forced_eos,
        eos=tuple(eos) if isinstance(eos, list | tuple) else (int(eos),),
        pad=said.get("pad_token_id"),
        decoder_start=said.get("decoder_start_token_id"),
        prefix=str(said.get("prefix") or ""),
    )


def load_generation(folder: Path, settings: Mapping[str, int | float | str]) -> Generation:
    """The settings written at conversion, with the catalogue's over them."""
    said = msgspec.json.decode((folder / GENERATION).read_bytes(), type=Generation)
    return with_settings(said, settings)


def with_settings(said: Generation, settings: Mapping[str, int | float | str]) -> Generation:
    """A model's own settings with the catalogue's over them."""
    made = msgspec.structs.replace(said, **settings)
    if made.min_new_tokens > made.max_new_tokens:
        made = msgspec.structs.replace(made, min_new_tokens=made.max_new_tokens)
    return made
