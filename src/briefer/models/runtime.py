"""From a model's name to a model that can be used, with threads set explicitly everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable

from briefer.models.catalog import ModelEntry
from briefer.models.contract import Extractor, Runtime
from briefer.models.lead import LeadModel


def default_threads() -> int:
    """Cores that this process may use, at most 4 (``BRIEFER_THREADS`` overrides)."""
    asked = os.environ.get("BRIEFER_THREADS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(available or 1, 4)


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
    threads = default_threads()
    # Before any of the libraries starts its threads; waiting threads must sleep, since
    # spinning ones made two torch threads on two busy cores 14 times slower than one.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OMP_NUM_THREADS", str(threads if runtime == "torch" else 1))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from briefer.models import encoder
    from briefer.models.extractive import ExtractiveModel
    from briefer.models.weights import converted_folder

    if runtime == "torch":
        return ExtractiveModel(encoder.torch_encoder(entry, threads))
    folder = converted_folder(entry, say)
    return ExtractiveModel(encoder.CTranslate2Encoder(folder, entry.window, threads))
