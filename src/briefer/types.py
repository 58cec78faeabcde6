"""The values that travel between the parts: frozen, typed, and the same in JSON as in memory.

All evidence is a `Span` into ``Article.text``. Nothing here imports another part of briefer.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Literal, Protocol

import msgspec

BlockKind = Literal[
    "title", "date", "byline", "dateline", "heading", "paragraph", "caption", "boilerplate"
]
BulletStatus = Literal["verbatim", "trimmed", "generated", "fallback"]
Direction = Literal["up", "down"]
Bound = Literal["=", "~", ">", "<"]
CalloutKind = Literal["level", "change", "series"]
Standing = Literal["reported", "estimated", "forecast", "target", "denied", "corrected"]
NumberRole = Literal[
    "quantity", "date", "clock", "year", "ordinal", "label", "score", "address", "phone", "age",
    "duration", "multiplier",
]  # fmt: skip


#: What is printed behind a line that a model wrote; the others are the sources' own words.
WRITTEN = "model’s words"


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything below: immutable, compared by content, strict when read back."""


class Span(Value, frozen=True, array_like=True, order=True):
    """Half-open range ``[start, end)`` of characters in ``Article.text``; JSON ``[start, end]``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Characters of ``text`` in this span, exactly as they stand there."""
        return text[self.start : self.end]

    def printed(self, text: str) -> str:
        """The same with runs of white space (line ends, no-break spaces) as one space."""
        return " ".join(text[self.start : self.end].split())

    def holds(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


class Block(Value, frozen=True):
    """One part of the page and what it is; blocks are disjoint and ascending."""

    kind: BlockKind
    span: Span


class Published(Value, frozen=True):
    """When the article says it was published.

    Attributes:
        date: ISO 8601, ``YYYY-MM-DD``, or with a time (and zone, if the source gives one).
        how: where it was found: ``given`` (by a feed or a record), ``header``, ``dateline``,
            ``metadata`` (of an HTML page) or ``front matter``.
        span: the words it was read from, where they are in the text.
    """

    date: str
    how: Literal["given", "header", "dateline", "metadata", "front matter"]
    span: Span | None = None


class Article(Value, frozen=True):
    """A source, read: its text and which part of the text is what.

    ``text`` is what was read, one character for one character (a no-break space becomes a
    space, a NUL a space), so that each offset points into the source's own words.

    Attributes:
        id: first 16 hex digits of the SHA-256 of source name, title and text.
        source: path as the user gave it, ``PATH:N`` for line N of a file of records, ``-`` for
            standard input.
        record: identifier that a file of records gives the article, if any.
        language: ISO 639-1 code, or ``und`` where the text is too short to tell.
        reader: rung of the ladder that read it, such as ``text`` or ``html:trafilatura``.
        notes: what the reader of a brief should know of the reading, in plain words.
    """

    id: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    byline: str | None = None
    published: Published | None = None
    language: str = "und"
    reader: str = "text"
    record: str | None = None
    notes: tuple[str, ...] = ()

    def body(self) -> tuple[Span, ...]:
        """Spans of the paragraphs, in order; datelines are blocks of their own before them."""
        return tuple(block.span for block in self.blocks if block.kind == "paragraph")


class Sentence(Value, frozen=True):
    """A sentence of the body: its span, its place, and the paragraph it stands in (from 0)."""

    span: Span
    index: int
    paragraph: int


class Chunk(Value, frozen=True):
    """A run of text packed for a model's window; joining all chunks gives the text back."""

    span: Span
    n_tokens: int


class Bullet(Value, frozen=True):
    """One line of a brief and the evidence for it.

    Attributes:
        text: what is printed.
        article: id of the article that ``evidence`` points into.
        evidence: spans that support the line; for a verbatim bullet, the sentence itself.
        status: how the text came about; ``verbatim`` differs from the source in white space only,
            ``trimmed`` leaves words of it out, ``generated`` is in a model's words, and ``fallback`` is
            verbatim or trimmed in the place of what a model wrote.
        checks: names of the checks that it passed.
        parts: of a bullet that leaves words out, what was kept, ascending, inside the evidence.
        speaker: who says it, where those words were left out: printed behind the bullet.
    """

    text: str
    article: str
    evidence: tuple[Span, ...]
    status: BulletStatus
    checks: tuple[str, ...] = ()
    parts: tuple[Span, ...] = ()
    speaker: Span | None = None

    def printed(self, source: str) -> str:
        """The bullet with who says it, as every format prints it.

        Args:
            source: text of the article.
        """
        if self.speaker is None:
            return self.text
        # The full stop goes, unless it is an abbreviation's ("in the U.S.").
        text = self.text if self.text[-3:-2] in {".", " "} else self.text.removesuffix(".")
        speaker = self.speaker.printed(source)
        return f"{text} — {'the' + speaker[3:] if speaker.startswith('The ') else speaker}"


class Period(Value, frozen=True):
    """When a number holds: the source's words, and the days they stand for.

    Attributes:
        span: the words ("between January and September this year").
        start, end: first and last day, ISO 8601, worked out by us from the article's date; ``None``
            where the words leave that end open or it cannot be told.
        is_exact: whether the words alone name the days, so that nothing was worked out.
    """

    span: Span
    start: str | None = None
    end: str | None = None
    is_exact: bool = False


class Change(Value, frozen=True):
    """A rise or a fall that a number is the size or the outcome of.

    Attributes:
        direction: up or down.
        words: the words that say so ("shot up more than 20 percent").
        size: figure of the size, where the callout's own number is a level.
        basis: what it is measured against ("on a yearly basis").
        base: figure of the level before.
    """

    direction: Direction
    words: Span
    size: Span | None = None
    basis: Span | None = None
    base: Span | None = None


class Point(Value, frozen=True):
    """One value of a series, with its own time."""

    figure: Span
    number: Span
    value: Decimal
    period: Period


class Mention(Value, frozen=True):
    """Where else a figure stands: another article that gives the same one."""

    article: str
    figure: Span
    sentence: Span


class Callout(Value, frozen=True):
    """A number worth pulling out: spans only, so that it can be printed only as it stands.

    Attributes:
        article: id of the article that the spans point into.
        figure: what is printed: bound, number and unit, as they stand ("more than 20 percent").
        number: the number itself ("20").
        unit: the unit or the counted noun, where one stands beside the number.
        sentence: the sentence it stands in.
        value: the parsed value, for ranking, comparing and drawing; never printed. ``None`` for a range.
        low, high: parsed ends of a range; ``None`` for a single number.
        kind: a level, the size of a change, or a series (then ``points`` holds it, oldest first,
            and ``figure`` is its latest value).
        unit_name: the unit normalised ("percent", "dollar per barrel"), for comparing; never printed.
        bound: "~" about, ">" more than or at least, "<" less than or up to, "=" none.
        measure: what it measures: the closest words first, then whose it is, if that stands apart.
        antecedent: what *those*, *it* or *they* in the measure stand for.
        period: when it holds.
        change: what it has to do with a rise or fall.
        comparison: words such as "twice as many as…"; quoted, never computed.
        attribution: who says so.
        standing: how sure it is.
        points: of a series, oldest first.
        also: other articles that give the same figure for the same thing.
        salience: how telling it is, higher is more; comparable within one version of briefer.
    """

    article: str
    figure: Span
    number: Span
    unit: Span | None
    sentence: Span
    value: Decimal | None
    salience: float = 0.0
    low: Decimal | None = None
    high: Decimal | None = None
    kind: CalloutKind = "level"
    unit_name: str = ""
    bound: Bound = "="
    measure: tuple[Span, ...] = ()
    antecedent: Span | None = None
    period: Period | None = None
    change: Change | None = None
    comparison: Span | None = None
    attribution: Span | None = None
    standing: Standing = "reported"
    points: tuple[Point, ...] = ()
    also: tuple[Mention, ...] = ()

    def spans(self) -> tuple[Span, ...]:
        """Every span of the callout, in its own article."""
        found = [self.figure, self.number, self.unit, self.sentence, *self.measure, self.antecedent]
        found += [self.comparison, self.attribution, self.period.span if self.period else None]
        if self.change is not None:
            found += [self.change.words, self.change.size, self.change.basis, self.change.base]
        for point in self.points:
            found += [point.figure, point.number, point.period.span]
        return tuple(span for span in found if span is not None)

    def figures(self) -> tuple[Span, ...]:
        """Every figure of the callout, ascending: its own, the size and base of its change, its points."""
        found = {self.figure, *(point.figure for point in self.points)}
        if self.change is not None:
            found.update(s for s in (self.change.size, self.change.base) if s is not None)
        return tuple(sorted(found))


class Dispute(Value, frozen=True):
    """Figures of different articles that disagree: one measure, one period, different values."""

    sides: tuple[Callout, ...]


class Summary(Value, frozen=True):
    """What a model made of one article.

    Attributes:
        lede: the sentence that says most alone, with who says it; ``None`` if none is short enough.
        bullets: in the order of the article; the sentence of the lede may be among them.
        callouts: best first.
        refused: sentences that were chosen but failed a check.
        warnings: what was cut or left out, in plain words.
    """

    article: str
    model: str
    bullets: tuple[Bullet, ...]
    callouts: tuple[Callout, ...]
    lede: Bullet | None = None
    refused: int = 0
    warnings: tuple[str, ...] = ()

    def printed(self) -> list[str]:
        """What is printed of the article, the lede first; a lede that is a bullet too once."""
        lede = (self.lede,) if self.lede else ()
        return list(dict.fromkeys(bullet.text for bullet in (*lede, *self.bullets)))


class Failure(Value, frozen=True):
    """Why a source gave nothing: what, where, and what to do next."""

    source: str
    what: str
    hint: str
    kind: str


class Explained(Protocol):
    """What a `Failure` takes from an error (`briefer.errors.BrieferError` has it)."""

    what: str
    hint: str


def failure_from(source: str, error: Explained) -> Failure:
    """An error as a value, for a brief's list of what could not be used."""
    return Failure(source=source, what=error.what, hint=error.hint, kind=type(error).__name__)


class Outcome(Value, frozen=True):
    """An attempt on one source: an article, with its summary once there is one, or a failure."""

    source: str
    article: Article | None = None
    summary: Summary | None = None
    failure: Failure | None = None


def article_id(source: str, title: str | None, text: str) -> str:
    """Identity of an article: the same words from the same source have the same id."""
    words = "\0".join((source, title or "", text))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def to_json(value: Value, *, indent: int = 0) -> bytes:
    """Encode a value as UTF-8 JSON; same value, same bytes."""
    encoded = msgspec.json.encode(value)
    return msgspec.json.format(encoded, indent=indent) if indent else encoded
