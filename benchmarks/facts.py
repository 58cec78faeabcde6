"""How well `briefer check` tells supported claims from unsupported ones: balanced accuracy, as Markdown.

    python benchmarks/facts.py FOLDER

FOLDER holds ``*.jsonl`` of ``id``, ``doc``, ``claim``, ``label`` (1 = the document supports it). Two
uses, two figures: a *score* at the best threshold of each set, as such sets are usually reported, beside the
share of the claim's word pairs that the document has; and the *verdict*, which knows no set.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from briefer.claims import check_claim
from briefer.types import Article, Block, Span


def article_of(text: str) -> Article:
    blocks = tuple(Block("paragraph", Span(m.start(), m.end())) for m in re.finditer(r"[^\n]+", text))  # fmt: skip
    return Article("", "", text, blocks, language="en")


def word_pairs(doc: str, claim: str) -> float:
    """Share of the claim's bigrams that the document has."""
    ours, theirs = (list(itertools.pairwise(re.findall(r"[a-z0-9]+", t.lower()))) for t in (claim, doc))  # fmt: skip
    held = set(theirs)
    return sum(pair in held for pair in ours) / max(1, len(ours))


def balanced(said: Sequence[bool], labels: Sequence[bool]) -> float:
    """Mean of the two classes' recalls, in percent."""
    said_, true = np.asarray(said), np.asarray(labels)
    return float(50 * (said_[true].mean() + (~said_[~true]).mean()))


def at_best(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Balanced accuracy at the threshold that is best for this set."""
    found = np.asarray(scores)
    return max(balanced(found >= t, labels) for t in np.unique(np.quantile(found, np.linspace(0, 1, 101))))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    print("| set | claims | word pairs, best threshold | score, best threshold | verdict | precision of a refusal |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    columns: list[list[float]] = [[], [], [], []]
    for path in sorted(options.folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        labels = [bool(row["label"]) for row in rows]
        verdicts = [check_claim(article_of(row["claim"]), article_of(row["doc"])) for row in rows]
        refused = [not v.is_supported for v in verdicts]
        right = sum(r and not label for r, label in zip(refused, labels, strict=True))
        figures = (
            at_best([word_pairs(row["doc"], row["claim"]) for row in rows], labels),
            at_best([v.score for v in verdicts], labels),
            balanced([not r for r in refused], labels),
            100 * right / max(1, sum(refused)),
        )
        for column, figure in zip(columns, figures, strict=True):
            column.append(figure)
        print(f"| {path.stem} | {len(rows)} | " + " | ".join(f"{f:.1f}" for f in figures) + " |")
    print("| mean | | " + " | ".join(f"{np.mean(column):.1f}" for column in columns) + " |")


if __name__ == "__main__":
    main()
