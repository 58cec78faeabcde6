"""Which numbers an editor would call out, best first.

A level with its change and a comparison come before a series, a series before bare levels; a
period, a source, an early place and words of the headline count for a number; small counts come
last. The weights were set on the articles of benchmarks/gold that are for tuning.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from briefer.callouts.compose import callouts_of
from briefer.callouts.units import LISTED_UNITS
from briefer.types import Article, Callout, Sentence, Span

# The words of dates, ages and counts are known in English only; elsewhere "5일" is a day of the
# month and "600 000" two numbers to these rules, so that signs alone are trusted there.
_LANGUAGES = frozenset({"en", "und"})
_WORD = re.compile(r"[^\W\d_]{4,}")
_TELLING = re.compile(
    r"\b(?:record|highest|lowest|largest|biggest|first\stime|total\w*|average|rate|share|number\sof|overall|unemployment|inflation|"
    r"growth|profits?|losses|loss|revenue|sales|deaths?|killed|jobs|budget|deficit|price|prices|exports|imports|gdp|economy)\b",
    re.IGNORECASE,
)


def find_callouts(article: Article, sentences: Sequence[Sentence]) -> tuple[Callout, ...]:
    """Callouts of the article's sentences, the most telling first.

    Every number that is not clearly a quantity is left out (`roles.role_of`).
    """
    text = article.text
    foreign = not knows_language(article)
    paragraphs = article.body()
    day = day_of(article)
    title = _words(article.title or "")
    found: list[Callout] = []
    before: list[Callout] = []
    units: set[str] = set()  # measured in, so far
    for sentence in sentences:
        made = callouts_of(article, sentence, paragraphs, day)
        if foreign:
            made = [_bare(c) for c in made if _has_sign(text, c)]
        made = [_with_antecedent(text, callout, before) for callout in made]
        place = _Place(sentence.index, len(sentences), len(made))
        for n, callout in enumerate(made):
            if not (foreign or _says_what(callout)):
                continue
            score = _worth(text, callout, title) + place.worth(n)
            score -= 1.0 if callout.unit_name in units and callout.kind != "series" else 0.0
            units.update([callout.unit_name] if callout.unit_name else [])
            found.append(msgspec.structs.replace(callout, salience=round(score, 3)))
        before = made or before
    found.sort(key=lambda callout: (-callout.salience, callout.number))
    return tuple(_without_repeats(text, found))


def _says_what(callout: Callout) -> bool:
    """Whether a reader learns what the number is of: no measure and no noun is no callout."""
    return bool(callout.measure or callout.antecedent or _counts(callout))


def _counts(callout: Callout) -> bool:
    """Whether its unit is a counted noun ("1,204 building permits")."""
    return (
        bool(callout.unit and callout.unit_name)
        and callout.unit_name.split(" per ")[0] not in LISTED_UNITS
    )


class _Place(NamedTuple):
    """Where a sentence stands, and how many callouts it has."""

    order: int
    n_sentences: int
    n_callouts: int

    def worth(self, n: int) -> float:
        """What the place adds for the sentence's callout ``n``: news stands at the top."""
        score = 1.2 / (1 + self.order) - 0.7 * self.order / max(self.n_sentences, 8)
        score += 1.5 * (self.order < 2) + 1.0 * (self.order < 3)
        score += 0.5 if n == 0 else -0.3
        return score - 0.15 * self.n_callouts


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
    first, second = (_words(" ".join(s.of(text) for s in c.measure)) for c in (a, b))
    days = {(c.period.start, c.period.end) for c in (a, b) if c.period}
    return not first or not second or (bool(first & second) and len(days) < 2)


_POINTING = re.compile(r"\b(?:those|them|they|it|its|their|these)\b", re.IGNORECASE)
# "The drop", "this figure": of what, an earlier sentence has said.
_BARE_NOUN = re.compile(
    r"(?:figure|number|total|drop|decline|fall|plunge|slump|rise|increase|gain|jump|loss|result|amount|sum|level|change)s?",
    re.IGNORECASE,
)
_OPENS_POINTING = re.compile(
    r"[“\"]?(?:It|They|He|She|That|This|These|The\s(?:figure|number|rate|total))\b"
)
_LAST_NOUN_PHRASE = re.compile(r"(?:^|\s(?:of|among|for|in)\s)(?P<what>(?:(?!\s(?:of|among|for|in)\s).)+)$")  # fmt: skip


def _with_antecedent(text: str, callout: Callout, before: Sequence[Callout]) -> Callout:
    """What *those* or *it* in the measure stand for: the last thing measured in a sentence before."""
    bare = bool(callout.measure) and all(
        _BARE_NOUN.fullmatch(span.of(text)) for span in callout.measure
    )
    pointing = (
        bare
        or any(_POINTING.search(span.of(text)) for span in callout.measure[:1])
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


def _worth(text: str, callout: Callout, title: frozenset[str]) -> float:
    value = abs(callout.value if callout.value is not None else callout.high or Decimal(0))
    magnitude = len(str(int(value)))
    score = 0.0
    change = callout.change
    if callout.kind == "series":
        score += 1.9
    elif change is not None:
        score += 2.6 if change.size is not None else 0.4
    if callout.comparison is not None:
        score += 2.2
    if callout.unit_name.startswith("percent"):
        score += 1.6
    elif "point" in callout.unit_name:
        score += 0.4
    elif _is_money(callout, text):
        score += 0.17 * min(magnitude, 10)
    else:
        score += 0.1 + 0.12 * min(magnitude, 9) + (0.3 if value >= 1000 else 0.0) - (0.6 if value < 12 else 0.0)  # fmt: skip
    score += 0.4 if callout.period is not None else 0.0
    score += 0.2 if callout.attribution is not None else 0.0
    score += 1.0 if callout.measure or callout.antecedent else 0.0
    score += 0.4 if callout.bound != "=" else 0.0
    score -= 0.3 if callout.standing in {"forecast", "target"} else 0.0
    near = " ".join(s.of(text) for s in callout.measure) + " " + callout.figure.of(text)
    score += 0.3 if _TELLING.search(near) else 0.0
    sentence = callout.sentence.of(text)
    score += 0.45 * min(3, len(title & _words(near)))
    score += 0.2 * min(4, len(title & _words(sentence)))
    score += min(0.9, len(sentence) / 300)
    in_words = callout.number.of(text)[:1].isalpha() and value <= 20
    return score - (1.0 if in_words and not callout.unit_name.startswith("percent") else 0.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


def _is_money(callout: Callout, text: str) -> bool:
    unit = callout.unit.of(text) if callout.unit else ""
    return not unit[:1].isalnum() or callout.unit_name.split(" per ")[0].split(" ")[-1] in {
        "dollar", "euro", "sterling", "yen", "yuan", "rupee", "won", "franc", "peso", "real", "rand", "lira", "crown", "ringgit",
    }  # fmt: skip
