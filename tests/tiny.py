"""Tiny models with random weights: real architectures, real tokenizer files, a second to make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    MT5Config,
    MT5ForConditionalGeneration,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)
from transformers.utils import logging

logging.disable_progress_bar()

TEXT = (
    "Ferry crews have voted to stop work from 16 March, their union said on Tuesday.",
    "The walkout would halt all nine routes between Harn and the islands.",
    "Sealink carried 1.9 million passengers last year, 6 percent fewer than in 2019.",
    "A dairy was fined for letting whey leak into the river.",
)
_ENC_DEC = {
    "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "max_position_embeddings": 256,
}  # fmt: skip
_T5 = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2, "initializer_factor": 3.0}  # fmt: skip


def tokenizer(*, bos: str | None = None) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer, trained on a few sentences."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = [token for token in (bos, "<pad>", "</s>", "<unk>") if token]
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=special, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    made.train_from_iterator(TEXT, trainer)
    made.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A </s>" if bos else "$A </s>",
        special_tokens=[(t, made.token_to_id(t)) for t in (bos, "</s>") if t],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token=bos, eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )


def make_taught(folder: Path, source: str, answer: str, **settings: Any) -> None:
    """Write a tiny BART that answers one text as it should."""
    words = tokenizer(bos="<s>")
    model = make_seq2seq(folder, "bart", spread=0.05, **settings)
    teach(model, words, source, answer)
    save(model, words, folder)


def make_seq2seq(folder: Path, kind: str, *, spread: float = 0.5, **settings: Any) -> Any:
    """Write a tiny model of a kind (bart, pegasus, t5, mt5) into a folder, and give it back.

    Args:
        folder: to write into.
        kind: of model.
        spread: of the random weights of BART and PEGASUS.
        settings: of generation.
    """
    torch.manual_seed(7)
    words = tokenizer(bos="<s>" if kind == "bart" else None)
    pad, eos = words.pad_token_id, words.eos_token_id
    common: dict[str, Any] = {"vocab_size": len(words), "pad_token_id": pad, "eos_token_id": eos}
    if kind == "bart":
        config: Any = BartConfig(
            **common, **_ENC_DEC, init_std=spread, bos_token_id=words.bos_token_id, decoder_start_token_id=eos, forced_eos_token_id=eos
        )  # fmt: skip
        model: Any = BartForConditionalGeneration(config)
    elif kind == "pegasus":
        config = PegasusConfig(**common, **_ENC_DEC, init_std=spread, decoder_start_token_id=pad, forced_eos_token_id=eos)  # fmt: skip
        model = PegasusForConditionalGeneration(config)
    elif kind == "t5":
        model = T5ForConditionalGeneration(T5Config(**common, **_T5, decoder_start_token_id=pad))
    else:
        model = MT5ForConditionalGeneration(
            MT5Config(**common, **_T5, decoder_start_token_id=pad, tie_word_embeddings=False)
        )
    for name, value in settings.items():
        setattr(model.generation_config, name, value)
    save(model.eval(), words, folder)
    return model


def teach(model: Any, words: PreTrainedTokenizerFast, source: str, answer: str) -> None:
    """Train a model until it answers a text as it should: a few hundred steps on one example."""
    torch.manual_seed(7)
    torch.set_num_threads(1)
    ids = words(source, return_tensors="pt").input_ids
    labels = words(answer, return_tensors="pt").input_ids
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(400):
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.02:
            break


def save(model: Any, words: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write weights (safetensors), config, settings of generation and tokenizer."""
    model.save_pretrained(folder)
    words.save_pretrained(folder)
