"""Trains the reader of figures and fits the ranking of callouts; see README.md beside it.

python training/train.py DATA [--ranking]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import examples
import msgspec
import numpy as np
import torch
from network import Reader, encode, encode_trees, train, weights_of
from safetensors.torch import save_file
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from tokenizers import Tokenizer
from transformers import AutoModel

from briefer.callouts.compose import callouts_of
from briefer.callouts.finding import candidates, day_of
from briefer.callouts.fitted import weights_of as weights_of_model
from briefer.callouts.ranking import features
from briefer.callouts.when import choices
from briefer.models import weights as model_weights
from briefer.models.catalog import find_model
from briefer.models.encoder import CTranslate2Encoder
from briefer.models.figures import TrainedReader
from briefer.segmenting import split_sentences
from briefer.types import Span

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "benchmarks" / "gold"
OUT = ROOT / "weights"
SHOWN = ("wikinews-tune.jsonl", "wikinews-train.jsonl", "wikinews-held.jsonl")
ADAPTERS = "figure-reader.safetensors"
HELD = ("wikinews-held.jsonl", "wikinews-tune.jsonl")  # the ranking is fitted on these
_RIDGE = 0.02  # inverse strength of the ranking's regularisation
_DENSE = 4.0  # weight of an article rich in percentages, of which there are fewer
_RIDGE_WHEN = 10.0  # strength of that of the choice among times


def trained(gold: Sequence[Path], data: Path, base: Path) -> Reader:
    """A reader trained on silver and then on gold.

    Args:
        gold: files of annotated articles.
        data: folder with the texts.
        base: folder of the encoder's files.
    """
    torch.manual_seed(0)
    random.seed(0)
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    annotated = {row["id"] for path in GOLD.glob("wikinews-*.jsonl") for row in examples.cards.read_gold(path)}  # fmt: skip
    silver = encode(tokenizer, examples.silver_examples(data, frozenset(annotated)))
    known = encode(tokenizer, [e for path in gold for e in examples.gold_examples(path, data)])
    print(f"{len(silver)} sentences of silver, {len(known)} of gold", flush=True)
    reader = Reader(AutoModel.from_pretrained(base, dtype=torch.float32))
    train(reader, silver, encode_trees(tokenizer, examples.treebank(data)), epochs=2)
    train(reader, known, epochs=8)
    return reader


def runnable(adapters: Path, folder: Path) -> TrainedReader:
    """The reader as briefer runs it: merged, converted to int8.

    Args:
        adapters: what `weights_of` gave, saved.
        folder: for the converted files.
    """
    raw, made = folder / "raw", folder / "made"
    raw.mkdir()
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        shutil.copyfile(model_weights.source_folder(find_model("figure-reader")) / name, raw / name)
    shutil.copyfile(adapters, raw / ADAPTERS)
    model_weights.convert(raw, made)
    return TrainedReader(CTranslate2Encoder(made, 256, 2), made)


def fit_when(reader: TrainedReader, data: Path) -> dict[str, float]:
    """Weights of the choice among words of time, on articles that the reader was not trained on."""
    asked: list[tuple[list[dict[str, float]], list[bool]]] = []
    cards, texts = examples.cards, examples.wikinews.articles(data)
    gold_rows = [row for name in HELD for row in cards.read_gold(GOLD / name)]
    for row, article in cards.articles_of(gold_rows, texts):
        text, paragraphs, day = article.text, article.body(), day_of(article)
        for sentence in split_sentences(article):
            callouts, times = callouts_of(article, sentence, paragraphs, day)
            start = sentence.span.start
            numbers = [Span(c.number.start - start, c.number.end - start) for c in callouts]
            readings = reader.read([sentence.span.of(text)], [numbers])[0] if callouts else []
            for callout, reading in zip(callouts, readings, strict=True):
                gold = next((g for g in row["callouts"] if cards.same_number(callout.number, g)), None)  # fmt: skip
                if gold is None or reading is None or callout.kind == "series":
                    continue
                known = list(choices(text, callout, reading.period, times))
                right = [cards.period_matches(text, msgspec.structs.replace(callout, period=c.period), gold) for c in known]  # fmt: skip
                if any(right) and not all(right):
                    asked.append(([choice.known for choice in known], right))
    return _conditional_logit(asked)


def _conditional_logit(
    asked: Sequence[tuple[Sequence[dict[str, float]], Sequence[bool]]],
) -> dict[str, float]:
    """Weights by which the right ones of each row of choices win (McFadden 1974), with a ridge."""
    names = sorted({name for rows, _ in asked for row in rows for name in row})
    tables = [np.array([[row.get(name, 0.0) for name in names] for row in rows]) for rows, _ in asked]  # fmt: skip
    rights = [np.array(right, dtype=float) for _, right in asked]
    scale = np.concatenate(tables).std(0) + 1e-9

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = 0.5 * _RIDGE_WHEN * float(weights @ weights), _RIDGE_WHEN * weights
        for table, right in zip(tables, rights, strict=True):
            scores = table / scale @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            hit = float(chances @ right)
            total -= math.log(hit + 1e-12)
            slope = slope + (table / scale).T @ (chances - chances * right / (hit + 1e-12))
        return total, slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / scale
    return {name: round(float(weight), 4) for name, weight in zip(names, found, strict=True)}


def fit_ranking(reader: TrainedReader, data: Path) -> dict[str, dict[str, float]]:
    """Weights of the two regressions, on articles that the reader was not trained on."""
    rows: list[dict[str, float]] = []
    weights: list[float] = []
    told: list[bool] = []
    right: list[bool] = []
    cards, texts = examples.cards, examples.wikinews.articles(data)
    gold_rows = [row for name in HELD for row in cards.read_gold(GOLD / name)]
    dense = {row["id"] for row in cards.read_gold(GOLD / "wikinews-tune.jsonl")}
    for row, article in cards.articles_of(gold_rows, texts):
        text = article.text
        for callout, known in candidates(article, split_sentences(article), reader):
            if known.reading is None:
                continue  # beyond what is read of an article
            gold = next((g for g in row["callouts"] if cards.same_number(callout.number, g)), None)
            rows.append(features(text, callout, known))
            weights.append(_DENSE if row["id"] in dense else 1.0)
            right.append(gold is not None and all(cards.verdicts(text, callout, gold).values()))
            told.append(any(g["must"] and any(cards.same_number(s, g) for s in cards.numbers_on(callout)) for g in row["callouts"]))  # fmt: skip
    names = sorted(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    return {
        "told": _regression(table, told, names, weights),
        "right": _regression(table, right, names, weights),
    }


def _regression(
    table: Any, wanted: Sequence[bool], names: Sequence[str], weights: Sequence[float]
) -> dict[str, float]:
    """Weights for raw features, with a bias, from a fit on scaled ones."""
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=_RIDGE, max_iter=5000).fit(
        scaler.transform(table), wanted, weights
    )
    raw = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (raw * scaler.mean_).sum())
    kept = {name: round(float(w), 4) for name, w in zip(names, raw, strict=True) if abs(w) >= 5e-4}
    return {"bias": round(bias, 4)} | kept


def write(fitted: dict[str, dict[str, float]]) -> None:
    """Write weights where `briefer.callouts.fitted` reads them."""
    path = OUT / "figure-ranking.json"
    path.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    weights_of_model.cache_clear()


def pin() -> None:
    """Write the hashes of the files into models.txt."""
    catalogue = ROOT / "models.txt"
    text = catalogue.read_text(encoding="utf-8")
    for name in (
        ADAPTERS,
        "figure-ranking.json",
        "sentence-choice.json",
        "sentence-parser.safetensors",
    ):
        (OUT / name).chmod(0o644)
        digest = hashlib.sha256((OUT / name).read_bytes()).hexdigest()
        text = re.sub(rf"{re.escape(name)}=[0-9a-f]{{64}}", f"{name}={digest}", text)
        print(f"{name}={digest}")
    catalogue.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--ranking", action="store_true", help="the ranking alone")
    options = parser.parse_args()
    base = model_weights.source_folder(find_model("figure-reader"))
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        held_out = Path(temporary) / ADAPTERS
        save_file(weights_of(trained([GOLD / n for n in SHOWN if n not in HELD], options.data, base)), held_out)  # fmt: skip
        reader = runnable(held_out, Path(temporary))
        # The ranking counts with times already chosen.
        fitted = {"when": fit_when(reader, options.data)}
        write(fitted)
        write(fitted | fit_ranking(reader, options.data))
    if not options.ranking:
        save_file(weights_of(trained([GOLD / n for n in SHOWN], options.data, base)), OUT / ADAPTERS)  # fmt: skip
    pin()


if __name__ == "__main__":
    main()
