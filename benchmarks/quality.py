"""What the figures in docs/quality.md come from: quantities, callouts and series, as Markdown tables.

    python benchmarks/quality.py DATA

DATA is a folder with ``numbers/quantities_dev.json`` and ``wikinews/numbers_dev.jsonl``; the gold
callouts and the series sentences are in `benchmarks/gold`. Without DATA only the series are scored.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import callouts as cards
import quantities
import wikinews
from briefer.callouts import find_callouts
from briefer.callouts.readings import FigureReader
from briefer.models.runtime import load_figure_reader
from briefer.segmenting import split_sentences
from briefer.types import Article, Block, Span
from quantities import Quantity, Score, canonical

HERE = Path(__file__).resolve().parent
# Apart from the environment of benchmarks/speed.py: their libraries want other versions.
PEER_HOME = HERE.parent / ".bench-venv" / "quantities"
#: Of CQE (Almasian et al., EMNLP 2023) on the whole of NewsQuant, as published.
CQE = (92.0, 85.6, 88.1, 76.1, 57.0)


def install_peers() -> None:
    marker = PEER_HOME / "done"
    if not marker.exists():
        print("Installing the peers into .bench-venv/quantities (once)…", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(PEER_HOME)], check=True)
        pip = [str(PEER_HOME / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, "-r", str(HERE / "quantity_peers.txt")], check=True)
        marker.touch()


def peer(name: str, texts: list[str]) -> dict[str, list[Quantity]]:
    command = [str(PEER_HOME / "bin" / "python"), "-W", "ignore", str(HERE / "quantity_peers.py"), name]  # fmt: skip
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)  # fmt: skip
    found = {}
    for text, line in zip(texts, done.stdout.splitlines(), strict=True):
        found[text] = [
            Quantity(q["low"], q["high"], canonical(q["unit"]), canonical(q["unit"]), "=", frozenset()) for q in json.loads(line)
        ]  # fmt: skip
    return found


def quantity_table(data: Path, *, peers: bool) -> str:
    sentences: list[dict[str, Any]] = json.loads((data / "numbers" / "quantities_dev.json").read_text(encoding="utf-8"))  # fmt: skip
    reader = load_figure_reader(print)
    results: dict[str, Score] = {
        "briefer": quantities.score(sentences, lambda text: quantities.ours(text, reader)),
        "briefer, rules alone": quantities.score(sentences, quantities.ours),
    }
    if peers:
        install_peers()
        texts = [sentence["text"] for sentence in sentences]
        for name in ("quantulum3", "Recognizers-Text"):
            found = peer(name, texts)
            results[name] = quantities.score(sentences, found.__getitem__)
    table = quantities.table(results)
    published = " | ".join(f"{figure:.1f}" for figure in CQE)
    return f"{table}\n| CQE, as published, all sentences | {published} |"


def series_line() -> str:
    right = found = wanted = 0
    for line in (HERE / "gold" / "series.txt").read_text(encoding="utf-8").splitlines():
        text, expected = (part.strip() for part in line.split("=>"))
        article = Article("s", "s", text, (Block("paragraph", Span(0, len(text))),))
        series = [c for c in find_callouts(article, split_sentences(article)) if c.points]
        got = " | ".join(
            f"{p.figure.printed(text).removeprefix('Only ')} @ {p.period.span.printed(text)}" for c in series for p in c.points
        )  # fmt: skip
        found += bool(series)
        wanted += not expected.startswith("refused")
        right += bool(series) and got == expected
    return f"Series on 40 written sentences: {right} of {wanted} found point for point, {found - right} wrong, of 16 to be refused {16 - max(0, found - wanted)} refused."


def speed_line(articles: list[Article], reader: FigureReader | None) -> str:
    parts = [(article, split_sentences(article)) for article in articles]
    start = time.process_time()
    for article, sentences in parts:
        find_callouts(article, sentences, reader)
    spent = time.process_time() - start
    words = sum(len(article.text.split()) for article in articles) / len(articles)
    who = "rules and reader" if reader else "rules alone"
    return f"Callouts ({who}) of {len(articles)} articles of {words:.0f} words on average: {len(articles) / spent:.0f} articles a CPU-second."  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--shut", action="store_true", help="score the shut articles too; not while tuning")  # fmt: skip
    options = parser.parse_args()
    if options.data:
        print(quantity_table(options.data, peers=not options.no_peers), end="\n\n")
        records = wikinews.articles(options.data)
        reader = load_figure_reader(print)
        results = {}
        for name in ("tune", "held", "shut") if options.shut else ("tune", "held"):
            gold = cards.read_gold(HERE / "gold" / f"wikinews-{name}.jsonl")
            title = f"{name}: {len(gold)} articles"
            seen = "" if name == "shut" else " (its reader was trained on these)"
            results[f"{title}{seen}"] = cards.score(gold, records, reader=reader)
            results[f"{title}, rules alone"] = cards.score(gold, records)
        print(cards.table(results), end="\n\n")
        gold = cards.read_gold(HERE / "gold" / "wikinews-tune.jsonl")
        articles = [article for _, article in cards.articles_of(gold, records)]
        print(speed_line(articles, reader), end="\n\n")
        print(speed_line(articles, None), end="\n\n")
    print(series_line())


if __name__ == "__main__":
    main()
