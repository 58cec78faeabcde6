"""From a model's name to a model that can be used, with threads set explicitly everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from briefer.callouts.readings import FigureReader
from briefer.models.catalog import FIGURE_READER, SENTENCE_PARSER, ModelEntry, find_model
from briefer.models.chat_writing import ChatWriter, Filled
from briefer.models.contract import Extractor, Runtime, Writer
from briefer.models.lead import LeadModel
from briefer.models.writing import Seq2SeqWriter
from briefer.syntax import Parser

if TYPE_CHECKING:
    from briefer.models.encoder import CTranslate2Encoder


# 1,000 tokens in and 80 out, a minute: distilbart 1,746 in batches of 16 and 11,060 of 256 (docs/models.md).
ON_GPU: Final = 256
ON_CPU: Final = 16  # sorted by length into batches


def default_threads() -> int:
    """Cores that this process may use, at most 4 (``BRIEFER_THREADS`` overrides)."""
    asked = os.environ.get("BRIEFER_THREADS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    return min(available_cores(), 4)


def available_cores() -> int:
    """Cores that this process may use."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return available or 1


def written_at_once(runtime: Runtime) -> int:
    """Articles that a model which writes is given at once: as many as a GPU wants, or a few.

    Args:
        runtime: only ``torch`` uses a GPU, where there is one.
    """
    if runtime == "torch":
        import torch

        if torch.cuda.is_available():
            return ON_GPU
    return ON_CPU


def load_model(entry: ModelEntry, runtime: Runtime, say: Callable[[str], None]) -> Extractor:
    """Load a model of the catalogue.

    Args:
        entry: its line in models.txt.
        runtime: ``ctranslate2`` (int8, fast) or ``torch`` (float32, the reference).
        say: told of anything that takes long.

    Raises:
        ModelError: the weights are missing or are not what models.txt says.
    """
    if entry.kind == "lead":
        return LeadModel()
    threads = _set_threads(runtime)
    from briefer.models import encoder
    from briefer.models.extractive import CHOICE_WEIGHTS, ExtractiveModel
    from briefer.models.weights import converted_folder

    fitted = CHOICE_WEIGHTS in entry.sha256
    if runtime == "torch":
        return ExtractiveModel(encoder.torch_encoder(entry, threads), fitted=fitted)
    folder = converted_folder(entry, say)
    encoded = encoder.CTranslate2Encoder(folder, entry.window, threads)
    return ExtractiveModel(encoded, fitted=fitted)


def prepare(entry: ModelEntry, say: Callable[[str], None]) -> Path | None:
    """Convert a model for this machine, if it has weights and they were not converted before.

    Raises:
        ModelError: the weights are missing, are not what models.txt says, or cannot be converted.
    """
    if not entry.sha256:
        return None
    from briefer.models.weights import converted_folder

    return converted_folder(entry, say)


def load_writer(
    entry: ModelEntry, runtime: Runtime, prompts: Mapping[str, Filled], say: Callable[[str], None]
) -> Writer:
    """Load a model that writes.

    Args:
        entry: its line in models.txt.
        runtime: ``ctranslate2`` (int8, fast) or ``torch`` (the reference, and a GPU where there is one).
        prompts: for a chat model, by name.
        say: told of anything that takes long.

    Raises:
        ModelError: the weights are missing, are not what models.txt says, or its window is too small.
    """
    threads = _set_threads(runtime)
    if entry.repository.startswith("plugin:"):
        from briefer.models.plugins import load_plugin

        plugged = load_plugin(entry)
        return ChatWriter(plugged, prompts) if entry.kind == "chat" else Seq2SeqWriter(plugged)
    from briefer.models import chat, seq2seq
    from briefer.models.generation import load_generation
    from briefer.models.weights import converted_folder

    if runtime == "torch":
        if entry.kind == "chat":
            return ChatWriter(chat.torch_chat(entry, threads), prompts)
        return Seq2SeqWriter(seq2seq.torch_seq2seq(entry, threads))
    folder = converted_folder(entry, say)
    generation = load_generation(folder, entry.settings)
    if entry.kind == "chat":
        model = chat.CTranslate2Chat(folder, entry.window, generation, threads)
        return ChatWriter(model, prompts)
    return Seq2SeqWriter(seq2seq.CTranslate2Seq2Seq(folder, entry.window, generation, threads))


def load_figure_reader(say: Callable[[str], None]) -> FigureReader:
    """Load the trained reader of figures; it runs in CTranslate2 whatever makes the bullets.

    Args:
        say: told of anything that takes long.

    Raises:
        ModelError: the weights are missing or are not what models.txt says.
    """
    encoder, folder = _adapted(find_model(FIGURE_READER), say)
    from briefer.models.figures import TrainedReader

    return TrainedReader(encoder, folder)


def load_parser(say: Callable[[str], None]) -> Parser:
    """Load the trained parser; it runs in CTranslate2 whatever makes the bullets.

    Args:
        say: told of anything that takes long.

    Raises:
        ModelError: the weights are missing or are not what models.txt says.
    """
    encoder, folder = _adapted(find_model(SENTENCE_PARSER), say)
    from briefer.models.parser import TrainedParser

    return TrainedParser(encoder, folder)


def _adapted(entry: ModelEntry, say: Callable[[str], None]) -> tuple[CTranslate2Encoder, Path]:
    """An encoder with adapters of our own, and the folder that its heads are in."""
    threads = _set_threads("ctranslate2")
    from briefer.models.encoder import CTranslate2Encoder
    from briefer.models.weights import converted_folder

    folder = converted_folder(entry, say)
    return CTranslate2Encoder(folder, entry.window, threads), folder


def _set_threads(runtime: Runtime) -> int:
    """Threads to use, told to the libraries before any of them starts its own."""
    threads = default_threads()
    # Before any of the libraries starts its threads; waiting threads must sleep, since
    # spinning ones made two torch threads on two busy cores 14 times slower than one.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OMP_NUM_THREADS", str(threads if runtime == "torch" else 1))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return threads
