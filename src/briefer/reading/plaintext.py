"""Plain text, as it comes out of a file or off a copied web page, cut into blocks.

First the lines are grouped into units (`lines`), then each unit is given its kind by what it
looks like (`furniture`, `bylines`, `captions`) and by where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from briefer.reading import bylines, furniture
from briefer.reading.captions import caption_score
from briefer.reading.dates import dateline_length, find_date
from briefer.reading.lines import LIST_MARK, Unit, units_of
from briefer.types import Block, BlockKind, Published, Span

_DATE_LABEL = re.compile(
    r"^(?:first\s)?(?:published|updated|last\s(?:updated|modified)|posted|modified|date|created|issued|"
    r"publié|mis\sà\sjour|veröffentlicht|stand)\b(?!\s+by\b)(?:\s(?:at|on|le|am))?\s?:?",
    re.IGNORECASE,
)
# What mail, and wire services, put before a headline.
_TITLE_LABEL = re.compile(
    r"^(?:(?:subject|title|headline|betreff|objet)\s?:\s*|(?:update|wrapup|refile|corrected|rpt)"
    r"(?:\s?\d{1,2})?\s?[-–:]\s?)(?=\S)",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"^(?:[A-Z][\w.’'-]*\s?){1,4}:\s")
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s")
_MAX_TITLE_WORDS = 30
_HEADER_LINES = 8  # in which a date or by-line is surely of the header
_FOOT_LINES = 5  # in which the writers are described


class Page(NamedTuple):
    """What the blocks of a plain text say."""

    blocks: tuple[Block, ...]
    title: Span | None
    byline: str | None
    published: Published | None


def read_plain_text(text: str, *, title: str | None = None) -> Page:
    """Cut a plain text into blocks.

    Args:
        text: the whole text, normalised (`decoding.normalize`).
        title: the headline, where the record that holds the text gives it; then none is
            looked for, and a first line that repeats it is the title block.
    """
    units = list(units_of(text, _stands_alone))
    blocks: list[Block] = []
    title_at = _mark_header(units, title)
    _mark_body(units, has_gaps=_uses_blank_lines(units), first=title_at + 1)
    _mark_writers(units)
    body = [i for i, unit in enumerate(units) if unit.kind == "paragraph"]
    byline: str | None = None
    published: Published | None = None
    for number, unit in enumerate(units):
        made, names, date = _blocks_of(unit, text[unit.start : unit.end].replace("\n", " "))
        blocks.extend(made)
        # A by-line at the foot is the writer's only if the head had none; a date in the middle
        # of the body is not the article's.
        byline = byline or names
        outside = not body or number < body[0] or number > body[-1]
        published = published or (date if outside else None)
    headline = next((b.span for b in blocks if b.kind == "title"), None)
    if published is None:
        published = _date_in_dateline(blocks, text)
    return Page(tuple(blocks), headline, byline, published)


def paragraphs_as_they_are(text: str) -> tuple[Block, ...]:
    """Every unit of the text as a paragraph: for text that is known to be clean prose."""
    return tuple(
        Block("paragraph", Span(unit.start, unit.end)) for unit in units_of(text, lambda _: False)
    )


def _uses_blank_lines(units: Sequence[Unit]) -> bool:
    """Whether paragraphs are set off by blank lines, so that a line without one stands out."""
    long = [unit for unit in units if unit.n_words > 15]
    return len(long) >= 3 and sum(unit.gap_before for unit in long) >= 0.6 * len(long)


# --- units to kinds -------------------------------------------------------------------------


def _is_prose(unit: Unit) -> bool:
    """Whether a unit is long enough, or finished like a sentence, to be a paragraph of the body."""
    return unit.n_words > _MAX_TITLE_WORDS or (unit.ends_sentence and unit.n_words >= 6)


def _mark_header(units: list[Unit], title: str | None) -> int:
    """Mark title, dates, by-lines and furniture above the body; return where the title is.

    Returns -1 where there is no title block.
    """
    first_prose = _start_of_body(units)
    header = units[:first_prose]
    for unit in header:
        unit.kind = _line_kind(unit)
        if unit.kind is None and caption_score(unit.text) >= 2:
            unit.kind = "caption"
    open_units = [i for i, unit in enumerate(header) if unit.kind is None]
    if title is not None:
        wanted = _plain(title)
        title_at = next((i for i in open_units if _plain(header[i].text) == wanted), -1)
    elif first_prose == len(units):
        # Where there is no prose at all nothing is a headline: a list of links, a menu, a table.
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


def _start_of_body(units: Sequence[Unit]) -> int:
    """Index of the first paragraph; a headline that reads like a sentence comes before its date."""
    # Within the first lines, a date or by-line is of the header, and so is what stands above it.
    near = units[: min(_HEADER_LINES, (len(units) + 1) // 2)]
    marked = [i for i, unit in enumerate(near) if _line_kind(unit) in {"date", "byline"}]
    last_marked = marked[-1] if marked else -1
    for i, unit in enumerate(units):
        if _opens_body(unit) and (i > last_marked or unit.n_words > _MAX_TITLE_WORDS):
            return i
    return len(units)


def _pick_title(header: Sequence[Unit], open_units: Sequence[int]) -> int:
    """The line with a title's label, or the first that can be a headline and is no kicker."""
    candidates = [
        i
        for i in open_units
        if header[i].n_words <= _MAX_TITLE_WORDS and not bylines.is_role(header[i].text)
    ]
    labelled = [i for i in candidates if _TITLE_LABEL.match(header[i].text)]
    if labelled or not candidates:
        return labelled[0] if labelled else -1
    first = candidates[0]
    if header[first].n_words <= 3:
        # The name of the site or section above a longer line; but a date or by-line between
        # the two means that the short line was the headline.
        longer = next((i for i in candidates[1:] if header[i].n_words >= 4), None)
        if longer is not None and not any(
            header[i].kind in {"date", "byline"} or _is_writer(header, i)
            for i in range(first + 1, longer)
        ):
            return longer
    return first


def _is_writer(header: Sequence[Unit], i: int) -> bool:
    """Whether a bare line of names is a by-line, told by a date or a role beside it."""
    if bylines.is_role(header[i].text):
        return True
    if not bylines.is_bare_names(header[i].text):
        return False
    beside = [header[j] for j in (i - 1, i + 1) if 0 <= j < len(header)]
    return any(unit.kind == "date" or bylines.is_role(unit.text) for unit in beside)


def _opens_body(unit: Unit) -> bool:
    if _line_kind(unit) is not None or caption_score(unit.text) >= 2:
        return False
    return _is_prose(unit) and not (unit.n_words < 12 and not unit.text.endswith((".", ".”", '."')))


def _mark_body(units: list[Unit], *, has_gaps: bool, first: int) -> None:
    title = _plain(units[first - 1].text) if first else None
    in_links = False
    for number, unit in enumerate(units):
        if unit.kind not in {None, "heading"} or number < first:
            continue
        kind = _line_kind(unit)
        if kind is None and title and _plain(unit.text) == title:
            kind = "boilerplate"  # the headline again, as a link or over a video
        if kind is None:
            kind = _prose_kind(unit, units, number, has_gaps=has_gaps)
        # "Most read" is followed by headlines of other articles until a sentence sets in again.
        goes_on = in_links and not unit.ends_sentence and not unit.text.endswith((":", "”", '"'))
        in_links = goes_on or furniture.opens_links(unit.text)
        if in_links and kind in {"heading", "paragraph"}:
            kind = "boilerplate"
        unit.kind = kind


def _mark_writers(units: Sequence[Unit]) -> None:
    """Mark what tells of the writers at the foot of the page, once their names are known."""
    signed = [unit.text for unit in units if unit.kind == "byline"]
    names = next((found for text in signed if (found := bylines.byline_names(text))), None)
    for unit in units[-_FOOT_LINES:]:
        if names and unit.kind in {"paragraph", "heading"} and bylines.is_about(names, unit.text):
            unit.kind = "byline"


def _stands_alone(line: str) -> bool:
    """Whether a single line is no part of a wrapped paragraph: a button, a by-line, a date."""
    words = " ".join(line.split())
    return (
        furniture.is_furniture(words)
        or bylines.byline_names(words) is not None
        or _date_line(words) is not None
    )


def _line_kind(unit: Unit) -> BlockKind | None:
    """Kind of a unit that its own words settle, or ``None``."""
    text = unit.text
    if len(text) > furniture.MAX_FURNITURE:
        return None
    if furniture.is_furniture(text):
        return "boilerplate"
    # A line may hold both ("By Jane Doe, 4 March 2026"); `_split_date_line` parts them.
    if _date_line(text) is not None:
        return "date"
    if bylines.byline_names(text) or bylines.is_credit_line(text):
        return "byline"
    return None


def _prose_kind(unit: Unit, units: Sequence[Unit], number: int, *, has_gaps: bool) -> BlockKind:
    text = unit.text
    score = caption_score(text)
    is_last = number + 1 == len(units)
    if has_gaps and not unit.gap_before and not is_last:
        # In a text with blank lines between paragraphs, a line stuck to its neighbour came
        # from elsewhere on the page.
        score += 1
    signs_off = is_last and re.search(r"\([A-Z]\w+\)$", text) and unit.n_words > 12
    if score >= 2 and not (signs_off and score == 2):
        return "caption"
    letters = sum(c.isalpha() for c in text[:2000])
    if letters < 0.5 * len(text[:2000].replace(" ", "")):
        return "boilerplate"  # a row of a table, a rule, a row of symbols
    says = _SPEAKER.match(text) is not None and unit.ends_sentence
    if _NUMBERED.match(text) and not unit.ends_sentence and unit.n_words <= 9:
        # "2. Savings" above a paragraph, unless it is one of several items.
        beside = [units[i] for i in (number - 1, number + 1) if 0 <= i < len(units)]
        if not any(LIST_MARK.match(other.text) for other in beside):
            return "heading"
    if LIST_MARK.match(text) or says or (text[:1].islower() and unit.n_words > 3):
        return "paragraph"
    asks = text.endswith("?") and unit.n_words <= 12  # the subhead of an explainer or interview
    if (asks or not unit.ends_sentence) and unit.n_words <= 14:
        return "paragraph" if _runs_on(unit, units, number) else "heading"
    return "paragraph"


def _runs_on(unit: Unit, units: Sequence[Unit], number: int) -> bool:
    """Whether an unfinished short line is the only text, leads on, or was broken off above."""
    if unit.text.endswith((":", ",", ";", "—", "–")):
        return number + 1 < len(units)
    before = units[number - 1] if number else None
    broken = before is not None and before.kind == "paragraph" and not before.ends_sentence
    return len(units) == 1 or (broken and before is not None and len(before.text) > 40)


# --- kinds to blocks ------------------------------------------------------------------------


def _blocks_of(unit: Unit, raw: str) -> tuple[list[Block], str | None, Published | None]:
    """Blocks of a unit, whose characters are ``raw``; a header line with a date and a by-line gives two.

    What is cut off is looked for in the raw characters, since the unit's own text has its runs
    of white space folded and would give wrong offsets.
    """
    span = Span(unit.start, unit.end)
    if unit.kind == "date":
        return _split_date_line(unit, raw)
    if unit.kind == "byline":
        names = bylines.byline_names(unit.text)
        if names is None and bylines.is_bare_names(unit.text):
            names = unit.text
        return [Block("byline", span)], names, None
    if unit.kind == "title":
        label = _TITLE_LABEL.match(raw)
        return [Block("title", Span(unit.start + (label.end() if label else 0), unit.end))], None, None  # fmt: skip
    if unit.kind == "paragraph":
        length = dateline_length(raw)
        if length:
            place = Span(unit.start, unit.start + len(raw[:length].rstrip()))
            return [Block("dateline", place), Block("paragraph", Span(unit.start + length, unit.end))], None, None  # fmt: skip
        mark = LIST_MARK.match(raw)
        return [Block("paragraph", Span(unit.start + (mark.end() if mark else 0), unit.end))], None, None  # fmt: skip
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
        names = bylines.byline_names(rest) if rest else None
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


def _split_date_line(unit: Unit, raw: str) -> tuple[list[Block], str | None, Published | None]:
    line = _date_line(raw)
    span = Span(unit.start, unit.end)
    if line is None:
        return [Block("date", span)], None, None
    date_span = Span(unit.start + line.start, unit.start + line.date_end)
    published = Published(line.iso, "header", date_span) if line.iso else None
    if line.names_start < 0:
        return [Block("date", span)], None, published
    names_at = unit.start + line.names_start
    if line.names_start > line.start:
        date_end = unit.start + len(raw[: line.names_start].rstrip(" ,|·•–—-"))
        return [Block("date", Span(unit.start, date_end)), Block("byline", Span(names_at, unit.end))], line.names, published  # fmt: skip
    byline_end = unit.start + len(raw[: line.start].rstrip(" ,|·•–—-"))
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
