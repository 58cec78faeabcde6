"""Sentences of a treebank in CoNLL-U, with where each word stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from briefer.types import Span


class Row(NamedTuple):
    """A word: its number, its place in the sentence, its head's number (0 for the root), its relation."""

    number: int
    span: Span
    head: int
    relation: str


def sentences_of(path: Path, at_most: int) -> Iterator[tuple[str, list[Row]]]:
    """Sentences of a ``.conllu`` file that have at most so many characters, and all of whose words are in their text."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        title = re.search(r"^# text = (.*)$", block, re.MULTILINE)
        if title is None or len(title[1]) > at_most:
            continue
        text, at = title[1], 0
        rows: list[Row] = []
        for line in block.splitlines():
            cells = line.split("\t")
            if not cells[0].isdigit():
                continue
            start = text.find(cells[1], at)
            if start < 0:
                break
            at = start + len(cells[1])
            rows.append(Row(int(cells[0]), Span(start, at), int(cells[6]), cells[7]))
        else:
            yield text, rows
