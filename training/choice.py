"""Fits the choice of bullets, `weights/sentence-choice.json`; see README.md beside it.

python training/choice.py DATA
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import examples
import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from train import OUT, pin

from briefer.models.catalog import find_model
from briefer.models.contract import Document
from briefer.models.encoder import CTranslate2Encoder
from briefer.models.extractive import CHOICE_WEIGHTS, ChoiceWeights, ExtractiveModel
from briefer.models.openings import FORM, centrality, form_of
from briefer.models.weights import converted_folder
from briefer.models.wording import KNOWN, rarities, words_of
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.segmenting import split_sentences
from briefer.summarizing import shortened
from briefer.types import Article

_OPENING = 2  # sentences that count as an article's opening
_LONGEST, _SHORTEST = 60, 6  # sentences read of an article, and fewest that it must have
_BULLETS = 3
_COMMON = 1000  # words whose rarity is kept
_RIDGE_OPENING, _RIDGE_WORTH = 0.0002, 0.1  # inverse strengths


def bullets_of(article: Article) -> list[str]:
    """Sentences of an article as they would be printed."""
    sentences = [s.span for s in split_sentences(article)][:_LONGEST]
    return [b.text if (b := shortened(article, span)) else span.printed(article.text) for span in sentences]  # fmt: skip


def news(data: Path) -> Iterator[list[str]]:
    """Sentences of each article of Wikinews."""
    for record in examples.wikinews.articles(data).values():
        sentences = bullets_of(parse(Request(record["id"], "record", msgspec.json.encode(record))))
        if len(sentences) >= _SHORTEST:
            yield sentences


def summarized(data: Path) -> Iterator[tuple[str | None, list[str], list[str]]]:
    """Title, sentences, and summaries by people, of each document of the treebank."""
    for path in sorted((data / "treebank").glob("*.conllu")):
        source = path.read_text(encoding="utf-8")
        summaries = re.findall(r"^# meta::summary\d+ = \(human[^)]*\)\s*([^\n]*)", source, re.M)
        paragraphs: list[list[str]] = [[]]
        for block in source.split("\n\n"):
            if text := re.search(r"^# text = (.*)$", block, re.M):
                if "# newpar" in block:
                    paragraphs.append([])
                paragraphs[-1].append(text[1])
        text = "\n\n".join(" ".join(p) for p in paragraphs if p)
        article = parse(Request(path.stem, "text", text.encode()))
        if summaries:
            yield article.title, bullets_of(article), summaries


def fit_opening(documents: Sequence[tuple[Any, Any]], width: int) -> Any:
    """Weights of the first ``width`` columns: those that find the first sentences.

    Args:
        documents: features of its sentences, less their mean, and whether each is an opening.
        width: columns that are used.
    """
    table = np.vstack([rows[:, :width] for rows, _ in documents])
    scaler = StandardScaler(with_mean=False).fit(table)
    model = LogisticRegression(C=_RIDGE_OPENING, max_iter=500)
    model.fit(scaler.transform(table), np.concatenate([y for _, y in documents]))
    return model.coef_[0] / scaler.scale_


def fit_worth(tables: Sequence[Any], used: Sequence[Any]) -> dict[str, float]:
    """Weights by which a word's uses are those of the summaries.

    Args:
        tables: features of the uses of a document's words.
        used: the share of its summaries that have each.
    """
    table, share = np.vstack(tables), np.concatenate(used)
    scaler = StandardScaler().fit(table)
    scaled = scaler.transform(table)
    model = LogisticRegression(C=_RIDGE_WORTH, max_iter=500)
    # A word that one of two summaries uses is half an example of each kind.
    model.fit(
        np.vstack([scaled, scaled]),
        np.r_[np.ones(len(share)), np.zeros(len(share))],
        np.r_[share, 1 - share],
    )
    raw = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - raw @ scaler.mean_)
    return {"bias": round(bias, 4)} | dict(zip(KNOWN, raw.round(4).tolist(), strict=True))


def reading_of(
    documents: Sequence[tuple[str | None, list[str], list[str]]],
    model: ExtractiveModel,
    weights: ChoiceWeights,
) -> tuple[list[Any], list[Any]]:
    """Features of the uses of each document's words, and the share of its summaries that have each."""
    tables, used = [], []
    for title, sentences, summaries in documents:
        uses = model.read(Document(title, tuple(sentences)), weights, _BULLETS).uses
        counts = [Counter(words_of(summary)) for summary in summaries]
        tables.append(uses.known)
        used.append(np.array([np.mean([c[word] >= n for c in counts]) for word, n in zip(uses.words, uses.numbers, strict=True)]))  # fmt: skip
    return tables, used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    entry = find_model("all-MiniLM-L6-v2")
    # The encoder alone: the file that is made here may not be there yet.
    files = {name: digest for name, digest in entry.sha256.items() if name != CHOICE_WEIGHTS}
    entry = msgspec.structs.replace(entry, sha256=files)
    encoder = CTranslate2Encoder(converted_folder(entry, print), entry.window, 2)
    model = ExtractiveModel(encoder, fitted=True)
    embed = model.embed  # long sentences in pieces, as in use

    articles = list(news(data))
    rarity = rarities(articles, _COMMON)
    documents = []
    for sentences in articles:
        vectors, _ = embed(sentences)
        rows = np.hstack([form_of(sentences), centrality(vectors)[:, None], vectors])
        documents.append((rows - rows.mean(axis=0), np.arange(len(sentences)) < _OPENING))
    names = (*FORM, "centrality")
    both = fit_opening(documents, documents[0][0].shape[1])
    alone = fit_opening(documents, len(names))
    form = dict(zip(names, both.round(4).tolist(), strict=False))
    meaning = both[len(names) :].round(4).tolist()
    print(f"opening: {len(articles)} articles")

    weights = ChoiceWeights(
        form=form,
        meaning=meaning,
        form_alone=dict(zip(names, alone.round(4).tolist(), strict=True)),
        worth=dict.fromkeys((*KNOWN, "bias"), 0.0),
        rarity=rarity,
    )
    known = list(summarized(data))
    # Which sentences are promising depends on the weights: the second time with those of the first.
    for _ in range(2):
        weights = msgspec.structs.replace(
            weights, worth=fit_worth(*reading_of(known, model, weights))
        )
    print(f"worth: {len(known)} documents")
    (OUT / CHOICE_WEIGHTS).write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")  # fmt: skip
    pin()


if __name__ == "__main__":
    main()
