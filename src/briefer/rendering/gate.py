"""The gate: a finished document is read back, and every number in it matched with its source.

What must stand there is worked out from the `Brief` alone, apart from the view and the templates
that made the document, so that a fault of theirs cannot excuse itself. With briefer's own templates
headlines, bullets, cards and disputes must stand in order and word for word, and between them
nothing but marks, labels and rules. With a template of the user's, elements that name their place
in a source must hold what stands there, and no number may be one that the brief does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from briefer.brief import Brief, Story
from briefer.errors import GateError
from briefer.grounding import passed_checks
from briefer.rendering.charts import ChartPoint, alt_text, chart_labels, drawable, png_of
from briefer.rendering.days import label_of, long_day
from briefer.rendering.gate_rules import (
    HINT,
    NO_SPACES,
    RIGHT_TO_LEFT,
    RIGHT_TO_LEFT_LANGUAGES,
    TOP,
    check_cuts,
    check_loosely,
    check_masthead,
    check_numbers,
    shown_texts,
    without_left_out,
)
from briefer.rendering.readback import Reading
from briefer.types import WRITTEN, Bullet, Callout, Dispute, Span

_MARK = r"\[\d+\](?!\w)|\[\^?s\d+-\d+\]"
# What our templates print between headlines, bullets and cards.
_BETWEEN = re.compile(
    rf"(?:\s|[•*·;()–-]|{_MARK}|\b(?:Updated|Continuing|Top\sstories|In\sbrief|By\sthe\snumbers)\b)*",
    re.IGNORECASE,
)
_SEPARATOR = r"[\s·()\[\]#*-]*"
_MARKS = rf"(?:\s*(?:{_MARK}))*"


def check(name: str, reading: Reading, brief: Brief, *, is_ours: bool = True) -> None:
    """See that a finished document says what the brief's sources say.

    Args:
        name: of the format, for the message.
        reading: the document, read back.
        brief: what it was made from.
        is_ours: whether every template is briefer's own; one of the user's may leave things out
            and put them in another order.

    Raises:
        GateError: it does not; says where, what was expected and what stands there.
    """
    check_cuts(name, reading, {article.id: article for article in brief.articles})
    if not is_ours:
        check_numbers(name, reading, brief)
        return
    disordered = reading.breaks_words and (
        brief.language[:2] in RIGHT_TO_LEFT_LANGUAGES or bool(RIGHT_TO_LEFT.search(" ".join(shown_texts(brief))))
    )  # fmt: skip
    check_masthead(name, reading, brief, counts=not disordered)
    if disordered:
        check_loosely(name, reading, brief)
        return
    gate = _Gate(name, reading, without_left_out(name, reading, brief), brief)
    gate.preheader()
    at = gate.stories()
    at = gate.cards(at)
    at = gate.disputes(at)
    gate.quotes(at)


class _Line(NamedTuple):
    """What must stand in a document: where, its words, and the bullet if it is one."""

    place: str
    words: str
    bullet: Bullet | None = None


def _told_by(story: Story) -> str:
    """Pattern of how many sources tell a story, and how many repeat it."""
    parts = []
    if story.independent > 1:
        parts.append(rf"{story.independent}\s+independent\s+sources")
    if story.copies:
        n = len(story.copies)
        parts.append(rf"{n}\s+wire\s+{'copy' if n == 1 else 'copies'},\s+counted\s+once")
    return r"[\s;]*".join(parts)


class _Gate:
    """One document and one brief; each method takes a place in the text and gives the place after."""

    def __init__(self, name: str, reading: Reading, brief: Brief, whole: Brief) -> None:
        self.name = name
        self.reading = reading
        self.text = reading.text
        self.brief = brief  # what is told here; the whole one also has what is left out
        self.whole = whole
        self.articles = {article.id: article for article in brief.articles}
        self.sources: dict[str, int] = {}

    def stories(self) -> int:
        """Headlines and bullets, in order, from the heading that they stand under."""
        at = self._heading()
        told = ""  # how many tell a story stands behind its headline, also where nothing else is told of it
        for number, story in enumerate(self.brief.stories, start=1):
            for line in self._told(number, story):
                found = self._search(line.words, at)
                if found is None:
                    raise self._missing(line.place, line.words)
                self._nothing_else(f"before {line.place}", at, found.start(), told)
                at = found.end()
                told = _told_by(story) if line.bullet is None else ""
                if line.bullet is not None:
                    at = self._marks(line.place, line.bullet, at)
            for article in story.articles:
                self._source_number(article)
        last = re.compile(f"{_BETWEEN.pattern}{told}", re.IGNORECASE).match(self.text, at) if told else None  # fmt: skip
        return last.end() if last else at

    def _heading(self) -> int:
        """The end of the heading "Top stories": the first headline comes next, whatever stands in the masthead."""
        first = next((line for n, s in enumerate(self.brief.stories, start=1) for line in self._told(n, s)), None)  # fmt: skip
        headings = list(re.finditer(r"(?i:Top\s+stories)", self.text))
        if first is None:
            return headings[0].end() if headings else 0
        follows = re.compile(rf"(?i:{_BETWEEN.pattern}){self._pattern(first.words)}")
        for heading in headings:
            if follows.match(self.text, heading.end()):
                return heading.end()
        if not headings:
            raise self._error("the heading “Top stories” is not there")
        return headings[0].end()

    def _marks(self, place: str, bullet: Bullet, at: int) -> int:
        """What follows a line: the numbers of its source, and whose words it is in."""
        found = re.compile(_MARKS).match(self.text, at)
        assert found is not None
        if self.reading.numbers_sources:
            numbers = [int(n) for n in re.findall(r"\[(?:\^?s)?(\d+)", found[0])]
            wanted = [self._source_number(bullet.article)] * len(bullet.evidence)
            if numbers != wanted:
                raise self._error(f"{place} names the sources {numbers} and not {wanted}")
        return self._said_so(place, at) if bullet.status == "generated" else found.end()

    def _source_number(self, article: str) -> int:
        """Number of a source: in the order in which they are first named."""
        return self.sources.setdefault(article, len(self.sources) + 1)

    def _said_so(self, place: str, at: int) -> int:
        """Behind what a model wrote it must say so."""
        mark = re.compile(_MARKS + r"[\s(*]*" + self._pattern(WRITTEN) + r"[*)]?").match(
            self.text, at
        )
        if mark is None:
            raise self._error(f"{place} is in a model's words, and nothing says so")
        return mark.end()

    def _told(self, number: int, story: Story) -> Iterator[_Line]:
        """Headline and lines of a story, as they must stand there."""
        place = f"story {number} ({story.headline[:40]})"
        if self.reading.shown(story.shown_headline).strip():
            yield _Line(f"the headline of {place}", story.shown_headline)
        for n, bullet in enumerate(story.lines(whole=number <= TOP), start=1):
            text = self.articles[bullet.article].text
            words = " ".join(span.printed(text) for span in bullet.evidence)
            if bullet.status == "verbatim" and words != bullet.text:
                raise self._error(f"line {n} of {place} is not what its source says: {bullet.text[:80]!r}")  # fmt: skip
            if bullet.status != "verbatim" and not passed_checks(bullet, self.articles[bullet.article]):  # fmt: skip
                what = "borne out by its sentences" if bullet.status == "generated" else "what is left of its sentence"  # fmt: skip
                raise self._error(f"line {n} of {place} is not {what}: {bullet.text[:80]!r}")
            yield _Line(f"line {n} of {place}", bullet.printed(text), bullet)

    def cards(self, at: int) -> int:
        """Every card from its figure to its sentence, and what stands under the one before."""
        foot = f"(?i:{_BETWEEN.pattern})"
        for number, callout in enumerate(self.brief.numbers, start=1):
            text = self.articles[callout.article].text
            place = f"number {number} ({callout.figure.printed(text)})"
            sentence = callout.sentence.printed(text)
            found = self._search(sentence, at)
            if found is None:
                raise self._missing(place, sentence)
            head = self._head(callout)
            if not re.compile(foot + head + _SEPARATOR).fullmatch(self.text, at, found.start()):
                shown = " ".join(self.text[at : found.start()].split())
                raise self._error(f"{place} does not read as its source does; there stands {shown[:300]!r}")  # fmt: skip
            at, foot = found.end(), self._foot(callout)
            self._check_chart(place, callout)
        if self.brief.numbers:
            end = re.compile(foot + r"[\s-]*(?=Gaps\s+and\s+disputes)", re.IGNORECASE).match(self.text, at)  # fmt: skip
            if end is None:
                raise self._error(f"something stands after the last number that no source says: {self.text[at : at + 120]!r}")  # fmt: skip
            at = end.end()
        return at

    def disputes(self, at: int) -> int:
        """Figures that disagree: measure, period, and each figure with its sentence."""
        for dispute in self.brief.disputes:
            pattern = re.compile(r"(?:.|\n)*?" + self._dispute(dispute))
            found = pattern.match(self.text, at)
            if found is None:
                raise self._error("a dispute does not read as its sources do")
            at = found.end()
        return at

    def quotes(self, at: int) -> None:
        """The sentences that lines and cards rest on, where the format quotes them under its sources."""
        if not self.reading.quotes:
            return
        lines = [b for n, s in enumerate(self.brief.stories, start=1) for b in s.lines(whole=n <= TOP)]  # fmt: skip
        rests_on = [(b.article, span) for b in lines for span in b.evidence]
        rests_on += [(c.article, c.sentence) for c in self.brief.numbers]
        for article, span in dict.fromkeys(rests_on):
            sentence = span.printed(self.articles[article].text)
            if self._search(sentence, at) is None:
                raise self._missing("a sentence quoted under the sources", sentence)

    # --- patterns -------------------------------------------------------------------------

    def _dispute(self, dispute: Dispute) -> str:
        first = dispute.sides[0]
        text = self.articles[first.article].text
        parts = [self._words(first.measure[0], text)]
        if first.period is not None:
            parts.append(self._words(first.period.span, text))
        pattern = _SEPARATOR.join(parts) + _SEPARATOR + r":\s*the\s+sources\s+disagree\.\s*"
        for side in dispute.sides:
            own = self.articles[side.article].text
            pattern += (
                _SEPARATOR + self._words(side.figure, own) + _MARKS + r"\s*" + self._words(side.sentence, own) + _MARKS
            )  # fmt: skip
        return pattern

    def _head(self, callout: Callout) -> str:
        """From the figure to the comparison, in the order in which every template of ours prints them."""
        text = self.articles[callout.article].text
        change, period = callout.change, callout.period
        parts = [self._words(callout.figure, text)]
        if change is not None:
            arrow = "▲" if change.direction == "up" else "▼"
            parts.append(rf"{arrow}?\s*{change.direction}\b")
        standing = {"reported": "", "estimated": "estimate"}.get(callout.standing, callout.standing)
        parts += [standing] if standing else []
        parts += [self._words(span, text) for span in callout.measure]
        if callout.antecedent is not None:
            parts.append(self._words(callout.antecedent, text))
        if period is not None:
            parts.append(self._words(period.span, text))
            days = "" if period.is_exact else label_of(period.start, period.end)
            parts += [r"\[" + self._pattern(days) + r"\]"] if days else []
        if change is not None:
            said = change.words.printed(text)
            # More words than the arrow says are told; a lone "fell" is not.
            parts += [self._pattern(said)] if change.size is None and " " in said else []
            parts += [self._words(s, text) for s in (change.size, change.basis) if s is not None]
            parts += [r"from\s+" + self._words(change.base, text)] if change.base else []
        parts += self._points(callout, text)
        if callout.comparison is not None:
            parts.append(self._words(callout.comparison, text))
        return _SEPARATOR.join(["", *parts])

    def _points(self, callout: Callout, text: str) -> list[str]:
        if not callout.points:
            return []
        if self.reading.draws:
            numbers = [drawable(point.number.printed(text)) for point in callout.points]
            times = [drawable(point.period.span.printed(text)) for point in callout.points]
            labels = chart_labels(times, [float(point.value) for point in callout.points])
            return [
                self._pattern(numbers[i]) + r"\s*" + self._pattern(label) for i, label in labels
            ]
        return [
            self._words(p.period.span, text) + r"\s*:\s*" + self._words(p.figure, text)
            for p in callout.points
        ]

    def _foot(self, callout: Callout) -> str:
        """Marks, who says so, and the headline, where the format prints it under the card."""
        text = self.articles[callout.article].text
        said = ""
        if callout.attribution is not None:
            said = r"According\s+to\s+" + self._words(callout.attribution, text) + r"\s*·?\s*"
        headline = next(
            (s.shown_headline for s in self.whole.stories if callout.article in s.articles), ""
        )
        return rf"{_MARKS}\s*{said}(?:{self._pattern(headline)})?"

    def _check_chart(self, place: str, callout: Callout) -> None:
        """The text alternative of a chart, and its picture where it is one of points and not of text."""
        if not callout.points or not self.reading.has_alts:
            return
        text = self.articles[callout.article].text
        points = [
            ChartPoint(p.period.span.printed(text), p.number.printed(text), p.figure.printed(text), float(p.value))
            for p in callout.points
        ]  # fmt: skip
        alt = self.reading.shown(alt_text(callout.measure[0].printed(text) if callout.measure else "", points))  # fmt: skip
        if alt not in {self.reading.shown(told) for told in self.reading.alts}:
            raise self._missing(f"the text alternative of {place}", alt)
        # The same points give the same bytes.
        pictures = self.reading.pictures
        if pictures is not None and png_of(points) != pictures.get(alt):
            raise self._error(f"the picture of {place} is not the one that its source gives")

    def preheader(self) -> None:
        """What a mailbox shows beside the subject begins like the first lines."""
        said = self.reading.preheader
        if said is None:
            return
        lines = [b for n, s in enumerate(self.brief.stories, start=1) for b in s.lines(whole=n <= TOP)]  # fmt: skip
        printed = [b.printed(self.articles[b.article].text) for b in lines]
        n = len(self.brief.articles)
        read = (
            f"{n} source{'' if n == 1 else 's'} read for {long_day(self.brief.date, weekday=True)}."
        )
        whole = " ".join([*(printed or ["Nothing to report."]), read])
        kept = said.removesuffix("…")
        starts = {" ".join(printed[:n]) for n in range(1, len(printed) + 1)} | {whole}
        if said not in starts and not (kept != said and whole.startswith(kept)):
            raise self._error(f"the preheader does not read as the first lines do: {said!r}")

    def _words(self, span: Span, text: str) -> str:
        return self._pattern(span.printed(text))

    def _pattern(self, words: str) -> str:
        """The words with white space where they have some, and wherever a line of the format may end."""
        parts = self.reading.shown(words).split()
        pattern = ""
        for part in parts:
            gap = r"\s+"
            # A hyphen at a line's end is joined to the next line by readers of PDF.
            if self.reading.breaks_words and (
                pattern.endswith(r"\-\s*") or NO_SPACES.search(words)
            ):
                gap = r"\s*"
            pattern += (gap if pattern else "") + self._part(part)
        before = r"(?<![\w])" if words[:1].isalnum() else ""
        after = r"(?![\w])" if words[-1:].isalnum() else ""
        return before + pattern + after

    def _part(self, part: str) -> str:
        if not self.reading.breaks_words:
            return re.escape(part)
        if NO_SPACES.search(part):  # a line may end between any two, but inside a number
            return re.sub(r"(?<=\d)\\s\*(?=\d)", "", r"\s*".join(re.escape(c) for c in part))
        if len(part) > 30:  # an address may be broken anywhere
            return r"\s*".join(re.escape(c) for c in part)
        return "".join(re.escape(c) if c.isalnum() else rf"\s*{re.escape(c)}\s*" for c in part)

    # --- findings -------------------------------------------------------------------------

    def _search(self, words: str, at: int) -> re.Match[str] | None:
        return re.compile(self._pattern(words)).search(self.text, at)

    def _nothing_else(self, place: str, start: int, end: int, told: str = "") -> None:
        allowed = re.compile(f"{_BETWEEN.pattern}(?:{told}{_BETWEEN.pattern})?", re.IGNORECASE) if told else _BETWEEN  # fmt: skip
        if not allowed.fullmatch(self.text, start, end):
            shown = " ".join(self.text[start:end].split())
            raise self._error(f"{place} stands {shown[:120]!r}, which no source says there")

    def _missing(self, place: str, words: str) -> GateError:
        return self._error(f"{place} does not read as its source does: {words[:120]!r} is not there")  # fmt: skip

    def _error(self, what: str) -> GateError:
        return GateError(what, where=self.name, hint=HINT)
