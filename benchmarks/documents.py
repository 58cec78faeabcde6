"""CPU-seconds of 100 briefs in each format, gate included and not, as Markdown: python benchmarks/documents.py BRIEF.json [--n 100].

Each brief is another one (its title has a number), so that nothing made before is of use. Whole processes are not
timed: libraries are loaded by the first brief, which is counted.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import msgspec

from briefer.brief import Brief
from briefer.rendering import RENDERERS, find_renderer, pass_gate
from briefer.rendering.look import Look


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("brief", type=Path)
    parser.add_argument("--n", type=int, default=100)
    options = parser.parse_args()
    brief = msgspec.json.decode(options.brief.read_bytes(), type=Brief)
    print(f"{options.n} briefs of {len(brief.stories)} stories, {len(brief.numbers)} numbers\n")
    print("| format | making, CPU-s | gate, CPU-s | bytes of one |\n|---|---|---|---|")
    for name in RENDERERS:
        made, checked, size = 0.0, 0.0, 0
        for number in range(options.n):
            one = msgspec.structs.replace(brief, title=f"{brief.title} {number}")
            start = time.process_time()
            data = find_renderer(name)(one, Look()).data
            middle = time.process_time()
            pass_gate(name, data, one, Look())
            made, checked = made + middle - start, checked + time.process_time() - middle
            size = len(data)
        print(f"| {name} | {made:.1f} | {checked:.1f} | {size:,} |", flush=True)


if __name__ == "__main__":
    main()
