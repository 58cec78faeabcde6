"""CPU-seconds of 100 briefs in each format, gate included and not, as Markdown: python benchmarks/documents.py BRIEF.json [--n 100].

Each brief is another one (its title has a number), so that nothing made before is of use. Whole processes are not
timed: libraries are loaded by the first brief, which is counted. All formats of a brief are made in a row, as
`briefer make` does, so that the e-mail takes the PDF that is there.
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
    made = dict.fromkeys(RENDERERS, 0.0)
    checked = dict.fromkeys(RENDERERS, 0.0)
    sizes = dict.fromkeys(RENDERERS, 0)
    for number in range(options.n):
        one = msgspec.structs.replace(brief, title=f"{brief.title} {number}")
        for name in RENDERERS:  # the PDF before the e-mail that it is attached to
            start = time.process_time()
            data = find_renderer(name)(one, Look()).data
            middle = time.process_time()
            pass_gate(name, data, one, Look())
            made[name] += middle - start
            checked[name] += time.process_time() - middle
            sizes[name] = len(data)
    for name in RENDERERS:
        print(f"| {name} | {made[name]:.1f} | {checked[name]:.1f} | {sizes[name]:,} |")


if __name__ == "__main__":
    main()
