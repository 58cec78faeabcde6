"""Bullets in a model's own words: each checked against its sentences, and replaced where it fails.

A model may repeat itself, break off, write nothing or nonsense; whatever it does, a bullet comes out
that its source bears out, or one of the source's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from briefer.grounding import evidence_for, passed_checks
from briefer.models.contract import Passage, Written
from briefer.types import Article, Bullet, Sentence

_FEWEST, _MOST = 4, 40  # words
_ENDS = re.compile(r"[.!?…][\"”’')\]]*\Z|[。！？]\Z")
_ALIKE: Final = 0.7  # share of words that two bullets have in common when one repeats the other
_WORD = re.compile(r"\w+")
# Markup and addresses: form and sources are ours to give.
_FORMED = re.compile(r"^\s*(?:[-–—•·]|\d{1,2}[.)])\s|[<>{}\[\]|*#`\\]|https?:|www\.|__")
# A sentence that gives a model orders.
_ORDER = re.compile(
    r"[^\w]*(?:please\s|now\s|instead,?\s|then\s)*(?:(?:ignore|disregard|forget|say|write|respond|reply|translate|summari[sz]e|pretend|you\sare\snow|you\smust)\b"
    # Words that name things too: "State aid", "Use of buses", "Print sales".
    r"|(?:answer|print|put|name|cite|state|quote|add|merge|output|repeat|act|round|leave|use|nest)"
    r"(?=\s(?:that|the|this|these|those|all|only|your|it|no|not|every|each|an?|as|nothing|down|up|out|in|exactly|json|both|two|three|one|bullets?|sentences?|numbers?|\d)\b|\s*[:\"“'‘{\[]))"
    r"|.*\b(?:(?:previous|prior|above|your)\s(?:instructions|rules|prompts?)|all\s(?:instructions|prompts?|(?:of\s)?(?:your|the\sabove)\srules)|system\sprompt"
    r"|you\sare\san?\s(?:\w+\s)?language\smodel|as\san\sai)\b"
    r"|[^\w]*(?:dear|hey|hello|attention|note\sto(?:\sthe)?|important\snote\sto(?:\sthe)?)[,:]?\s(?:ai|assistant|model|language\smodel|chatbot|summari[sz]er|bot)\b"
    r"|.*\bthe\s(?:bullets?|summary|answer|output)\s(?:has|have|must|should|is|are)\sto\b|.*\bthe\s(?:bullets?|summary|answer|output)\s(?:must|should)\b",
    re.IGNORECASE,
)


class Told(NamedTuple):
    """What came of what a model wrote.

    Attributes:
        bullets: its own that hold, then the source's own in the place of those that do not.
        refused: bullets that do not; an answer that is no bullet at all counts as one.
    """

    bullets: tuple[Bullet, ...]
    refused: int


def passage_of(article: Article, sentences: Sequence[Sentence]) -> Passage:
    """What a model is given of an article."""
    return Passage(article.title, tuple(s.span.printed(article.text) for s in sentences))


def told(
    article: Article,
    sentences: Sequence[Sentence],
    written: Sequence[Written],
    n_bullets: int,
    extracted: Callable[[], Sequence[Bullet]],
) -> Told:
    """Bullets of one article from what a model wrote of it.

    Args:
        article: what was written of.
        sentences: of the article, as the model was given them.
        written: in the model's order.
        n_bullets: at most so many.
        extracted: gives the article's own best sentences as bullets; asked only if it must be.
    """
    kept: list[Bullet] = []
    refused = 0 if written else 1
    for candidate in written:
        bullet = _checked(article, sentences, candidate)
        if bullet is None:
            refused += 1
        elif len(kept) < n_bullets and not any(_repeats(bullet, other) for other in kept):
            kept.append(bullet)
    # As many as were refused; where nothing holds, the article is told as without the model.
    missing = min(n_bullets - len(kept), refused) if kept else n_bullets
    if missing > 0:
        told_of = {span for bullet in kept for span in bullet.evidence}
        spare = [b for b in extracted() if not told_of.intersection(b.evidence)]
        kept += [msgspec.structs.replace(b, status="fallback") for b in spare[:missing]]
    return Told(tuple(kept), refused)


def _checked(article: Article, sentences: Sequence[Sentence], written: Written) -> Bullet | None:
    text = " ".join(written.text.split())
    if _FORMED.search(text):
        return None
    if not _FEWEST <= len(text.split()) <= _MOST or not _ENDS.search(text) or not _is_clean(text):
        return None
    # Who speaks to the model tells no news, so that what it was told to say is borne out by nobody.
    honest = tuple(s.span for s in sentences if not _ORDER.match(s.span.of(article.text)))
    if not honest:
        return None
    named = tuple(sentences[i].span for i in written.sentences if 0 <= i < len(sentences))
    evidence = evidence_for(text, article, tuple(s for s in named if s in honest), honest)
    bullet = Bullet(text, article.id, evidence, "generated")
    checks = passed_checks(bullet, article)
    return msgspec.structs.replace(bullet, checks=checks) if checks else None


def _is_clean(text: str) -> bool:
    """Whether it is text: no control characters, and nothing that could not be decoded."""
    return "\ufffd" not in text and not any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in text)  # fmt: skip


def _repeats(bullet: Bullet, other: Bullet) -> bool:
    one, two = (set(_WORD.findall(b.text.casefold())) for b in (bullet, other))
    return len(one & two) >= _ALIKE * min(len(one), len(two))
