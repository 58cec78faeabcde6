"""How often the fast runtime chooses the same sentences as the reference.

python benchmarks/parity.py ARTICLES.jsonl [N_BULLETS]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from briefer.models.catalog import DEFAULT_MODEL, find_model
from briefer.models.contract import Document
from briefer.models.runtime import load_model
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.segmenting import split_sentences


def main() -> None:
    n_bullets = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    entry = find_model(DEFAULT_MODEL)
    fast = load_model(entry, "ctranslate2", print)
    reference = load_model(entry, "torch", print)
    same = total = shared = wanted = 0
    for line in Path(sys.argv[1]).read_bytes().splitlines():
        article = parse(Request("article", "record", line))
        printed = tuple(s.span.printed(article.text) for s in split_sentences(article))
        document = Document(json.loads(line).get("title"), printed)
        one, two = (
            fast.select(document, n_bullets).chosen,
            reference.select(document, n_bullets).chosen,
        )
        same += one == two
        total += 1
        shared += len({*one} & {*two})
        wanted += len(two)
    print(f"{same} of {total} articles ({same / total:.1%}) with the same {n_bullets} sentences; "
          f"{shared / wanted:.1%} of the sentences")  # fmt: skip


if __name__ == "__main__":
    main()
