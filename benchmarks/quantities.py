"""Scores quantities on sentences annotated as in NewsQuant: value, unit, change, concept.

    python benchmarks/quantities.py QUANTITIES.json [--errors]

A found quantity matches an annotated one of its sentence if the values are equal (both ends of a
range). Unit, change and concept are scored as "value and …": a pair counts if the values match and
the attribute too. Units are compared after the spellings of one unit were made one; concepts as
sets of content words: partial is any word in common, complete is the same set.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from briefer.callouts import list_numbers
from briefer.callouts.figures import figures_of
from briefer.callouts.readings import FigureReader
from briefer.callouts.symbols import change_symbol
from briefer.callouts.units import singular
from briefer.models.runtime import load_figure_reader
from briefer.types import Article, Block, Sentence, Span

ROLES = {"quantity", "duration", "age"}


class Quantity(NamedTuple):
    """What is compared: a value or both ends of a range, and its attributes."""

    low: float
    high: float
    unit: str
    surface: str
    change: str
    concept: frozenset[str]


_ALIASES = {
    "%": "percent", "percentage": "percent", "per cent": "percent", "pc": "percent", "%condo": "condo",
    "percentage point": "point", "pct": "percent", "p": "penny", "pence": "penny",
    "us$": "dollar", "us dollar": "dollar", "time": "count", "yuan": "chinese yuan",
    "count per minute": "time per minute", "degree c": "celsius", "unit": "unit",
}  # fmt: skip
_STOP = frozenset("the a an of in on at to for from by and or with its their his her s as that this those per across among over under between about around near within against into than".split())  # fmt: skip


def canonical(unit: str) -> str:
    words = unit.lower().strip().strip("-").strip()
    words = _ALIASES.get(words, words)
    words = re.sub(r"\bpercentage\b", "percent", words)
    return " ".join(singular(word) for word in words.split())


def words_of(text: str) -> frozenset[str]:
    words = re.findall(r"[\w&]+", text.lower())
    return frozenset(singular(word) for word in words if word not in _STOP)


def gold_of(sentence: dict[str, Any]) -> list[Quantity]:
    found = []
    for q in sentence["quantities"]:
        ends = re.fullmatch(r"(-?[\d.eE+]+(?<!-))-(-?[\d.]+)", q["value"])
        try:
            low, high = (
                (float(ends[1]), float(ends[2]))
                if ends and "E-" not in q["value"]
                else (float(q["value"]),) * 2
            )
        except ValueError:
            continue
        concept = "" if q["referred_concepts"] == "-" else q["referred_concepts"]
        found.append(
            Quantity(
                low,
                high,
                canonical(q["normalized_unit"]),
                canonical(q["unit"]),
                q["change"],
                words_of(concept),
            )
        )
    return found


def ours(text: str, reader: FigureReader | None = None) -> list[Quantity]:
    whole = Span(0, len(text))
    article = Article("q", "q", text, (Block("paragraph", whole),), language="en")
    sentence = Sentence(whole, 0, 0)
    measures = {one.number: one.measure for one in list_numbers(article, [sentence], reader)}
    found = []
    for figure in figures_of(text, whole)[0]:
        number = figure.number
        if figure.role.role not in ROLES or number.low is None or number.high is None:
            continue
        unit = figure.unit
        found.append(
            Quantity(
                float(number.low),
                float(number.high),
                canonical(unit.name) if unit else "",
                canonical(unit.span.of(text)) if unit else "",
                change_symbol(figure),
                words_of(" ".join(span.of(text) for span in measures[number.digits]))
                - (words_of(unit.span.of(text)) if unit and unit.kind == "count" else frozenset()),
            )
        )
    return found


def same_unit(a: Quantity, gold: Quantity) -> bool:
    if gold.unit in {"-", ""} and gold.surface in {"-", ""}:
        return not a.unit
    names = {gold.unit, gold.surface} - {"-", ""}
    if a.unit in names or a.surface in names:
        return True
    loose = {n.split(" per ")[0] for n in names} if "money" else names
    return a.unit.split(" per ")[0] in loose and " per " not in gold.unit


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


class Score:
    """Counts of what was found, what was annotated, and what agrees."""

    def __init__(self) -> None:
        self.found = self.gold = 0
        self.hits: Counter[str] = Counter()

    def f1(self, name: str) -> tuple[float, float, float]:
        hits = self.hits[name]
        precision = hits / self.found if self.found else 0.0
        recall = hits / self.gold if self.gold else 0.0
        total = precision + recall
        return precision, recall, 2 * precision * recall / total if total else 0.0


def match(
    found: Sequence[Quantity], gold: Sequence[Quantity]
) -> tuple[list[tuple[Quantity, Quantity]], list[Quantity], list[Quantity]]:
    """Pairs of equal value, best agreement first; and what is left of either side."""
    pairs = []
    left, rest = list(found), list(gold)
    options = [
        (same_unit(f, g) + (f.change == g.change) + bool(f.concept & g.concept), -i, -j)
        for i, f in enumerate(found)
        for j, g in enumerate(gold)
        if close(f.low, g.low) and close(f.high, g.high)
    ]
    used_f: set[int] = set()
    used_g: set[int] = set()
    for _, i, j in sorted(options, reverse=True):
        if -i in used_f or -j in used_g:
            continue
        used_f.add(-i)
        used_g.add(-j)
        pairs.append((found[-i], gold[-j]))
        left.remove(found[-i])
        rest.remove(gold[-j])
    return pairs, left, rest


def score(sentences: Sequence[dict[str, Any]], find: Any, errors: str = "") -> Score:
    result = Score()
    for sentence in sentences:
        found, gold = find(sentence["text"]), gold_of(sentence)
        pairs, left, rest = match(found, gold)
        result.found += len(found)
        result.gold += len(gold)
        result.hits["value"] += len(pairs)
        wrong: list[str] = []
        for f, g in pairs:
            unit, change = same_unit(f, g), f.change == g.change
            partial = bool(f.concept & g.concept) or f.concept == g.concept
            result.hits["value + unit"] += unit
            result.hits["value + change"] += change
            result.hits["concept, partial"] += partial
            result.hits["concept, complete"] += f.concept == g.concept
            if "u" in errors and not unit:
                wrong.append(f"   unit   {f.low:g}: {f.unit!r}/{f.surface!r}, gold {g.unit!r}/{g.surface!r}")  # fmt: skip
            if "c" in errors and not change:
                wrong.append(f"   change {f.low:g}: {f.change}, gold {g.change}")
            if "p" in errors and partial and f.concept != g.concept:
                wrong.append(f"   part {f.low:g}: {sorted(f.concept - g.concept)} extra, {sorted(g.concept - f.concept)} missed, common {sorted(f.concept & g.concept)}")  # fmt: skip
            if "m" in errors and not partial:
                wrong.append(f"   measure {f.low:g}: {sorted(f.concept)}, gold {sorted(g.concept)}")
        if "v" in errors:
            wrong += [f"   extra  {f.low:g}..{f.high:g} {f.unit}" for f in left]
            wrong += [f"   missed {g.low:g}..{g.high:g} {g.unit}" for g in rest]
        if wrong:
            print(sentence["text"], *wrong, sep="\n")
    return result


NAMES = ("value", "value + unit", "value + change", "concept, partial", "concept, complete")


def table(results: dict[str, Score]) -> str:
    lines = ["| | " + " | ".join(NAMES) + " |", "|---" * (len(NAMES) + 1) + "|"]
    for who, result in results.items():
        cells = [f"{100 * result.f1(name)[2]:.1f}" if result.hits[name] else "–" for name in NAMES]
        lines.append(f"| {who} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("quantities", type=Path)
    parser.add_argument("--errors", default="", help="any of v, u, c, m: print what differs")
    parser.add_argument("--rules", action="store_true", help="without the trained reader")
    options = parser.parse_args()
    sentences = json.loads(options.quantities.read_text(encoding="utf-8"))
    reader = None if options.rules else load_figure_reader(print)
    print(table({"briefer": score(sentences, lambda text: ours(text, reader), options.errors)}))


if __name__ == "__main__":
    main()
