"""How often two annotators of the same articles agree: the ceiling of what `callouts` can score.

    python benchmarks/annotators.py FIRST.jsonl SECOND.jsonl ARTICLES.jsonl

Both files hold offsets (see gold/README.md). Of the numbers that the first annotator says an editor
must pull out: how many the second lists, and how often unit, measure, period and direction agree, by
the rules that cards are scored with.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import callouts as cards
import wikinews
from quantities import words_of

FIELDS = ("unit", "measure", "period", "direction")


def compare(first: Path, second: Path, articles: Path) -> Counter[str]:
    others = {row["id"]: row for row in cards.read_gold(second)}
    counts: Counter[str] = Counter()
    for row, article in cards.articles_of(cards.read_gold(first), wikinews.articles(articles)):
        theirs = others[row["id"]]["callouts"]
        for mine in row["callouts"]:
            if not mine["must"]:
                continue
            counts["musts"] += 1
            other = next((g for g in theirs if _overlap(g["number"], mine["number"])), None)
            if other is None:
                continue
            counts["listed"] += 1
            counts["musts of both"] += other["must"]
            same = {
                "unit": not mine["unit"] or not other["unit"] or bool(cards._plain(mine["unit"]) & cards._plain(other["unit"])),
                "measure": _same_measure(article.text, mine, other),
                "period": _same_period(mine, other),
                "direction": mine["direction"] == other["direction"],
            }  # fmt: skip
            counts.update(name for name, good in same.items() if good)
            counts["all four"] += all(same.values())
    return counts


def _overlap(a: list[int], b: list[int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _same_measure(text: str, a: dict[str, Any], b: dict[str, Any]) -> bool:
    if not a["measure"] or not b["measure"]:
        return True
    return any(2 * len(x & y) >= 0.5 * (len(x) + len(y)) for x in _bags(text, a) for y in _bags(text, b) if x & y)  # fmt: skip


def _bags(text: str, gold: dict[str, Any]) -> list[frozenset[str]]:
    parts = [text[a:b] for a, b in gold["measure"]]
    return [frozenset(words_of(parts[0])), frozenset(words_of(" ".join(parts)))]


def _same_period(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if a["period"] is None or b["period"] is None:
        return a["period"] is b["period"]
    if any((a["start"], a["end"], b["start"], b["end"])):
        return (a["start"], a["end"]) == (b["start"], b["end"])
    return _overlap(a["period"], b["period"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("first", "second", "articles"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    counts = compare(options.first, options.second, options.articles)
    print(
        f"{counts['musts']} must-haves: {counts['listed']} listed and {counts['musts of both']} must-haves by the second annotator"
    )
    for name in (*FIELDS, "all four"):
        print(f"{name}: {100 * counts[name] / counts['listed']:.1f} %")


if __name__ == "__main__":
    main()
