"""What a chat model answered, read as the list that it was asked for and nothing else."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any, Final

from briefer.models.contract import Written

_MOST: Final = 40  # bullets that are looked at
_MOST_WORDS: Final = 120  # of one; more is none
_OPENING: Final = re.compile(r"\[\s*(?=\{)")  # "[1]" and "[…]" in the words around are no list
_DECODER: Final = json.JSONDecoder()


def bullets_in(answer: str, shown: Collection[int]) -> list[Written]:
    """Bullets of an answer, each with the sentences that it names, counted from 0.

    What is not of the form is left out: text around the list, objects with other keys, sentences
    that it was not shown. A list that breaks off gives the objects before the break.

    Args:
        answer: of the model.
        shown: numbers of the sentences that it was shown, from 1.
    """
    found = []
    for value in _objects(answer):
        written = _read(value, shown)
        if written is not None:
            found.append(written)
        if len(found) == _MOST:
            break
    return found


def _objects(answer: str) -> Iterator[Any]:
    """JSON objects of the first list in a text, in order, until something else stands there."""
    opening = _OPENING.search(answer)
    if opening is None:
        return
    at = opening.end()
    while True:
        while at < len(answer) and answer[at] in " \t\r\n,":
            at += 1
        if at >= len(answer) or answer[at] != "{":
            return
        try:
            value, at = _DECODER.raw_decode(answer, at)
        except (ValueError, RecursionError):
            return
        yield value


def _read(value: Any, shown: Collection[int]) -> Written | None:
    if not isinstance(value, dict) or value.keys() != {"text", "sentences"}:
        return None
    text, named = value["text"], value["sentences"]
    if not isinstance(text, str) or not isinstance(named, list) or not named:
        return None
    if not all(type(n) is int and n in shown for n in named):
        return None
    # What cannot be printed would cost the next question that it is put into.
    if not text.strip() or len(text.split()) > _MOST_WORDS or any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):  # fmt: skip
        return None
    return Written(text, tuple(sorted({n - 1 for n in named})))
