"""Lines grouped into units, such as a paragraph, a headline or a button.

Text may be hard-wrapped anywhere, in part or as a whole, so each line is judged by its
neighbours: it goes on from the one before if that one was broken off, which shows in a small
letter at its start, or in a first word that would not have fitted before the margin.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefer.types import BlockKind

LIST_MARK = re.compile(r"^(?:[-*•·‣▪▸►➤✓✔○●◦–—]|\(?\d{1,2}[.)]|\(?[a-z]\)|\(?[ivx]{1,5}\))\s+")
_TERMINAL = re.compile(r"[.!?…。！？][\"'”’»)\]]*\d{0,2}$")
# What may stand after the stop: note marks, symbols, characters without a shape.
_AFTER_STOP = re.compile(
    r"(?:\[[\w ,–-]{1,12}\]|\s\([^()]{1,40}\)|[\s\u200b-\u200f\ufeff»*†‡¹²³⁰-⁹■□▪◆●★☆\U0001f300-\U0001faff])+$"
)
_SHORTEST_BROKEN = 40  # characters; a shorter line may be a title that ends anywhere
_RAGGED = 12  # characters that lines of one wrapped text may differ by


@dataclass(slots=True)
class Unit:
    """A run of lines that belong together, while its kind is being found out.

    Attributes:
        start, end: where it stands in the text.
        text: its words, runs of white space as one space.
        gap_before: whether a blank line stands before it.
    """

    start: int
    end: int
    text: str
    gap_before: bool
    kind: BlockKind | None = None

    @property
    def n_words(self) -> int:
        """Number of words, counted up to 200."""
        return len(self.text.split(None, 200))

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does, note marks and symbols aside."""
        return ends_sentence(self.text)


class _Line(NamedTuple):
    start: int
    text: str
    gap: bool


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a stop, a question mark or an exclamation mark."""
    return _TERMINAL.search(_AFTER_STOP.sub("", text[-60:])[-10:]) is not None


def units_of(text: str, stands_alone: Callable[[str], bool]) -> Iterator[Unit]:
    """Group lines into units: one a line, or one a hard-wrapped paragraph.

    Args:
        text: normalised text.
        stands_alone: tells of a single line that it is no part of a paragraph (a button).
    """
    lines = list(_lines_of(text))
    width = _margin(lines)
    group: list[_Line] = []
    for line in lines:
        if group and not _goes_on(group, line, width, stands_alone):
            yield _unit(group)
            group = []
        group.append(line)
    if group:
        yield _unit(group)


def _unit(group: Sequence[_Line]) -> Unit:
    words = " ".join(" ".join(line.text for line in group).split())
    end = group[-1].start + len(group[-1].text)
    return Unit(group[0].start, end, words, group[0].gap)


def _lines_of(text: str) -> Iterator[_Line]:
    gap = True
    for match in re.finditer(r"[^\n]*\n?", text):
        stripped = match[0].strip()
        if not stripped:
            gap = True
            continue
        yield _Line(match.start() + match[0].index(stripped[0]), stripped, gap)
        gap = False


def _margin(lines: Sequence[_Line]) -> int:
    """Column at which the text was hard-wrapped, or 0 if it does not look so.

    Lines that are surely broken off (the next begins in a small letter) give it, the longest
    tenth left out, since an address in the text may stick out.
    """
    pairs = [
        (line.text, following.text)
        for line, following in itertools.pairwise(lines)
        if not following.gap and len(line.text) >= _SHORTEST_BROKEN
    ]
    broken = sorted(len(line) for line, following in pairs if _is_broken_off(line, following))
    # In wrapped prose most breaks fall before a small letter; two or three in a whole page are
    # chance.
    if len(broken) < max(2, 0.3 * len(pairs)):
        return 0
    return broken[min(len(broken) - 1, len(broken) * 9 // 10)]


def _is_broken_off(line: str, following: str) -> bool:
    return len(line) >= _SHORTEST_BROKEN and not ends_sentence(line) and following[:1].islower()


def _goes_on(
    group: Sequence[_Line], line: _Line, width: int, stands_alone: Callable[[str], bool]
) -> bool:
    """Whether ``line`` goes on from the lines of ``group``."""
    first, last = group[0].text, group[-1].text
    broken = _is_broken_off(last, line.text)
    if line.gap and not (broken and width):
        # A blank line parts, but in double-spaced wrapped text, which is broken everywhere.
        return False
    is_item = LIST_MARK.match(first) is not None
    if LIST_MARK.match(line.text) and (is_item or ends_sentence(last) or last.endswith((":", ";"))):
        return False
    if stands_alone(line.text) or (len(group) == 1 and stands_alone(first)):
        return False
    if broken:
        return True
    if not width or line.gap:
        return False
    if is_item and line.text[:1].islower():
        return not ends_sentence(last)
    if not _SHORTEST_BROKEN <= len(last) <= width + _RAGGED:
        return False
    first_word = line.text.split(None, 1)[0]
    return len(last) + 1 + len(first_word) > width - _RAGGED
