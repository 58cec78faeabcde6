"""Whether a text says what its source says: evidence for each sentence, and what speaks against it.

For each sentence of the claim the source's sentences that share most of its words are its evidence.
Against it speak a number, name, month or quotation that the source does not have, a number with
another unit or beside other words, a "not" or a hedge that was lost or won, and "fell" for "rose".
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from briefer.callouts.figures import Figure, figures_of
from briefer.segmenting import split_sentences
from briefer.types import Article, Span

Kind = Literal["number", "unit", "relation", "name", "date", "quotation", "negation", "hedge", "direction"]  # fmt: skip


class Finding(NamedTuple):
    """Something in a claim that its source does not bear out.

    Attributes:
        kind: what sort of thing.
        words: where it stands in the claim.
        why: in plain words.
    """

    kind: Kind
    words: Span
    why: str


class Checked(NamedTuple):
    """A sentence of a claim.

    Attributes:
        sentence: where it stands in the claim.
        evidence: sentences of the source, the nearest first; empty if none shares a word.
        support: share of its words and pairs of words that the source has, from 0 to 1.
        findings: what speaks against it.
    """

    sentence: Span
    evidence: tuple[Span, ...]
    support: float
    findings: tuple[Finding, ...]


class Verdict(NamedTuple):
    """What a claim's check came to.

    Attributes:
        score: from 0 to 1; the least support of its sentences, lowered to a third by each finding.
        is_supported: whether nothing was found against it and its support is at least `ENOUGH`.
        sentences: the claim's, in order.
    """

    score: float
    is_supported: bool
    sentences: tuple[Checked, ...]


#: Support from which a sentence counts as told by its source; with less it is about something else.
ENOUGH = 0.3
_KEPT = 16  # sources that are remembered: several claims are checked against each
_DOUBT = 0.3  # what a finding leaves of the score
_MOST_EVIDENCE = 3  # sentences
_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?")
STOP = frozenset(
    """the a an of to in on at by for with and or but is are was were be been being it its this that these those as from he she
    they his her their i you we has have had will would do does did so if than then there who which what when where also s""".split()
)
_NO_NAMES = STOP | frozenset("also says said after before while despite however meanwhile according both all some many most one two three first".split())  # fmt: skip
_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_DATE = re.compile(rf"\b(?:{'|'.join(f'{w.capitalize()}' for w in f'{_MONTHS} {_DAYS}'.split() if w != 'may')}|(?:19|20)\d\d)\b")  # fmt: skip
_ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")
_LONG_NAME = re.compile(r"[A-Z][a-z]+(?:[ -](?:(?:of|the|and|for|to|in|on)\s){0,2}[A-Z][a-z]+)+")
_QUOTED = re.compile(r"[“\"](?P<inner>[^“”\"]{12,400})[”\"]")
_NEGATOR = re.compile(r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|cannot|denied|denies|deny|refused|failed|false|hardly|barely|scarcely)\b|n['’]t\b", re.I)  # fmt: skip
_HEDGE = re.compile(r"\b(?:(?-i:may)|might|could|likely|unlikely|possibly|perhaps|probably|reportedly|allegedly|apparently|expected|believed|thought|suspected|alleged|considering|plans?\sto|planned\sto|whether|unclear|nearly|almost|supposedly|seems?|seemed|appears?\sto|appeared\sto)\b", re.I)  # fmt: skip
# Each word with its opposites; forms of one verb stand together.
_OPPOSITES = tuple(
    (frozenset(a.split()), frozenset(b.split()))
    for a, b in (
        ("rise rises rose risen rising increase increases increased increasing grow grows grew grown growing climb climbed gain gained gains up higher jump jumped surge surged soared",
         "fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined drop drops dropped down lower plunge plunged slump slumped shrank"),
        ("win wins won beat beats defeated victory", "lose loses lost defeat losing"),
        ("accept accepts accepted approve approves approved agree agrees agreed back backed support supported", "reject rejects rejected refuse refuses refused oppose opposed opposes"),
        ("open opens opened opening", "close closes closed closing shut"),
        ("more most above over exceed exceeded", "less fewer least below under"),
        ("before", "after"), ("first", "last"), ("start starts started begin begins began", "end ends ended stop stops stopped"),
        ("buy buys bought", "sell sells sold"), ("arrive arrived", "leave left departed"), ("allow allows allowed", "ban bans banned forbid forbade"),
        ("alive survived survives", "dead died dies killed"), ("guilty convicted", "innocent acquitted cleared"), ("best largest highest biggest", "worst smallest lowest"),
        ("former", "current"), ("increase raise raised raises", "cut cuts lowered reduce reduced reduces"), ("success successful", "failure unsuccessful"),
    )
)  # fmt: skip


def check_claim(claim: Article, source: Article, within: tuple[Span, ...] = ()) -> Verdict:
    """Check every sentence of a claim against its source.

    Args:
        claim: the text to check.
        source: what it should follow from.
        within: sentences of the source that it should follow from; all if none are named.
    """
    known = _known(source, within)
    sentences = tuple(_check(claim.text, s.span, known) for s in split_sentences(claim))
    if not sentences:
        return Verdict(0.0, False, ())
    score = min(c.support * _DOUBT ** len(c.findings) for c in sentences)
    supported = all(not c.findings and c.support >= ENOUGH for c in sentences)
    return Verdict(round(score, 4), supported, sentences)


class _Source:
    """A source as it is looked things up in."""

    def __init__(self, article: Article, within: tuple[Span, ...] = ()) -> None:
        self.text = article.text
        self.sentences = list(within) or [s.span for s in split_sentences(article)]
        self.words = [_words(article.text, span) for span in self.sentences]
        whole = [word for words in self.words for word in words]
        if article.title:
            whole += [stem(w) for w in _WORD.findall(article.title.lower())]
        self.all = frozenset(whole)
        self.beginnings = frozenset(word[:4] for word in self.all)
        self.held = [frozenset(words) for words in self.words]
        self.pairs = frozenset(pair for words in self.words for pair in itertools.pairwise(words))  # fmt: skip
        self.rarity = Counter(word for held in self.held for word in held)
        told = " ".join(span.of(article.text) for span in within) or article.text
        self.plain = _plain(told + " " + (article.title or ""))
        # "Bank of Japan" is BOJ, "Ministry of Transport" MT or MOT.
        names = [re.split(r"[ -]", m[0]) for m in _LONG_NAME.finditer(article.text)]
        self.initials = frozenset("".join(w[0].upper() for w in name if w[0].isupper() or small) for name in names for small in (True, False))  # fmt: skip
        self.figures = [figure for span in self.sentences for figure in figures_of(article.text, span)[0]]  # fmt: skip

    def evidence(self, words: Sequence[str]) -> list[int]:
        """Sentences that together hold most of the words, the one that holds most first."""
        wanted = {w: 1.0 / (1 + self.rarity[w]) for w in words if w not in STOP}
        chosen: list[int] = []
        for _ in range(_MOST_EVIDENCE):
            gains = [sum(wanted.get(w, 0.0) for w in held) for held in self.held]
            best = max(range(len(gains)), key=lambda i: gains[i], default=None)
            if best is None or gains[best] <= 0:
                break
            chosen.append(best)
            for w in self.words[best]:
                wanted.pop(w, None)
        return chosen


@lru_cache(maxsize=_KEPT)
def _known(article: Article, within: tuple[Span, ...]) -> _Source:
    return _Source(article, within)


def stem(word: str) -> str:
    """A word without its ending, roughly: "plans" and "planned" are one."""
    word = word.removesuffix("'s").removesuffix("’s")
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word


def _words(text: str, span: Span) -> list[str]:
    return [stem(w) for w in _WORD.findall(span.of(text).lower())]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))


def _check(text: str, sentence: Span, source: _Source) -> Checked:
    words = _words(text, sentence)
    content = [w for w in words if w not in STOP]
    pairs = list(itertools.pairwise(words))
    singles = sum(w in source.all for w in content) / max(1, len(content))
    doubles = sum(p in source.pairs for p in pairs) / max(1, len(pairs))
    near = source.evidence(words)
    findings = [
        *_numbers(text, sentence, source, near),
        *_names(text, sentence, source),
        *_dates(text, sentence, source),
        *_quotations(text, sentence, source),
        *_turned(text, sentence, source, near),
    ]
    evidence = tuple(source.sentences[i] for i in near)
    return Checked(sentence, evidence, round((singles + doubles) / 2, 4), tuple(findings))


def _numbers(text: str, sentence: Span, source: _Source, near: Sequence[int]) -> Iterator[Finding]:
    for figure in figures_of(text, sentence)[0]:
        if (
            figure.role.role in {"date", "clock", "year", "label", "phone", "address"}
            and figure.number.in_words
        ):
            continue
        if figure.number.low is None or (figure.number.in_words and figure.number.low <= 2):
            continue
        printed = figure.number.whole.of(text)
        same = [f for f in source.figures if _worth(f) == _worth(figure)]
        if not same:
            if re.match(r"\.\s", text[figure.number.whole.end : figure.number.whole.end + 2]) and figure.number.whole.start - sentence.start < 3:  # fmt: skip
                continue  # "1. …": of a list
            if (
                figure.number.scale != 1
                or f" {_plain(figure.number.digits.of(text))} " not in f" {source.plain} "
            ):
                yield Finding("number", figure.number.whole, f"{printed!r} is not in the source")
            continue
        units = {f.unit.name.split(" ")[-1] for f in same if f.unit}
        if figure.unit and figure.unit.kind in {"percent", "money"} and units and figure.unit.name.split(" ")[-1] not in units:  # fmt: skip
            yield Finding("unit", figure.span, f"the source has {printed!r} with another unit")
        elif _is_anothers(text, sentence, figure, same, source):
            yield Finding("relation", figure.span, f"the source says {printed!r} of something else")
        elif (
            (turned := _direction(figure))
            and (held := {d for f in same if (d := _direction(f))})
            and turned not in held
        ):
            yield Finding("direction", figure.span, f"the source says that it went {min(held)}")
        elif figure.bound.sign == "=" and all(f.bound.sign != "=" for f in same) and figure.role.role == "quantity":  # fmt: skip
            bound = same[0].span.of(source.text)
            yield Finding("hedge", figure.span, f"the source says {bound!r}")


def _worth(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    low, high = figure.number.low, figure.number.high
    return (abs(low) if low is not None else None, abs(high) if high is not None else None)


def _direction(figure: Figure) -> str | None:
    return figure.movement.direction if figure.movement else None


def _is_anothers(
    text: str, sentence: Span, figure: Figure, same: Sequence[Figure], source: _Source
) -> bool:
    """Whether the words around the number stand around another number of the source, and not its own."""
    if figure.unit is None or len(same) > 1:
        return False
    around = _around(text, figure.span, sentence)
    own = len(around & _around(source.text, same[0].span, Span(0, len(source.text))))
    others = [f for f in source.figures if f.unit and f.unit.name == figure.unit.name and _worth(f) != _worth(figure)]  # fmt: skip
    most = max((len(around & _around(source.text, f.span, Span(0, len(source.text)))) for f in others), default=0)  # fmt: skip
    return own == 0 and most >= _CLEARLY


_CLEARLY = 2  # words in common


def _around(text: str, figure: Span, sentence: Span) -> frozenset[str]:
    before = text[max(sentence.start, figure.start - 50) : figure.start]
    after = text[figure.end : min(sentence.end, figure.end + 40)]
    return frozenset(stem(w) for w in _WORD.findall(f"{before} {after}".lower()) if w not in STOP and not w.isdigit())  # fmt: skip


def _names(text: str, sentence: Span, source: _Source) -> Iterator[Finding]:
    for match in re.finditer(r"(?<=[\w,;:’'”)–—-]\s)[A-Z][\w’'-]*[a-z][\w’'-]*", text[sentence.start : sentence.end]):  # fmt: skip
        word = match[0]
        stems = [stem(w) for w in _WORD.findall(word.lower())]
        if _DATE.fullmatch(word) or all(s in source.all for s in stems):
            continue
        if word.lower() in _NO_NAMES or any(len(s) > 4 and s[:4] in source.beginnings for s in stems):  # fmt: skip
            continue  # "Velland" for "Vellandish"
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        yield Finding("name", span, f"{word!r} is not in the source")
    for match in _ACRONYM.finditer(text, sentence.start, sentence.end):
        if match[0].lower() not in source.plain.split() and not any(
            match[0] in letters for letters in source.initials
        ):
            yield Finding("name", Span(match.start(), match.end()), f"{match[0]!r} is not in the source")  # fmt: skip


def _dates(text: str, sentence: Span, source: _Source) -> Iterator[Finding]:
    for match in _DATE.finditer(text, sentence.start, sentence.end):
        word = match[0].lower()
        if word.isdigit():
            continue  # a number, already looked up
        if word not in source.plain and word[:3] not in source.plain.split():
            yield Finding(
                "date", Span(match.start(), match.end()), f"{match[0]!r} is not in the source"
            )


def _quotations(text: str, sentence: Span, source: _Source) -> Iterator[Finding]:
    for match in _QUOTED.finditer(text, sentence.start, sentence.end):
        if _plain(match["inner"]) not in source.plain:
            span = Span(match.start(), match.end())
            yield Finding("quotation", span, "the source has no such words")


def _turned(text: str, sentence: Span, source: _Source, near: Sequence[int]) -> Iterator[Finding]:
    """A "not", a hedge or a direction that evidence and claim do not share."""
    if not near:
        return
    claim = sentence.of(text)
    nearest = source.sentences[near[0]].of(source.text)
    told = " ".join(source.sentences[i].of(source.text) for i in near)
    words = set(_words(text, sentence)) - STOP - {"not", "no", "never"}
    common = len(words & set(source.words[near[0]])) / max(1, len(words))
    ours = _NEGATOR.search(claim)
    theirs = _NEGATOR.search(nearest if common >= _SAME_STATEMENT else told)
    if ours and not theirs:
        yield Finding("negation", _at(sentence, ours), f"the source does not say {ours[0]!r}")
    elif not ours and common >= _SAME_STATEMENT and (lost := _lost(_NEGATOR, nearest, words)):
        yield Finding("negation", sentence, f"the source says {lost[0]!r}")
    if not _HEDGE.search(claim) and common >= _SAME_STATEMENT and (hedge := _lost(_HEDGE, nearest, words)):  # fmt: skip
        yield Finding("hedge", sentence, f"the source says {hedge[0]!r}")
    tokens = {w.lower() for w in _WORD.findall(claim)}
    held = {w.lower() for w in _WORD.findall(told)}
    for one, other in (*_OPPOSITES, *((b, a) for a, b in _OPPOSITES)):
        turned = tokens & one
        if turned and not held & one and held & other and not tokens & other:
            word = min(turned)
            at = re.search(rf"\b{re.escape(word)}\b", claim, re.IGNORECASE)
            assert at is not None
            yield Finding("direction", _at(sentence, at), f"the source says {min(held & other)!r}")
            return


_SAME_STATEMENT = 0.7  # share of the claim's words in one sentence of the source


def _lost(pattern: re.Pattern[str], nearest: str, words: set[str]) -> re.Match[str] | None:
    """The first word of denial or doubt that stands before a word of the claim."""
    return next((m for m in pattern.finditer(nearest) if _meets(nearest, m, words)), None)


def _meets(nearest: str, match: re.Match[str], words: set[str]) -> bool:
    """Whether a word right after is one of the claim's: what was denied or doubted."""
    following = [stem(w) for w in _WORD.findall(nearest[match.end() :].lower())[:3]]
    return any(w in words for w in following if w not in STOP)


def _at(sentence: Span, match: re.Match[str]) -> Span:
    return Span(sentence.start + match.start(), sentence.start + match.end())
