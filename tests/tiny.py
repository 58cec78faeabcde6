"""Tiny models with random weights: real architectures, real tokenizer files, a second to make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertModel,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MT5Config,
    MT5ForConditionalGeneration,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
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


def tokenizer(*, bos: str | None = None, more: tuple[str, ...] = ()) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer, trained on a few sentences; ``more`` are tokens of its own."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = [token for token in (bos, "<pad>", "</s>", "<unk>", *more) if token]
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


def make_encoder(folder: Path) -> None:
    """Write a tiny BERT into a folder."""
    torch.manual_seed(7)
    words = tokenizer(bos="<s>")
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=256, pad_token_id=words.pad_token_id,
    )  # fmt: skip
    save(BertModel(config).eval(), words, folder)


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


CHAT_TEMPLATE = (
    "{% for message in messages %}<|turn|>{{ message.role }}\n{{ message.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|turn|>assistant\n{% endif %}"
)
_LLAMA3 = {
    "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 256,
}  # fmt: skip
_CHAT: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "qwen2": (Qwen2Config, Qwen2ForCausalLM, {"rope_theta": 1_000_000.0}),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM, {"head_dim": 16, "rope_theta": 1_000_000.0}),
    "llama": (LlamaConfig, LlamaForCausalLM, {"rope_theta": 500_000.0, "rope_scaling": _LLAMA3}),
    "gemma3": (
        Gemma3TextConfig,
        Gemma3ForCausalLM,
        {"head_dim": 16, "sliding_window": 64, "query_pre_attn_scalar": 16},
    ),
}


def make_chat(folder: Path, kind: str, *, spread: float = 0.5, teaching: tuple[str, str] | None = None) -> Any:  # fmt: skip
    """Write a tiny chat model of a kind (qwen2, qwen3, llama, gemma3) into a folder, and give it back.

    Args:
        folder: to write into.
        kind: of model.
        spread: of the random weights.
        teaching: what the answer follows, template and all, and the answer.
    """
    torch.manual_seed(7)
    words = tokenizer(bos="<s>", more=("<|turn|>", "<|end|>"))
    words.chat_template = CHAT_TEMPLATE
    end = words.convert_tokens_to_ids("<|end|>")
    config, architecture, extra = _CHAT[kind]
    made = config(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=4096, pad_token_id=words.pad_token_id,
        bos_token_id=words.bos_token_id, eos_token_id=end, initializer_range=spread, **extra,
    )  # fmt: skip
    model = architecture(made).eval()
    if (
        kind == "gemma3"
    ):  # its output is its embeddings: large ones would say the last token again and again
        with torch.no_grad():
            model.model.embed_tokens.weight.mul_(0.05)
    if teaching:
        before = words(teaching[0], add_special_tokens=False).input_ids
        after = words(teaching[1] + "<|end|>", add_special_tokens=False).input_ids
        _teach(model, {"input_ids": torch.tensor([before + after]), "labels": torch.tensor([[-100] * len(before) + after])})  # fmt: skip
    save(model, words, folder)
    return model


def teach(model: Any, words: PreTrainedTokenizerFast, source: str, answer: str) -> None:
    """Train a model until it answers a text as it should: a few hundred steps on one example."""
    ids = words(source, return_tensors="pt").input_ids
    labels = words(answer, return_tensors="pt").input_ids
    _teach(model, {"input_ids": ids, "labels": labels})


def _teach(model: Any, example: dict[str, Any]) -> None:
    torch.manual_seed(7)
    torch.set_num_threads(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(400):
        loss = model(**example).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.02:
            break


def save(model: Any, words: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write weights (safetensors), config, settings of generation and tokenizer."""
    model.save_pretrained(folder)
    words.save_pretrained(folder)
