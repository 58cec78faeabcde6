"""An archive of small reports, written for the tests."""

from __future__ import annotations

from pathlib import Path

PLACES = ("Harn", "Norrvik", "Cellvik", "Melkhaus")


def write_archive(folder: Path, n: int, *, first: int = 0) -> Path:
    """So many reports, each with a day, a number and words of its own."""
    for i in range(first, first + n):
        place = PLACES[i % len(PLACES)]
        path = folder / f"{i // 50:02d}" / f"{i:04d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"Unemployment in {place} falls again\n\n{place.upper()}, {1 + i % 28} March 2026 - The unemployment rate in {place} fell to "
            f"{3 + i % 5}.{i % 10} percent in February, the labour office said in its monthly report.\n\n"
            f"The port handled {100 + i} ships, and ferry crews may strike over night shifts.\n",
            encoding="utf-8",
        )
    return folder
