"""The gate's rules besides the order of lines: cuts, stray numbers, what is left out, and lines that cannot be read back in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from briefer.brief import Brief
from briefer.errors import GateError
from briefer.rendering.days import long_day
from briefer.rendering.readback import Reading
from briefer.rendering.word import PROPERTY
from briefer.types import Article, Span, to_json

TOP = 5  # stories that are told with all their bullets; the others with one
HINT = "Nothing was written. Mend the template, or leave the format out and report it: this is a fault of briefer"
_SHORT = 4  # digits that offsets and pages may have
#: Letters that are written from right to left: readers of PDF do not agree on the order of a line with some.
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
RIGHT_TO_LEFT_LANGUAGES = frozenset("ar dv fa he ps sd ug ur yi".split())
#: Scripts whose lines may end anywhere, or whose signs a reader of PDF parts as it likes.
NO_SPACES = re.compile("[\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")  # fmt: skip


def shown_texts(brief: Brief) -> Iterator[str]:
    """Every text that must be in a document."""
    texts = {article.id: article.text for article in brief.articles}
    yield brief.shown_title
    for number, story in enumerate(brief.stories, start=1):
        yield story.shown_headline
        for line in story.lines(whole=number <= TOP):
            yield line.printed(texts[line.article])
    for callout in brief.numbers:
        yield callout.sentence.printed(texts[callout.article])


def check_loosely(name: str, reading: Reading, brief: Brief) -> None:
    """Where lines cannot be read back in order: every word and number must be there, each word by its letters."""

    def keys(text: str) -> list[str]:
        # The letters of a ligature come back in either order.
        words = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+", unicodedata.normalize("NFKC", text))
        return [word if word[0].isdigit() else "".join(sorted(word.casefold())) for word in words]

    there = set(keys(reading.text))
    letters = "".join(reading.text.casefold().split())
    for text in shown_texts(brief):
        for key, word in zip(keys(text), re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+", unicodedata.normalize("NFKC", text)), strict=True):  # fmt: skip
            shown = reading.shown(word)
            if key not in there and "".join(shown.casefold().split()) not in letters:
                raise GateError(f"{word!r} of {text[:80]!r} is not there", where=name, hint=HINT)
    known = set(re.findall(r"\d+", to_json(brief).decode()))
    pages = {str(n) for n in range(1000)}  # of pages, sources and places
    for number in set(re.findall(r"\d+", reading.text)) - known - pages:
        if len(number) > _SHORT:
            raise GateError(f"{number!r} is in no source", where=name, hint=HINT)


def check_masthead(name: str, reading: Reading, brief: Brief, *, counts: bool) -> None:
    """What the document calls itself, and how many sources it says were read and could not be used."""
    if reading.title is not None:
        label = f"[TLP:{brief.tlp}] " if name == "eml" and reading.title.startswith("[TLP:") else ""
        wanted = (
            label
            + (reading.shown(brief.shown_title).strip() or "Brief")
            + f", {long_day(brief.date, weekday=True)}"
        )
        wanted = wanted[:PROPERTY] if name == "docx" else wanted
        if _letters(reading.title) != _letters(wanted):
            raise GateError(f"it calls itself {reading.title!r} and not {wanted!r}", where=name, hint=HINT)  # fmt: skip
    if not counts:
        return
    told = re.findall(r"(\d+)\s+sources?\s+read,\s+(\d+)\s+could\s+not\s+be\s+used", reading.text)
    n_read, n_failed = len(brief.articles), len(brief.failures)
    if (str(n_read), str(n_failed)) not in told:  # a headline may say the like
        raise GateError(f"it does not say that {n_read} sources were read and {n_failed} not", where=name, hint=HINT)  # fmt: skip


def _letters(text: str) -> str:
    """A title without what a format may change in it: white space, controls, marks of direction."""
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def without_left_out(name: str, reading: Reading, brief: Brief) -> Brief:
    """The brief as a page tells it that leaves its last stories and numbers to the attached PDF, and says how many."""
    if not reading.left_out:
        return brief
    counts = [int(n) for n in re.findall(r"(\d+) more (?:stor|number)", reading.left_out)]
    of = dict(zip(re.findall(r"\d+ more (stor|number)", reading.left_out), counts, strict=True))
    n_stories, n_numbers = of.get("stor", 0), of.get("number", 0)
    if n_stories > max(0, len(brief.stories) - TOP) or n_numbers > len(brief.numbers):
        raise GateError(f"more is left out than there is: {reading.left_out!r}", where=name, hint=HINT)  # fmt: skip
    return msgspec.structs.replace(
        brief, stories=brief.stories[: len(brief.stories) - n_stories], numbers=brief.numbers[: len(brief.numbers) - n_numbers],
    )  # fmt: skip


def check_cuts(name: str, reading: Reading, articles: dict[str, Article]) -> None:
    """Elements that name their place in a source must hold what stands there."""
    for ref, shown in reading.cuts:
        match = re.fullmatch(r"([0-9a-f]+):(\d+)-(\d+)", ref)
        article = articles.get(match[1]) if match else None
        stands = Span(int(match[2]), int(match[3])).printed(article.text) if match and article else ""  # fmt: skip
        if " ".join(shown.split()) != stands:
            raise GateError(
                f"{' '.join(shown.split())[:80]!r} is not what stands at {ref}: {stands[:80]!r}",
                where=name, hint=HINT,
            )  # fmt: skip


_LONG_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d{5,}")


def check_numbers(name: str, reading: Reading, brief: Brief) -> None:
    """In a user's template: no number of some length that neither the sources nor the brief have."""
    known = set(_LONG_NUMBER.findall(to_json(brief).decode()))
    for found in _LONG_NUMBER.finditer(reading.text):
        if found[0] not in known:
            around: Sequence[str] = reading.text[max(0, found.start() - 30) : found.end() + 30].split()  # fmt: skip
            raise GateError(
                f"{found[0]!r} is in no source: {' '.join(around)!r}", where=name, hint=HINT
            )
