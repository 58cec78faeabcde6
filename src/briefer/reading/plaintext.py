"""Plain text, as it comes out of a file or off a copied web page, cut into blocks.

First the lines are grouped into units (a paragraph, a headline, a button…), then each unit is
given its kind by what it looks like (`furniture`) and by where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefer.reading import furniture
from briefer.reading.dates import find_date
from briefer.types import Block, BlockKind, Published, Span

_TERMINAL = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_DATE_LABEL = re.compile(
    r"^(?:first\s)?(?:published|updated|last\s(?:updated|modified)|posted|modified|date|created|issued|"
    r"publié|mis\sà\sjour|veröffentlicht|stand)\b(?!\s+by\b)(?:\s(?:at|on|le|am))?\s?:?",
    re.IGNORECASE,
)
_LIST_MARK = re.compile(r"^(?:[-*•·‣▪–—]|\(?\d{1,2}[.)])\s+")
# What mail, and wire services, put before a headline.
_TITLE_LABEL = re.compile(
    r"^(?:(?:subject|title|headline|betreff|objet)\s?:\s*|(?:update|wrapup|refile|corrected|rpt)"
    r"(?:\s?\d{1,2})?\s?[-–:]\s?)(?=\S)",
    re.IGNORECASE,
)
_MAX_TITLE_WORDS = 30


class Page(NamedTuple):
    """What the blocks of a plain text say."""

    blocks: tuple[Block, ...]
    title: Span | None
    byline: str | None
    published: Published | None


@dataclass(slots=True)
class _Unit:
    """A run of lines that belong together, while its kind is being found out."""

    start: int
    end: int
    text: str
    gap_before: bool
    kind: BlockKind | None = None

    @property
    def n_words(self) -> int:
        return len(self.text.split(None, 60))

    @property
    def ends_sentence(self) -> bool:
        return _TERMINAL.search(self.text[-8:]) is not None

    @property
    def is_prose(self) -> bool:
        """Long enough, or finished like a sentence, to be a paragraph of the body."""
        return self.n_words > _MAX_TITLE_WORDS or (self.ends_sentence and self.n_words >= 6)


def read_plain_text(text: str, *, title: str | None = None) -> Page:
    """Cut a plain text into blocks.

    Args:
        text: the whole text, normalised (`decoding.normalize`).
        title: the headline, where the record that holds the text gives it; then none is
            looked for, and a first line that repeats it is the title block.
    """
    units = list(_units(text))
    blocks: list[Block] = []
    title_at = _mark_header(units, title)
    _mark_body(units, has_gaps=_uses_blank_lines(units), first=title_at + 1)
    byline: str | None = None
    published: Published | None = None
    for number, unit in enumerate(units):
        made, names, date = _blocks_of(unit)
        # A by-line at the foot is the writer's only if the head had none.
        byline = byline or names
        if date and (published is None) and (number <= title_at + 6 or unit.kind == "date"):
            published = date
        blocks.extend(made)
    headline = next((b.span for b in blocks if b.kind == "title"), None)
    if published is None:
        published = _date_in_dateline(blocks, text)
    return Page(tuple(blocks), headline, byline, published)


def paragraphs_as_they_are(text: str) -> tuple[Block, ...]:
    """Every unit of the text as a paragraph: for text that is known to be clean prose."""
    return tuple(Block("paragraph", Span(unit.start, unit.end)) for unit in _units(text))


# --- lines to units -------------------------------------------------------------------------


def _units(text: str) -> Iterator[_Unit]:
    """Group lines into units: one a line, or one a hard-wrapped paragraph."""
    lines = [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", text)]
    width = _wrap_width([line for _, line in lines])
    current: _Unit | None = None
    gap = True
    last_end = 0
    for offset, line in lines:
        stripped = line.strip()
        gap = gap or text.count("\n", last_end, offset) > 1
        last_end = offset + len(line)
        if not stripped:
            gap = True
            continue
        start = offset + len(line) - len(line.lstrip())
        end = start + len(stripped)
        if (
            current
            and not gap
            and width
            and _wraps(text[current.start : current.end], stripped, width)
        ):
            current.end = end
            current.text = text[current.start : end]
            continue
        if current:
            yield current
        current = _Unit(start, end, stripped, gap)
        gap = False
    if current:
        yield current


def _wrap_width(lines: Sequence[str]) -> int:
    """Column at which the text was hard-wrapped, or 0 if it was not.

    A wrapped text has many lines of nearly the same, moderate length, and most of them break off
    in the middle of a sentence; lines of unwrapped text are as long as their paragraphs.
    """
    filled = [line.rstrip() for line in lines if line.strip()]
    lengths = sorted(len(line) for line in filled)
    if len(lengths) < 4 or not 40 <= lengths[-1] <= 132:
        return 0
    longest = lengths[-1]
    near = [line for line in filled if len(line) >= longest - 14]
    broken = sum(_TERMINAL.search(line[-8:]) is None for line in near)
    if len(near) < max(3, 0.4 * len(filled)) or broken < 0.6 * len(near):
        return 0
    return longest


def _wraps(before: str, line: str, width: int) -> bool:
    """Whether ``line`` goes on from ``before``: its first word would not have fitted there."""
    last = before.rsplit("\n", 1)[-1].strip()
    if _LIST_MARK.match(line):
        return False
    return len(last) + 1 + len(line.split(None, 1)[0]) > width - 2


def _uses_blank_lines(units: Sequence[_Unit]) -> bool:
    """Whether paragraphs are set off by blank lines, so that a line without one stands out."""
    long = [unit for unit in units if unit.n_words > 15]
    return len(long) >= 3 and sum(unit.gap_before for unit in long) >= 0.6 * len(long)


# --- units to kinds -------------------------------------------------------------------------


def _mark_header(units: list[_Unit], title: str | None) -> int:
    """Mark title, dates, by-lines and furniture above the body; return where the title is.

    Returns -1 where there is no title block.
    """
    first_prose = next((i for i, unit in enumerate(units) if _opens_body(unit)), len(units))
    header = units[:first_prose]
    for unit in header:
        unit.kind = _line_kind(unit)
    # Where there is no prose at all nothing is a headline: a list of links, a menu, a table.
    open_units = [i for i, unit in enumerate(header) if unit.kind is None]
    if title is not None:
        wanted = _plain(title)
        title_at = next((i for i in open_units if _plain(header[i].text) == wanted), -1)
    elif first_prose == len(units):
        title_at = -1
    else:
        title_at = _pick_title(header, open_units)
    for i in open_units:
        unit = header[i]
        if i == title_at:
            unit.kind = "title"
        elif i < title_at:
            unit.kind = "boilerplate"  # a kicker or a section name
        elif title_at >= 0 and _is_writer(header, i):
            unit.kind = "byline"
        elif unit.n_words <= 3 and not unit.ends_sentence:
            unit.kind = "boilerplate"
        else:
            unit.kind = "heading"
    return title_at


def _pick_title(header: Sequence[_Unit], open_units: Sequence[int]) -> int:
    """The first line that can be a headline, unless it is a kicker above a longer one."""
    candidates = [
        i
        for i in open_units
        if header[i].n_words <= _MAX_TITLE_WORDS and not furniture.is_role(header[i].text)
    ]
    if not candidates:
        return -1
    first = candidates[0]
    if len(candidates) > 1 and header[first].n_words <= 2:
        longer = next((i for i in candidates[1:] if header[i].n_words >= 4), None)
        # A line between that is a date or a by-line means the short line was the headline.
        if longer is not None and all(header[i].kind != "date" for i in range(first, longer)):
            return longer
    return first


def _is_writer(header: Sequence[_Unit], i: int) -> bool:
    """Whether a bare line of names is a by-line, told by a date or a role beside it."""
    if furniture.is_role(header[i].text):
        return True
    if not furniture.is_bare_names(header[i].text):
        return False
    beside = [header[j] for j in (i - 1, i + 1) if 0 <= j < len(header)]
    return any(unit.kind == "date" or furniture.is_role(unit.text) for unit in beside)


def _opens_body(unit: _Unit) -> bool:
    if _line_kind(unit) is not None or furniture.caption_score(unit.text) >= 2:
        return False
    return unit.is_prose and not (unit.n_words < 12 and not unit.text.endswith((".", ".”", '."')))


def _mark_body(units: list[_Unit], *, has_gaps: bool, first: int) -> None:
    in_links = False
    for number, unit in enumerate(units):
        if unit.kind not in {None, "heading"} or number < first:
            continue
        kind = _line_kind(unit)
        if kind is None:
            kind = _prose_kind(unit, units, number, has_gaps=has_gaps)
        # "Most read" is followed by headlines of other articles until prose sets in again.
        in_links = (in_links and not unit.is_prose) or furniture.opens_links(unit.text)
        if in_links and kind in {"heading", "paragraph"}:
            kind = "boilerplate"
        unit.kind = kind


def _line_kind(unit: _Unit) -> BlockKind | None:
    """Kind of a unit that its own words settle, or ``None``."""
    text = unit.text
    if len(text) > furniture.MAX_FURNITURE or "\n" in text:
        return None
    if furniture.is_furniture(text):
        return "boilerplate"
    # A line may hold both ("By Jane Doe, 4 March 2026"); `_split_date_line` parts them.
    if _date_line(text) is not None:
        return "date"
    if furniture.byline_names(text) or furniture.is_credit_line(text):
        return "byline"
    return None


def _prose_kind(unit: _Unit, units: Sequence[_Unit], number: int, *, has_gaps: bool) -> BlockKind:
    text = unit.text
    score = furniture.caption_score(text)
    if has_gaps and not unit.gap_before and number + 1 < len(units):
        # In a text with blank lines between paragraphs, a line stuck to its neighbour came
        # from elsewhere on the page.
        score += 1
    is_last = number + 1 == len(units)
    signs_off = is_last and re.search(r"\([A-Z]\w+\)$", text) and unit.n_words > 12
    if score >= 2 and not (signs_off and score == 2):
        return "caption"
    letters = sum(c.isalpha() for c in text[:2000])
    if letters < 0.5 * len(text[:2000].replace(" ", "")):
        return "boilerplate"  # a row of a table, a rule, a row of symbols
    asks = text.endswith("?") and unit.n_words <= 12  # the subhead of an explainer or interview
    if (asks or not unit.ends_sentence) and unit.n_words <= 14 and not _LIST_MARK.match(text):
        return "paragraph" if _runs_on(unit, units, number) else "heading"
    return "paragraph"


def _runs_on(unit: _Unit, units: Sequence[_Unit], number: int) -> bool:
    """Whether an unfinished short line is the only text there is, or leads into a list or quote."""
    if unit.text.endswith((":", ",", ";", "—", "–")):
        return number + 1 < len(units)
    return len(units) == 1


# --- kinds to blocks ------------------------------------------------------------------------


def _blocks_of(unit: _Unit) -> tuple[list[Block], str | None, Published | None]:
    """Blocks of a unit; a header line with a date and a by-line gives two."""
    span = Span(unit.start, unit.end)
    if unit.kind == "date":
        return _split_date_line(unit)
    if unit.kind == "byline":
        names = furniture.byline_names(unit.text)
        if names is None and furniture.is_bare_names(unit.text):
            names = unit.text
        return [Block("byline", span)], names, None
    if unit.kind == "title":
        label = _TITLE_LABEL.match(unit.text)
        return [Block("title", Span(unit.start + (label.end() if label else 0), unit.end))], None, None  # fmt: skip
    if unit.kind == "paragraph":
        start = unit.start
        mark = _LIST_MARK.match(unit.text)
        if mark:
            start += mark.end()
        length = furniture.dateline_length(unit.text)
        if length:
            place = Span(unit.start, unit.start + len(unit.text[:length].rstrip()))
            return [Block("dateline", place), Block("paragraph", Span(unit.start + length, unit.end))], None, None  # fmt: skip
        return [Block("paragraph", Span(start, unit.end))], None, None
    return [Block(unit.kind or "paragraph", span)], None, None


class _DateLine(NamedTuple):
    date_end: int
    names_start: int
    names: str | None
    iso: str | None
    start: int


def _date_line(line: str) -> _DateLine | None:
    """Whether a line is a date (and perhaps a by-line, a label, an outlet) and nothing more."""
    if len(line) > 160:
        return None
    found = find_date(line)
    if found is None:
        return None
    before = _DATE_LABEL.sub("", line[: found.start]).strip(" ,|·•–—-:/()[]")
    after = line[found.end :].strip(" ,|·•–—-:/()[]")
    if re.match(r"(?:updated|last\supdated|modified|first\spublished)\b", after, re.IGNORECASE):
        after = ""
    after_zone = re.sub(r"^(?:[A-Z]{2,4}|local time)\b[\s,|·•–—-]*", "", after)
    before = re.sub(r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?$", "", before).strip(" ,|")  # fmt: skip
    for rest, ahead in ((after, False), (after_zone, False), (before, True)):
        names = furniture.byline_names(rest) if rest else None
        other = before if not ahead else after_zone
        if names and _is_outlet(other):
            at = line.index(rest) if not ahead else line.find(rest)
            return _DateLine(found.end, at, names, found.iso, found.start)
    if _is_outlet(before) and _is_outlet(after_zone):
        return _DateLine(found.end, -1, None, found.iso, found.start)
    return None


def _is_outlet(rest: str) -> bool:
    """Whether what is left of a date line can be an outlet, a place or nothing."""
    words = rest.split()
    if not words:
        return True
    return len(words) <= 5 and all(w[0].isupper() or not w[0].isalpha() or w in {"of", "the", "and", "in"} for w in words) and not rest.endswith(".")  # fmt: skip


def _split_date_line(unit: _Unit) -> tuple[list[Block], str | None, Published | None]:
    line = _date_line(unit.text)
    span = Span(unit.start, unit.end)
    if line is None:
        return [Block("date", span)], None, None
    date_span = Span(unit.start + line.start, unit.start + line.date_end)
    published = Published(line.iso, "header", date_span) if line.iso else None
    if line.names_start < 0:
        return [Block("date", span)], None, published
    names_at = unit.start + line.names_start
    if line.names_start > line.start:
        date_end = unit.start + len(unit.text[: line.names_start].rstrip(" ,|·•–—-"))
        return [Block("date", Span(unit.start, date_end)), Block("byline", Span(names_at, unit.end))], line.names, published  # fmt: skip
    byline_end = unit.start + len(unit.text[: line.start].rstrip(" ,|·•–—-"))
    return [Block("byline", Span(names_at, byline_end)), Block("date", Span(date_span.start, unit.end))], line.names, published  # fmt: skip


def _date_in_dateline(blocks: Sequence[Block], text: str) -> Published | None:
    for block in blocks:
        if block.kind == "dateline":
            found = find_date(block.span.of(text))
            if found and found.iso:
                at = block.span.start
                return Published(found.iso, "dateline", Span(at + found.start, at + found.end))
    return None


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip(" .")
