"""Speed and memory of models that write: CTranslate2 int8 against torch float32, random weights at real sizes, as Markdown.

    python benchmarks/writers.py [MODEL…] [--articles 4] [--rounds 2] [--threads 2]
    python benchmarks/writers.py [MODEL…] --gpu 32 128 256        # torch in bfloat16 on a GPU, batches of so many

What is computed does not depend on what the weights say, so random ones will do: no download. Each run is a process of
its own (its peak memory is its own), and the runtimes alternate, so that a busy machine slows both. 1,000 tokens go in
and 80 come out. CPU-seconds are those of generation; loading is not counted. Needs 12 GB of disk and of memory.

The roofline is what memory allows: a token of an answer needs every weight of the decoder once, so that a core that
reads B bytes a second writes at most B / (bytes of those weights) tokens a second, of each batch.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

TOKENS_IN, TOKENS_OUT = 1000, 80
BART = {"vocab_size": 50264, "d_model": 1024, "encoder_layers": 12, "decoder_layers": 12, "encoder_attention_heads": 16, "decoder_attention_heads": 16, "encoder_ffn_dim": 4096, "decoder_ffn_dim": 4096, "max_position_embeddings": 1024}  # fmt: skip
MODELS: dict[str, tuple[str, dict[str, Any], int]] = {
    "bart-large-cnn, greedy": ("bart", BART, 1),
    "bart-large-cnn, 4 beams": ("bart", BART, 4),
    "distilbart-cnn-12-6, greedy": ("bart", BART | {"decoder_layers": 6}, 1),
    "distilbart-cnn-12-6, 4 beams": ("bart", BART | {"decoder_layers": 6}, 4),
    "Qwen2.5-0.5B": ("qwen2", {"vocab_size": 151936, "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2, "max_position_embeddings": 4096, "tie_word_embeddings": True}, 1),
}  # fmt: skip


def write_model(kind: str, settings: dict[str, Any], folder: Path) -> None:
    """A model with random weights and a tokenizer of words t0, t1, …"""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        BartConfig,
        BartForConditionalGeneration,
        PreTrainedTokenizerFast,
        Qwen2Config,
        Qwen2ForCausalLM,
    )

    torch.manual_seed(1)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    words = special + [f"t{i}" for i in range(settings["vocab_size"] - len(special))]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))  # fmt: skip
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if kind == "bart":
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])  # fmt: skip
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>")  # fmt: skip
    common = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    if kind == "bart":
        config: Any = BartConfig(**settings, **common, decoder_start_token_id=2, forced_eos_token_id=2)  # fmt: skip
        model: Any = BartForConditionalGeneration(config)
    else:
        wrapped.chat_template = "{% for m in messages %}{{ m.content }}{% endfor %}"
        model = Qwen2ForCausalLM(Qwen2Config(**settings, **common))
    model.save_pretrained(folder)
    wrapped.save_pretrained(folder)


def articles(n: int) -> list[str]:
    rng = random.Random(7)  # not for secrets
    return [" ".join(f"t{rng.randrange(40_000)}" for _ in range(TOKENS_IN - 2)) for _ in range(n)]


def child(options: argparse.Namespace) -> None:
    """Generate once with one runtime; print CPU-seconds, seconds, and peak memory."""
    import os

    os.environ["OMP_NUM_THREADS"] = str(options.threads if options.child == "torch" else 1)
    from briefer.models.chat import CTranslate2Chat, TorchChat
    from briefer.models.generation import generation_in
    from briefer.models.seq2seq import CTranslate2Seq2Seq, TorchSeq2Seq

    kind, _, beams = MODELS[options.models[0]]
    folder: Path = options.folder
    said = generation_in(folder / "raw")
    generation = msgspec.structs.replace(said, num_beams=beams, min_new_tokens=TOKENS_OUT, max_new_tokens=TOKENS_OUT, eos=said.eos)  # fmt: skip
    if options.child == "torch":
        of: Any = TorchSeq2Seq if kind == "bart" else TorchChat
        model = of(folder / "raw", 1024 if kind == "bart" else 4096, generation, options.threads)
    else:
        of = CTranslate2Seq2Seq if kind == "bart" else CTranslate2Chat
        model = of(folder / "made", 1024 if kind == "bart" else 4096, generation, options.threads)
    if kind != "bart":
        model.opening = ""
    texts = articles(options.articles)
    wall, cpu = time.perf_counter(), time.process_time()
    answers = model.generate(texts)
    used = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    used["MB"] = int(status.split("VmHWM:")[1].split()[0]) / 1024
    used["tokens"] = sum(len(answer.split()) for answer in answers)
    print(json.dumps(used))


def on_gpu(names: list[str], sizes: list[int]) -> None:
    """Print articles a minute on this machine's GPU, and the memory that they take there."""
    import torch

    from briefer.models import torch_generation
    from briefer.models.chat import TorchChat
    from briefer.models.generation import generation_in
    from briefer.models.seq2seq import TorchSeq2Seq

    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}\n", flush=True)
    print("| model | at once | articles a minute | GPU memory, GB | an input, MB: at most, as reckoned |\n|---|---|---|---|---|", flush=True)  # fmt: skip
    for name in names:
        kind, settings, beams = MODELS[name]
        with tempfile.TemporaryDirectory(prefix="briefer-bench-") as root:
            folder, window = Path(root), 1024 if kind == "bart" else 4096
            write_model(kind, settings, folder)
            generation = msgspec.structs.replace(generation_in(folder), num_beams=beams, min_new_tokens=TOKENS_OUT, max_new_tokens=TOKENS_OUT)  # fmt: skip
            of: Any = TorchSeq2Seq if kind == "bart" else TorchChat
            model = of(folder, window, generation, 2)
        if kind != "bart":
            model.opening = ""
        weights = torch.cuda.memory_allocated()
        model.generate(articles(2))  # kernels are built with the first call
        reckoned = torch_generation.bytes_of_row(model._model._model.config, TOKENS_IN, TOKENS_OUT, beams)  # fmt: skip
        for size in sizes:
            vars(torch_generation)["ON_GPU"] = size
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
            n = max(size, 64)
            began = time.perf_counter()
            answers = model.generate(articles(n))
            seconds = time.perf_counter() - began
            peak = torch.cuda.max_memory_allocated()
            print(f"| {name} | {size} | {60 * n / seconds:,.0f} | {peak / 1e9:.1f} | {(peak - weights) / size / 1e6:.0f}, {reckoned / 1e6:.0f} |", flush=True)  # fmt: skip
            print(f"<!-- tokens out: {sum(len(a.split()) for a in answers)} of {n * TOKENS_OUT} -->", flush=True)  # fmt: skip
        del model
        torch.cuda.empty_cache()


def bandwidth() -> float:
    """Bytes a second that one core reads from memory."""
    block = np.ones(64_000_000, dtype=np.float32)
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        block.sum()
        best = max(best, block.nbytes / (time.perf_counter() - start))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(MODELS))
    parser.add_argument("--articles", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--gpu", type=int, nargs="+", help="sizes of batches")
    parser.add_argument("--child", choices=["torch", "ctranslate2"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.child:
        child(options)
        return
    if options.gpu:
        on_gpu(options.models, options.gpu)
        return
    print(f"one core reads {bandwidth() / 1e9:.1f} GB/s\n", flush=True)
    print("| model | torch: s an article | CTranslate2 | CPU-seconds, ratio | memory, MB | ratio | articles a minute |")  # fmt: skip
    print("|---|---|---|---|---|---|---|", flush=True)
    from briefer.models.weights import convert

    made: dict[str, Path] = {}
    with tempfile.TemporaryDirectory(prefix="briefer-bench-") as root:
        for name in options.models:
            kind, settings, beams = MODELS[name]
            n = max(1, options.articles // (1 if beams == 1 else 2))
            key = json.dumps([kind, settings])
            if key not in made:
                folder = made[key] = Path(root) / str(len(made))
                write_model(kind, settings, folder / "raw")
                shutil.copytree(folder / "raw", folder / "copy")
                convert(folder / "copy", folder / "made")
                shutil.rmtree(folder / "copy")
            runs: dict[str, list[dict[str, float]]] = {"torch": [], "ctranslate2": []}
            for _ in range(options.rounds):
                for runtime, found in runs.items():
                    command = [sys.executable, __file__, name, "--child", runtime, "--folder", made[key],
                               "--articles", str(n), "--threads", str(options.threads)]  # fmt: skip
                    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                    found.append(json.loads(done.stdout.splitlines()[-1]))
            slow, fast = (min(f, key=lambda run: run["cpu"]) for f in runs.values())
            print(f"| {name} | {slow['cpu'] / n:.1f} | {fast['cpu'] / n:.1f} | {slow['cpu'] / fast['cpu']:.1f} | {slow['MB']:.0f} / {fast['MB']:.0f} | {slow['MB'] / fast['MB']:.1f} | {60 * n / fast['wall']:.0f} |", flush=True)  # fmt: skip
            print(f"<!-- tokens out: {slow['tokens']:.0f} and {fast['tokens']:.0f}; size of the converted model {sum(p.stat().st_size for p in (made[key] / 'made').iterdir()) / 1e6:.0f} MB -->", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
