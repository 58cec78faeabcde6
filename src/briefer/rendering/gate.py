"""The gate: a finished document is read back, and every number in it matched with its source.

What must stand there is worked out from the `Brief` alone, apart from the view and the templates
that made the document, so that a fault of theirs cannot excuse itself. Bullets and cards are looked
for in order; whatever is left around them may hold no number and no direction of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from briefer.errors import GateError
from briefer.rendering.charts import alt_text_of, is_columns, short_time
from briefer.rendering.days import label_of
from briefer.rendering.readback import Reading
from briefer.types import Article, Brief, Bullet, Callout, Span

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half "
    "percent points twice double triple"
)
_STRAY = re.compile(rf"[0-9]+|[▲▼]|\b(?:up|down|{'|'.join(_NUMBER_WORDS.split())})\b", re.IGNORECASE)  # fmt: skip
# What the templates print around bullets and cards that holds digits and says nothing.
_FURNITURE = re.compile(
    r"\[\d+\]|\[\^?s\d+-\d+\]|\b\d+ independent sources\b|\b\d+ wire cop(?:y|ies), counted once\b|Page \d+ of \d+"
)
_TOP = 5  # stories that are told with all their bullets; the others with one


class Wanted(NamedTuple):
    """Words that must stand in a document, and where in it they belong."""

    place: str
    words: str


class CardWanted(NamedTuple):
    """A card: its sentence, the words that must stand before and after it, and those that may."""

    place: str
    sentence: str
    head: tuple[str, ...]
    foot: tuple[str, ...]
    direction: str
    points: tuple[tuple[str, str, str], ...]
    labels: tuple[str, ...]
    alt: str


def check(name: str, reading: Reading, brief: Brief, *, is_ours: bool = True) -> None:
    """See that a finished document says what the brief's sources say.

    Args:
        name: of the format, for the message.
        reading: the document, read back.
        brief: what it was made from.
        is_ours: whether the template is briefer's own; one of the user's may leave things out,
            but what it prints is checked all the same.

    Raises:
        GateError: it does not; says where, what was expected and what stands there.
    """
    articles = {article.id: article for article in brief.articles}
    _check_cuts(name, reading, articles)
    bullets = [w._replace(words=reading.shown(w.words)) for w in _bullets(brief, articles, name)]
    cards = [
        _as_shown(_card(brief, articles, n, c), reading)
        for n, c in enumerate(brief.numbers, start=1)
    ]
    text = reading.text
    at = 0
    headlines = [reading.shown(story.headline) for story in brief.stories]
    for wanted in bullets:
        found = _find(text, wanted.words, at, anywhere=not is_ours)
        if found is None:
            if is_ours:
                raise _missing(name, wanted.place, wanted.words)
            continue
        if is_ours and found[0] > at > 0:
            _check_rest(name, f"before {wanted.place}", text[at : found[0]], headlines)
        at = max(at, found[1])
    begin = _start_of_numbers(text, at) if is_ours else 0
    feet: tuple[str, ...] = ()
    for card in cards:
        found = _find(text, card.sentence, begin, anywhere=not is_ours)
        if found is None:
            if is_ours:
                raise _missing(name, card.place, card.sentence)
            continue
        if is_ours:
            _check_head(name, card, text[begin : found[0]], feet, reading)
        begin, feet = found[1], card.foot
    if is_ours:
        end = _end_of_numbers(text, begin)
        if cards:
            _take_all(name, cards[-1].place, text[begin:end], feet)


def _bullets(brief: Brief, articles: dict[str, Article], name: str) -> Iterator[Wanted]:
    for number, story in enumerate(brief.stories, start=1):
        printed = story.bullets if number <= _TOP else story.bullets[:1]
        for n, bullet in enumerate(printed, start=1):
            place = f"bullet {n} of story {number} ({story.headline[:40]})"
            words = _words_of(bullet, articles)
            if bullet.status == "verbatim" and words != bullet.text:
                raise GateError(
                    f"{place} is not what its source says: {bullet.text[:80]!r}", where=name,
                    hint="Make the brief again with `briefer make`",
                )  # fmt: skip
            yield Wanted(place, bullet.text)


def _words_of(bullet: Bullet, articles: dict[str, Article]) -> str:
    text = articles[bullet.article].text
    return " ".join(span.printed(text) for span in bullet.evidence)


def _card(brief: Brief, articles: dict[str, Article], number: int, callout: Callout) -> CardWanted:
    article = articles[callout.article]

    def words(spans: Iterable[Span | None]) -> list[str]:
        return [span.printed(article.text) for span in spans if span is not None]

    change, period = callout.change, callout.period
    head = words([callout.figure, *callout.measure, callout.antecedent, callout.comparison])
    if period is not None:
        head += words([period.span])
        days = "" if period.is_exact else label_of(period.start, period.end)
        head += [f"[{days}]"] if days else []
    if change is not None:
        head += words([change.size, change.basis, change.base])
        said = change.words.printed(article.text)
        # One word more than the arrow says is told; a lone "fell" is not.
        head += [said] if change.size is None and " " in said else []
    points: list[tuple[str, str, str]] = []
    labels: list[str] = []
    for point in callout.points:
        figure, digits, time = words([point.figure, point.number, point.period.span])
        points.append((figure, digits, time))
        labels += [digits, short_time(time)]
    standing = {"reported": "", "estimated": "estimate"}.get(callout.standing, callout.standing)
    headline = next((s.headline for s in brief.stories if callout.article in s.articles), "")
    measure = words(callout.measure)
    alt = ""
    if callout.points:
        pairs = [(time, figure) for figure, _, time in points]
        alt = alt_text_of(measure[0] if measure else "", pairs)
    return CardWanted(
        place=f"number {number} ({words([callout.figure])[0]})",
        sentence=callout.sentence.printed(article.text),
        head=tuple(head + ([standing] if standing else [])),
        foot=(*words([callout.attribution]), headline),
        direction=change.direction if change else "",
        points=tuple(points),
        labels=tuple(labels),
        alt=alt,
    )


def _as_shown(card: CardWanted, reading: Reading) -> CardWanted:
    """A card in the words that the format can show."""

    def all_of(words: Iterable[str]) -> tuple[str, ...]:
        return tuple(reading.shown(w) for w in words)

    return card._replace(
        sentence=reading.shown(card.sentence), head=all_of(card.head), foot=all_of(card.foot), labels=all_of(card.labels),
        points=tuple((reading.shown(f), reading.shown(n), reading.shown(t)) for f, n, t in card.points),
    )  # fmt: skip


def _check_head(
    name: str, card: CardWanted, head: str, feet: Sequence[str], reading: Reading
) -> None:
    """The part before a card's sentence: the end of the card before, and its own figure to comparison."""
    rest = head
    # Longest first: a short figure must not be taken out of the middle of a longer one.
    for words in sorted((*card.head, *feet), key=len, reverse=True):
        taken = _without(rest, words)
        if taken is None:
            if words in feet:
                continue  # not every format prints it
            raise _missing(name, card.place, words)
        rest = taken
    if card.alt and reading.has_alts and card.alt not in reading.alts:
        raise _missing(name, card.place, card.alt)
    rest = _without_points(name, card, rest, reading)
    rest = re.sub(r"[▲▼]", "", rest) if card.direction and _arrow_agrees(rest, card.direction) else rest  # fmt: skip
    said = re.findall(r"\b(?:up|down)\b", rest)
    if said != ([card.direction] if card.direction else []):
        raise GateError(
            f"{card.place} says {' and '.join(said) or 'no direction'}, its source {card.direction or 'none'}",
            where=name, hint=_HINT,
        )  # fmt: skip
    _check_rest(name, card.place, re.sub(r"\b(?:up|down)\b", "", rest), [])


def _without_points(name: str, card: CardWanted, rest: str, reading: Reading) -> str:
    """The rest without the labels of a chart, or the list of its points; each number beside its own time."""
    if not card.points:
        return rest
    if reading.draws and is_columns(len(card.points)):
        taken = _without(rest, " ".join(card.labels))
        if taken is None:
            raise _missing(name, card.place, "; ".join(f"{n} ({t})" for _, n, t in card.points))
        return taken
    if reading.draws:  # a line has labels on some points only
        for label in sorted(card.labels, key=len, reverse=True):
            rest = _without(rest, label) or rest
        return rest
    for figure, _, time in card.points:
        taken = _without(rest, f"{time}: {figure}")
        if taken is None:
            raise _missing(name, card.place, f"{time}: {figure}")
        rest = taken
    return rest


def _arrow_agrees(text: str, direction: str) -> bool:
    return set(re.findall(r"[▲▼]", text)) <= {"▲" if direction == "up" else "▼"}


_HINT = "Nothing was written. Mend the template, or leave the format out and report it: this is a fault of briefer"


def _missing(name: str, place: str, words: str) -> GateError:
    return GateError(f"{place} does not read as its source does: {words[:120]!r} is not there", where=name, hint=_HINT)  # fmt: skip


def _check_rest(name: str, place: str, rest: str, known: Sequence[str]) -> None:
    for words in sorted(known, key=len, reverse=True):
        rest = _without(rest, words) or rest
    stray = _STRAY.search(_FURNITURE.sub(" ", rest))
    if stray:
        raise GateError(
            f"{place} has {stray[0]!r}, which no source says there: {' '.join(rest.split())[:100]!r}",
            where=name, hint=_HINT,
        )  # fmt: skip


def _take_all(name: str, place: str, rest: str, known: Sequence[str]) -> None:
    _check_rest(name, f"after {place}", rest, known)


def _start_of_numbers(text: str, at: int) -> int:
    match = re.compile(r"By the numbers", re.IGNORECASE).search(text, at)
    return match.end() if match else at


def _end_of_numbers(text: str, at: int) -> int:
    match = re.compile(r"Gaps and disputes", re.IGNORECASE).search(text, at)
    return match.start() if match else at


def _pattern(words: str) -> re.Pattern[str]:
    """The words with any white space between them, and line ends where a line may be folded."""
    parts = [re.escape(part) for part in words.split()]
    joined = r"\s*".join(re.sub(r"(\\-|[–—/])", r"\1\\s*", part) for part in parts)
    before = r"(?<![\w.,])" if words[:1].isalnum() else ""
    after = r"(?![\w]|[.,]\d)" if words[-1:].isalnum() else ""
    return re.compile(before + joined + after)


def _find(text: str, words: str, at: int, *, anywhere: bool) -> tuple[int, int] | None:
    pattern = _pattern(words)
    match = pattern.search(text, at) or (pattern.search(text) if anywhere else None)
    return match.span() if match else None


def _without(text: str, words: str) -> str | None:
    """The text without one occurrence of the words; ``None`` if they are not in it."""
    match = _pattern(words).search(text)
    return f"{text[: match.start()]} \n {text[match.end() :]}" if match else None


def _check_cuts(name: str, reading: Reading, articles: dict[str, Article]) -> None:
    """Elements that name their place in a source must hold what stands there."""
    for ref, shown in reading.cuts:
        match = re.fullmatch(r"([0-9a-f]+):(\d+)-(\d+)", ref)
        article = articles.get(match[1]) if match else None
        stands = Span(int(match[2]), int(match[3])).printed(article.text) if match and article else ""  # fmt: skip
        if " ".join(shown.split()) != stands:
            raise GateError(
                f"{' '.join(shown.split())[:80]!r} is not what stands at {ref}: {stands[:80]!r}",
                where=name, hint=_HINT,
            )  # fmt: skip
