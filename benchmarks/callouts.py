"""Scores callouts on annotated articles: are the cards right, and are the needed ones there?

    python benchmarks/callouts.py GOLD.jsonl DATA [--errors] [--rules]

GOLD holds offsets (see gold/README.md); DATA is a folder with ``wikinews/``, or a file of records.
The cards are the best four callouts of an article. A card is right if its value, unit, measure,
period and direction all are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from briefer.callouts import find_callouts
from briefer.callouts.readings import FigureReader
from briefer.models.runtime import load_figure_reader
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.segmenting import split_sentences
from briefer.types import Article, Callout, Point, Span
from quantities import canonical, words_of
from wikinews import articles as read_articles

CARDS = 4
_MONEY = {"dollar", "euro", "sterling", "pound sterling", "yen", "yuan", "cent", "penny", "rupee", "peso", "pound"}  # fmt: skip


def read_gold(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def articles_of(
    gold: Sequence[dict[str, Any]], records: Mapping[str, dict[str, str]]
) -> Iterator[tuple[dict[str, Any], Article]]:
    for row in gold:
        record = records[row["id"]]
        text = record["text"]
        if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
            raise SystemExit(f"{row['id']}: the text is not the one that was annotated")
        yield row, parse(Request(row["id"], "record", msgspec.json.encode(record)))


def value_matches(callout: Callout | Point, gold: dict[str, Any]) -> bool:
    low, high = getattr(callout, "low", None), getattr(callout, "high", None)
    try:
        if low is not None and high is not None:
            return bool(gold["low"] is not None and Decimal(str(gold["low"])) == low and Decimal(str(gold["high"])) == high)  # fmt: skip
        if gold["value"] is None or callout.value is None:
            return False
        wanted = Decimal(str(gold["value"]))
        return abs(abs(wanted) - abs(callout.value)) <= abs(wanted) * Decimal("0.001")
    except InvalidOperation:
        return False


def _plain(unit: str) -> set[str]:
    words = canonical(unit).split(" per ")[0]
    alias = {
        "percentage point": "percent",
        "point": "point",
        "us dollar": "dollar",
        "kilometer": "kilometre",
        "pence": "penny",
        "krona": "crown",
        "icelandic krona": "icelandic crown",
        "barrel of oil": "barrel",
    }
    words = alias.get(words, words)
    return {words, words.split(" ")[-1]}


def unit_matches(text: str, callout: Callout, gold: dict[str, Any]) -> bool:
    if not gold["unit_is_printed"] and not callout.unit_name:
        return True  # the annotator's name for a unit that is not printed
    ours = _plain(callout.unit_name)
    if callout.unit is not None:
        ours |= _plain(callout.unit.of(text))
    theirs = _plain(gold["unit"] or "")
    if "percent point" in theirs and "point" not in text[gold["figure"][0] : gold["figure"][1]]:
        theirs.add("percent")  # "cut its rate by 0.5%": the sign is what is printed
    if ours & theirs:
        return True
    # A count without a noun beside it: the annotator names what is counted, the measure says it.
    measure = words_of(" ".join(span.of(text) for span in callout.measure))
    return not callout.unit_name and not (theirs & {"percent", *_MONEY}) and (
        not gold["unit"] or bool(words_of(gold["unit"]) & measure)
    )  # fmt: skip


def measure_matches(text: str, callout: Callout, gold: dict[str, Any]) -> bool:
    if not gold["measure"]:
        return True
    first, every = gold["measure"][0], gold["measure"]
    wanted = [words_of(text[first[0] : first[1]]), words_of(" ".join(text[a:b] for a, b in every))]
    spans = [*callout.measure, *([callout.antecedent] if callout.antecedent else [])]
    shown = [words_of(span.of(text)) for span in spans]
    shown.append(words_of(" ".join(span.of(text) for span in spans)))
    if callout.unit is not None:
        shown.append(words_of(callout.unit.of(text)))
    return any(2 * len(a & b) >= 0.5 * (len(a) + len(b)) for a in shown for b in wanted if a & b)


def period_matches(text: str, callout: Callout, gold: dict[str, Any]) -> bool:
    ours = callout.period
    if gold["period"] is None:
        # Nothing in the sentence was marked; a word that we print all the same must not mislead.
        return ours is None or ours.span.of(text).lower() in {"now", "currently", "today"}
    if ours is None:
        return False
    a, b = (int(end) for end in gold["period"])
    touches = ours.span.start < b and a < ours.span.end
    if gold["start"] or gold["end"]:
        same = (not gold["start"] or ours.start == gold["start"]) and (not gold["end"] or ours.end == gold["end"])  # fmt: skip
        return bool(same or (touches and ours.start is None and ours.end is None))
    return touches


def direction_matches(callout: Callout, gold: dict[str, Any]) -> bool:
    ours = callout.change.direction if callout.change else None
    return ours == gold["direction"] or (gold["direction"] is None and ours is not None and callout.kind == "level" and callout.change is not None and callout.change.size is None and gold["change_words"] is not None)  # fmt: skip


CHECKS = ("value", "unit", "measure", "period", "direction")


def verdicts(text: str, callout: Callout, gold: dict[str, Any]) -> dict[str, bool]:
    return {
        "value": value_matches(callout, gold),
        "unit": unit_matches(text, callout, gold),
        "measure": measure_matches(text, callout, gold),
        "period": period_matches(text, callout, gold),
        "direction": direction_matches(callout, gold),
    }


def same_number(number: Span, gold: dict[str, Any]) -> bool:
    a, b = (int(end) for end in gold["number"])
    return number.start < b and a < number.end


def numbers_on(callout: Callout) -> list[Span]:
    """Every figure that the card shows."""
    return [callout.number, *callout.figures()]


class Tally:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def share(self, part: str, whole: str) -> float:
        return 100 * self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


def score(
    gold: Sequence[dict[str, Any]],
    records: Mapping[str, dict[str, str]],
    *,
    reader: FigureReader | None = None,
    errors: bool = False,
) -> Tally:
    tally = Tally()
    for row, article in articles_of(gold, records):
        text = article.text
        found = find_callouts(article, split_sentences(article), reader)
        cards = found[:CARDS]
        for card in cards:
            tally.counts["cards"] += 1
            match = next((g for g in row["callouts"] if same_number(card.number, g)), None)
            if match is None:
                wrong = any(s["span"][0] < card.number.end and card.number.start < s["span"][1] and s["why"] not in {"minor", "multiplier", "duplicate", "title"} for s in row["not_callouts"])  # fmt: skip
                tally.counts["cards that are dates or labels"] += wrong
                if errors:
                    print(f"{row['id']}: not in gold{' (a date or label)' if wrong else ''}: {show(text, card)}")  # fmt: skip
                continue
            results = verdicts(text, card, match)
            for name, good in results.items():
                tally.counts[f"card {name}"] += good
            good = all(results.values())
            tally.counts["right cards"] += good
            if match["period"] is not None or card.period is not None:
                tally.counts["cards with a period"] += 1
                tally.counts["periods right"] += results["period"]
            if errors and not good:
                failed = [name for name, ok in results.items() if not ok]
                print(
                    f"{row['id']}: {failed}: {show(text, card)}\n      gold: {show_gold(text, match)}"
                )
        for g in row["callouts"]:
            if g["must"]:
                tally.counts["musts"] += 1
                shown = any(same_number(s, g) for card in cards for s in numbers_on(card))
                tally.counts["musts shown"] += shown
                if errors and not shown:
                    where = next((i for i, c in enumerate(found) if any(same_number(s, g) for s in numbers_on(c))), None)  # fmt: skip
                    print(f"{row['id']}: must not shown (rank {where}): {show_gold(text, g)}")
        tally.counts["articles"] += 1
    return tally


def show(text: str, c: Callout) -> str:
    measure = " / ".join(s.printed(text) for s in c.measure)
    period = f"{c.period.span.printed(text)} {c.period.start}..{c.period.end}" if c.period else "-"
    change = f"{c.change.direction} {c.change.words.printed(text)}" if c.change else "-"
    return f"{c.figure.printed(text)} [{c.unit_name}] M:{measure} P:{period} C:{change} S:{c.salience} «{c.sentence.printed(text)[:200]}»"  # fmt: skip


def show_gold(text: str, g: dict[str, Any]) -> str:
    measure = " / ".join(text[a:b] for a, b in g["measure"])
    period = (
        f"{text[g['period'][0] : g['period'][1]]} {g['start']}..{g['end']}" if g["period"] else "-"
    )
    return re.sub(r"\s+", " ", f"{text[g['figure'][0] : g['figure'][1]]} [{g['unit']}] M:{measure} P:{period} D:{g['direction']} «{text[g['sentence'][0] : g['sentence'][1]][:160]}»")  # fmt: skip


def table(results: dict[str, Tally]) -> str:
    head = ("right cards", *CHECKS, "must-have recall", "periods right", "dates or labels")
    lines = ["| | " + " | ".join(head) + " |", "|---" * (len(head) + 1) + "|"]
    for name, tally in results.items():
        cells = [tally.share("right cards", "cards"), *(tally.share(f"card {check}", "cards") for check in CHECKS),
                 tally.share("musts shown", "musts"), tally.share("periods right", "cards with a period"),
                 tally.share("cards that are dates or labels", "cards")]  # fmt: skip
        lines.append(f"| {name} | " + " | ".join(f"{cell:.1f} %" for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--rules", action="store_true", help="without the trained reader")
    options = parser.parse_args()
    gold = read_gold(options.gold)
    reader = None if options.rules else load_figure_reader(print)
    tally = score(gold, read_articles(options.data), reader=reader, errors=options.errors)
    print(table({f"{tally.counts['articles']} articles, {tally.counts['cards']} cards": tally}))


if __name__ == "__main__":
    main()
