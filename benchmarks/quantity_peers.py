"""Quantities by other libraries, in an environment of their own: one JSON list a line for each text.

    python benchmarks/quantity_peers.py NAME < TEXTS.json > FOUND.jsonl

Each quantity is ``{"low": …, "high": …, "unit": …}``.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from typing import Any

warnings.filterwarnings("ignore")


def quantulum(text: str) -> Iterator[dict[str, Any]]:
    from quantulum3 import parser

    for found in parser.parse(text):
        spread = found.uncertainty or 0
        low, high = found.value - spread, found.value + spread
        unit = "" if found.unit.name == "dimensionless" else found.unit.name
        yield {"low": low, "high": high, "unit": unit}


def recognizers(text: str) -> Iterator[dict[str, Any]]:
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import (
        recognize_age,
        recognize_currency,
        recognize_dimension,
        recognize_temperature,
    )  # fmt: skip

    taken: list[tuple[int, int]] = []
    kinds = (recognize_percentage, recognize_currency, recognize_age, recognize_temperature, recognize_dimension, recognize_number)  # fmt: skip
    for recognize in kinds:
        for found in recognize(text, "en-us"):
            if any(found.start <= end and start <= found.end for start, end in taken):
                continue
            value = str((found.resolution or {}).get("value") or "").rstrip("%")
            try:
                number = float(value)
            except ValueError:
                continue
            taken.append((found.start, found.end))
            unit = (found.resolution or {}).get("unit") or ""
            if recognize is recognize_percentage:
                unit = "percent"
            yield {"low": number, "high": number, "unit": unit.lower()}


def main() -> None:
    find = {"quantulum3": quantulum, "Recognizers-Text": recognizers}[sys.argv[1]]
    for text in json.load(sys.stdin):
        try:
            found = list(find(text))
        except Exception:  # a peer that fails on a sentence finds nothing in it
            found = []
        print(json.dumps(found))


if __name__ == "__main__":
    main()
