"""The callouts of an article: the rules' of each sentence, read once more by a trained reader, ranked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from briefer.callouts.compose import callouts_of
from briefer.callouts.decide import Agreement, decide
from briefer.callouts.leads import Time
from briefer.callouts.ranking import Context, rank
from briefer.callouts.readings import FigureReader, Reading
from briefer.callouts.salience import Place, counts, words_of, worth
from briefer.types import Article, Callout, Sentence, Span

# The words of dates, ages and counts are known in English only; elsewhere "5일" is a day of the
# month and "600 000" two numbers to these rules, so that signs alone are trusted there.
_LANGUAGES = frozenset({"en", "und"})

# A scale word of another language after a number.
_FOREIGN_SCALE = re.compile(
    r"\s?(?:mil|mio|mrd|mld|md|bil|tri|tausend|tsd|tys|tis|тыс|млн|млрд|трлн|хил|εκατ|δισ|"
    r"万|億|亿|兆|千|百|만|억|조|천|مليون|مليار|ألف|लाख|करोड़)",
    re.IGNORECASE,
)


def find_callouts(
    article: Article, sentences: Sequence[Sentence], reader: FigureReader | None = None
) -> tuple[Callout, ...]:
    """Callouts of the article's sentences, the most telling first.

    Every number that is not clearly a quantity is left out (`roles.role_of`).

    Args:
        article: whose numbers they are.
        sentences: of the article, in order.
        reader: a trained reader that has a say in what each number measures, when it holds and
            how telling it is; without one the rules alone decide.
    """
    ranked = list(candidates(article, sentences, reader))
    # What no reader read comes after what one did.
    scale = _UNREAD if any(known.reading is not None for _, known in ranked) else 1.0
    found = [
        msgspec.structs.replace(
            callout, salience=round(_salience(article.text, callout, known, scale), 4)
        )
        for callout, known in ranked
    ]
    found.sort(key=lambda callout: (-callout.salience, callout.number))
    return tuple(_without_repeats(article.text, found))


def candidates(
    article: Article, sentences: Sequence[Sentence], reader: FigureReader | None
) -> Iterator[tuple[Callout, Context]]:
    """Every callout of an article in the order of its text, with what is known of it besides itself."""
    text, day = article.text, day_of(article)
    foreign = not knows_language(article)
    paragraphs = article.body()
    made: list[tuple[Sentence, list[Callout], list[Time]]] = []
    # Numbers that the rules alone would leave out, for want of a measure.
    unsure: set[Span] | None = set() if reader is not None and not foreign else None
    for sentence in sentences:
        callouts, times = callouts_of(article, sentence, paragraphs, day, unsure=unsure)
        if foreign:
            callouts = [_bare(c) for c in callouts if _has_sign(text, c)]
        if callouts:
            made.append((sentence, callouts, times))
    title = words_of(article.title or "")
    readings: dict[Span, Reading] = {}
    if reader is not None and not foreign:
        readings = _read(text, _telling(text, made, len(sentences), title), reader)
    before: list[Callout] = []
    earlier: list[Callout] = []
    units: set[str] = set()  # measured in, so far
    measured: list[frozenset[str]] = []  # words of what was measured so far
    for sentence, callouts, times in made:
        agreements: dict[Span, Agreement] = {}
        decided: list[Callout] = []
        for callout in callouts:
            reading, one = readings.get(callout.number), callout
            if reading is not None:
                one, agreements[callout.number] = decide(text, callout, reading, times)
            if unsure and callout.number in unsure and not _is_clear(reading):
                continue
            decided.append(_with_rate(text, _with_antecedent(text, one, before), earlier))
        place = Place(sentence.index, len(sentences), len(decided))
        for n, callout in enumerate(decided):
            if not (foreign or _says_what(text, callout)):
                continue
            is_new_unit = callout.unit_name not in units
            units.update([callout.unit_name] if callout.unit_name else [])
            what = words_of(" ".join(span.of(text) for span in callout.measure))
            repeated = max((_dice(what, other) for other in measured), default=0.0)
            score = worth(text, callout, title) + place.worth(n)
            score -= 1.0 if not is_new_unit and callout.kind != "series" else 0.0
            yield callout, Context(
                score, place, n, len(times), is_new_unit, len(measured), repeated, article.title or "",
                readings.get(callout.number), agreements.get(callout.number),
            )  # fmt: skip
            measured.append(what)
        before = [callout for callout in decided if callout.measure] or before
        earlier += decided


def _telling(
    text: str,
    made: Sequence[tuple[Sentence, list[Callout], list[Time]]],
    n_sentences: int,
    title: frozenset[str],
) -> list[tuple[Sentence, list[Callout], list[Time]]]:
    """The sentences that hold the most telling callouts by rule: those that are worth a reader's time."""

    def best(one: tuple[Sentence, list[Callout], list[Time]]) -> float:
        sentence, callouts, _ = one
        place = Place(sentence.index, n_sentences, len(callouts))
        return max(worth(text, c, title) + place.worth(n) for n, c in enumerate(callouts))

    if len(made) <= _READ_AT_MOST:
        return list(made)
    return sorted(made, key=best, reverse=True)[:_READ_AT_MOST]


#: Sentences of an article that a reader reads.
_READ_AT_MOST = 8


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def _salience(text: str, callout: Callout, known: Context, scale: float) -> float:
    if known.reading is not None:
        return rank(text, callout, known)
    return known.rules * scale


_UNREAD = 0.001


def _is_clear(reading: Reading | None) -> bool:
    """Whether a reader knows what a number measures that the rules do not know."""
    if reading is None or reading.is_statistic < _STATISTIC:
        return False
    score, span = reading.measure.best()
    return span is not None and score > max(reading.measure.nowhere, _CLEAR)


# Log-probability of a measure, and probability of a statistic, that make up for no rule.
_CLEAR, _STATISTIC = -1.5, 0.7


def _read(
    text: str, made: Sequence[tuple[Sentence, list[Callout], list[Time]]], reader: FigureReader
) -> dict[Span, Reading]:
    """Readings by number, of all sentences at once."""
    sentences = [sentence.span.of(text) for sentence, _, _ in made]
    numbers = [
        [Span(c.number.start - s.span.start, c.number.end - s.span.start) for c in callouts]
        for s, callouts, _ in made
    ]
    found: dict[Span, Reading] = {}
    for (_, callouts, _), readings in zip(made, reader.read(sentences, numbers), strict=True):
        found |= {c.number: r for c, r in zip(callouts, readings, strict=True) if r is not None}
    return found


def _says_what(text: str, callout: Callout) -> bool:
    """Whether a reader learns what the number is of: no measure and no noun is no callout, nor is "they" of nobody."""
    named = any(_PRONOUN.fullmatch(span.of(text)) is None for span in callout.measure)
    return bool(named or callout.antecedent or counts(callout))


_PRONOUN = re.compile(r"they|it|he|she|we|i|you|this|that|these|those|which|who|one", re.IGNORECASE)


def knows_language(article: Article) -> bool:
    """Whether the grammar knows the language of the article; elsewhere only signs are trusted."""
    return article.language in _LANGUAGES


def day_of(article: Article) -> datetime.date | None:
    """Day of publication, if the article gives a whole date."""
    if article.published is None:
        return None
    try:
        return datetime.date.fromisoformat(article.published.date[:10])
    except ValueError:
        return None


def _has_sign(text: str, callout: Callout) -> bool:
    figure = callout.figure.of(text)
    if _FOREIGN_SCALE.match(text, callout.figure.end):
        return False  # "€40 Millionen": €40 would be wrong a million times
    return figure[-1] == "%" or not (figure[0].isalnum() or figure[0] in "-–(")


def _bare(callout: Callout) -> Callout:
    """Only the figure: the grammar of changes, periods and measures is English."""
    return Callout(
        callout.article, callout.figure, callout.number, callout.unit, callout.sentence, callout.value,
        low=callout.low, high=callout.high, unit_name=callout.unit_name,
    )  # fmt: skip


def _without_repeats(text: str, callouts: Sequence[Callout]) -> list[Callout]:
    """The same figure of the same unit said twice in one article is one callout: the better one."""
    kept: list[Callout] = []
    seen: dict[tuple[Decimal, str], list[Callout]] = {}
    for callout in callouts:
        if (
            callout.kind != "series"
            and callout.value is not None
            and (callout.unit_name or abs(callout.value) > 100)
        ):
            key = (callout.value, callout.unit_name.split(" ")[-1])
            if any(_same_measure(text, callout, other) for other in seen.get(key, ())):
                continue
            seen.setdefault(key, []).append(callout)
        kept.append(callout)
    return kept


def _same_measure(text: str, a: Callout, b: Callout) -> bool:
    """Whether two callouts of one value may say the same: one of them says of nothing, or both of one thing."""
    first, second = (words_of(" ".join(s.of(text) for s in c.measure)) for c in (a, b))
    days = {(c.period.start, c.period.end) for c in (a, b) if c.period}
    return not first or not second or (bool(first & second) and len(days) < 2)


_POINTING = re.compile(r"\b(?:those|them|they|it|its|their|these)\b", re.IGNORECASE)
# "The drop", "this figure": of what, an earlier sentence has said.
_BARE_NOUN = re.compile(
    r"(?:figure|number|total|drop|decline|fall|plunge|slump|rise|increase|gain|jump|loss|result|amount|sum|level|change)s?",
    re.IGNORECASE,
)
# "The annual rate": of what, an earlier sentence has said if it speaks of a rate.
_BARE_RATE = re.compile(
    r"(?:(?:annual|yearly|monthly|quarterly|overall|average|national)\s)?(?P<noun>rate|share|index|ratio)",
    re.IGNORECASE,
)
_OPENS_POINTING = re.compile(
    r"[“\"]?(?:It|They|He|She|That|This|These|The\s(?:figure|number|rate|total))\b"
)
_LAST_NOUN_PHRASE = re.compile(r"(?:^|\s(?:of|among|for|in)\s)(?P<what>(?:(?!\s(?:of|among|for|in)\s).)+)$")  # fmt: skip


def _with_rate(text: str, callout: Callout, earlier: Sequence[Callout]) -> Callout:
    """What "the rate" is the rate of: the last rate that was measured, if that is near."""
    rate = _BARE_RATE.fullmatch(callout.measure[0].of(text)) if len(callout.measure) == 1 else None
    if rate is None or callout.antecedent is not None:
        return callout
    # "12 percent for loans": of what, it says itself.
    if _OF_WHAT.match(text, callout.figure.end):
        return callout
    named = re.compile(rf"\w\s(?:\w+\s)?{rate['noun']}\b|\b{rate['noun']}\sof\b", re.IGNORECASE)
    for other in reversed(earlier):
        if callout.sentence.start - other.sentence.end > _FAR:
            break
        what = other.measure[0] if other.measure else None
        if other.unit_name != callout.unit_name:
            continue
        if what and other.sentence.end <= callout.sentence.start and named.search(what.of(text)) and not _BARE_RATE.fullmatch(what.of(text)):  # fmt: skip
            return msgspec.structs.replace(callout, antecedent=what)
    return callout


_FAR = 1000  # characters
_OF_WHAT = re.compile(
    r"\s(?:for|on|among|of)\s(?!the\s(?:first|second|third|fourth|last|year|month|quarter)\b)[a-z]"
)


def _with_antecedent(text: str, callout: Callout, before: Sequence[Callout]) -> Callout:
    """What *those* or *it* in the measure stand for: the last thing measured in a sentence before."""
    first = callout.measure[0].of(text) if callout.measure else ""
    # "They went up": all of what was measured; "those aged 20": what those were.
    bare = bool(first) and all(_BARE_NOUN.fullmatch(span.of(text)) for span in callout.measure)
    bare = bare or _PRONOUN.fullmatch(first) is not None
    pointing = (
        bare
        or _POINTING.search(first) is not None
        or (not callout.measure and _OPENS_POINTING.match(text, callout.sentence.start) is not None)
    )
    if not pointing or not before:
        return callout
    near = [c for c in before if c.measure and c.sentence.end <= callout.sentence.start]
    if not near or callout.sentence.start - near[-1].sentence.end > 400:
        return callout
    measured = near[-1].measure[0]
    if bare:
        return msgspec.structs.replace(callout, antecedent=measured)
    match = _LAST_NOUN_PHRASE.search(measured.of(text))
    if match is None or _POINTING.search(match["what"]):
        return callout
    start = measured.start + match.start("what")
    return msgspec.structs.replace(callout, antecedent=Span(start, measured.end))
