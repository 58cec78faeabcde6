"""Speed against the peers: cold start and articles a CPU-second, all in one run, taking turns.

    python benchmarks/speed.py ARTICLES.jsonl [--articles 200] [--rounds 3]

ARTICLES holds one object a line with ``text``; the ones nearest to 650 words are taken. Every
figure is of a whole process and all it started, from the operating system's own accounting.
Machines differ and are busy: read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PEER_HOME = HERE.parent / ".bench-venv"
WORDS = 650


class Cost(NamedTuple):
    """What a process cost: CPU and wall in seconds, peak memory of the largest process in MB."""

    cpu: float
    wall: float
    rss: float


def measure(command: list[str], environment: dict[str, str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors.decode()[-2000:]}")
    wall = time.perf_counter() - start
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def contestants(*, peers: bool) -> dict[str, list[str]]:
    briefer = [sys.executable, "-m", "briefer", "summarize", "--json", "-n", "3"]
    found = {
        "briefer (default)": briefer,
        "briefer --runtime torch": [*briefer, "--runtime", "torch"],
        "briefer -m lead": [*briefer, "-m", "lead"],
    }
    peer_python = PEER_HOME / "bin" / "python"
    if peers:
        for name in ("sumy-lexrank", "bert-extractive-summarizer"):
            found[name] = [str(peer_python), "-W", "ignore", str(HERE / "peers.py"), name]
    return found


def install_peers() -> None:
    if not (PEER_HOME / "done").exists():
        print("Installing the peers into .bench-venv (once)…", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(PEER_HOME)], check=True)
        pip = [str(PEER_HOME / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, "-r", str(HERE / "peers.txt")], check=True)
        (PEER_HOME / "done").touch()


def choose(path: Path, n_articles: int) -> list[str]:
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    texts.sort(key=lambda text: (abs(len(text.split()) - WORDS), text))
    return texts[:n_articles]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles_file", type=Path)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    if not options.no_peers:
        install_peers()
    texts = choose(options.articles_file, options.articles)
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(
        f"{len(texts)} articles, {words:.0f} words each on average; median of {options.rounds} rounds\n"
    )
    costs: dict[str, dict[str, list[Cost]]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = {"one": folder / "one.jsonl", "all": folder / "all.jsonl"}
        rows = [json.dumps({"text": text}) + "\n" for text in texts]
        files["one"].write_text(rows[0])
        files["all"].write_text("".join(rows))
        everyone = contestants(peers=not options.no_peers)
        measure(
            [*everyone["briefer (default)"], str(files["one"])],
            {"BRIEFER_STORE": str(folder / "0")},
        )
        for number in range(options.rounds):
            for name, command in everyone.items():
                for size, file in files.items():
                    # A store of its own each time: nothing may come from an earlier round.
                    store = folder / f"{number}-{name.replace(' ', '')}-{size}.db"
                    cost = measure([*command, str(file)], {"BRIEFER_STORE": str(store)})
                    costs.setdefault(name, {}).setdefault(size, []).append(cost)
    report(costs, len(texts))


def report(costs: dict[str, dict[str, list[Cost]]], n_articles: int) -> None:
    def median(name: str, size: str, field: str) -> float:
        return statistics.median(float(getattr(cost, field)) for cost in costs[name][size])

    print(
        "| | cold start CPU-s | wall s | articles/CPU-s, whole run | warm | peak MB | ratio to default |"
    )
    print("|---|---|---|---|---|---|---|")
    base = n_articles / median("briefer (default)", "all", "cpu")
    for name in costs:
        one, whole = median(name, "one", "cpu"), median(name, "all", "cpu")
        rate = n_articles / whole
        warm = (n_articles - 1) / max(whole - one, 1e-3)
        print(
            f"| {name} | {one:.2f} | {median(name, 'one', 'wall'):.2f} | {rate:.1f} | {warm:.1f} "
            f"| {median(name, 'all', 'rss'):.0f} | {rate / base:.2f} |"
        )


if __name__ == "__main__":
    main()
