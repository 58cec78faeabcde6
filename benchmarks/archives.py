"""An archive of many short reports: made, run, killed and gone on with, and what that costs; as Markdown.

    python benchmarks/archives.py make WIKINEWS FOLDER --reports 100000
    python benchmarks/archives.py run FOLDER OUT
    python benchmarks/archives.py kill FOLDER OUT --kills 200
    python benchmarks/archives.py ask OUT

WIKINEWS holds the collections that `wikinews` reads. ``kill`` ends the run by SIGKILL at random moments and begins
it again until all is done; the hash of the rows has to be that of ``run``. What is repeated is counted from what the
workers say that they begin (BRIEFER_DEBUG).
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from wikinews import articles

_WORDS = 70  # of a report, about
_A_FOLDER = 1000  # reports


def make(data: Path, folder: Path, n: int) -> None:
    """Reports of some sentences each, cut from articles; no two are the same."""
    sources = [a for a in articles(data).values() if len(a["text"].split()) > _WORDS]
    rng = random.Random(7)
    for i in range(n):
        article = sources[i % len(sources)]
        sentences = re.split(r"(?<=[.!?])\s+", article["text"])
        first = rng.randrange(max(1, len(sentences) - 5)) if i >= len(sources) else 0
        text, k = "", first
        while k < len(sentences) and len(text.split()) < _WORDS:
            text, k = f"{text} {sentences[k]}", k + 1
        path = folder / f"{i // _A_FOLDER:03d}" / f"{i:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{article['title']} ({i})\n\n{_day(article.get('date', ''))}\n\n{text.strip()}\n", encoding="utf-8")  # fmt: skip


def _day(date: str) -> str:
    try:
        return datetime.date.fromisoformat(date[:10]).strftime("%d %B %Y").lstrip("0")
    except ValueError:
        return ""


def command(folder: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "briefer", "-q", "batch", str(folder), "-o", str(out), *more]


def run(folder: Path, out: Path, *more: str) -> dict[str, Any]:
    """One run: seconds, CPU-seconds and peak memory of briefer's first process, and its report."""
    (out / "report.json").unlink(missing_ok=True)  # written again, of this run
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command(folder, out, *more), stdout=subprocess.DEVNULL)
    peak = workers = 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        workers = max(workers, sum(map(_memory, _children(process.pid))))
        time.sleep(0.5)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds = time.monotonic() - began
    report = json.loads((out / "report.json").read_text())
    return {**report, "seconds": seconds, "cpu": cpu, "parent_mb": peak / 1e6, "workers_mb": workers / 1e6}  # fmt: skip


def _memory(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _children(pid: int) -> list[int]:
    try:
        own = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return own + [grandchild for child in own for grandchild in _children(child)]


def kill(folder: Path, out: Path, kills: int, shortest: float, longest: float) -> dict[str, Any]:
    """Kill at random moments, go on, and count what was begun more than once."""
    rng = random.Random(11)
    begun: Counter[str] = Counter()
    done = 0
    while True:
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(command(folder, out), stdout=subprocess.DEVNULL, stderr=said, env={**os.environ, "BRIEFER_DEBUG": "1"})  # fmt: skip
            try:
                process.wait(rng.uniform(shortest, longest) if done < kills else None)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                done += 1
            said.seek(0)
            begun.update(line.split()[1] for line in said if line.startswith("begun "))
        halves = [p.name for p in (out / "reports").glob(".*")]
        if process.returncode in {0, 3}:
            break
        if process.returncode != -signal.SIGKILL:
            raise SystemExit(f"it ended with {process.returncode}")
    report = json.loads((out / "report.json").read_text())
    again = sum(begun.values()) - len(begun)
    return {"kills": done, "begun": sum(begun.values()), "again": again, "share": 100 * again / report["known"], "halves": halves, **report}  # fmt: skip


def ask(out: Path) -> list[tuple[str, float, int]]:
    """Queries of a warm index: milliseconds, best of five, and hits."""
    from briefer.search import Index

    index = Index(out / "index.sqlite3", must_be=True)
    rows = []
    for text in ("inflation", "unemployment AND rate", '"interest rate" OR recession', "bank NOT central", "value:>1000 unit:percent", "measure:unemployment value:>5", "strike title:union", "the"):  # fmt: skip
        best, hits = 1e9, 0
        for _ in range(5):
            began = time.perf_counter()
            hits = len(index.search(text))
            best = min(best, time.perf_counter() - began)
        rows.append((text, 1000 * best, hits))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    parser.add_argument("what", choices=["make", "run", "kill", "ask"])
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--between", type=float, nargs=2, default=(2.0, 12.0), help="seconds from a start to its kill")  # fmt: skip
    options = parser.parse_args()
    if options.what == "make":
        make(options.places[0], options.places[1], options.reports)
    elif options.what == "run":
        r = run(options.places[0], options.places[1])
        print(f"{r['known']:,} reports, {r['here']:,} done now: {r['seconds']:.1f} s, {r['cpu']:.1f} CPU-s, {r['here'] / max(r['seconds'], 1e-9):.1f} a second; "
              f"memory {r['parent_mb']:.0f} MB, workers {r['workers_mb']:.0f} MB; {r['failed']} failed; rows {r['rows_sha256'][:16]}")  # fmt: skip
    elif options.what == "kill":
        r = kill(options.places[0], options.places[1], options.kills, *options.between)
        print(f"{r['kills']} kills: {r['begun']:,} begun, {r['again']:,} of them again ({r['share']:.2f} % of {r['known']:,}); {r['done']:,} done; "
              f"half files: {r['halves'] or 'none'}; rows {r['rows_sha256'][:16]}")  # fmt: skip
    else:
        print("| query | ms, best of 5 | hits shown |\n|---|---|---|")
        for text, ms, hits in ask(options.places[0]):
            print(f"| `{text}` | {ms:.1f} | {hits} |")


if __name__ == "__main__":
    main()
