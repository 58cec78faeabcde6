"""The first sentences, and which sentences can stand as a bullet at all."""

from __future__ import annotations

import re
from typing import Final

from briefer.models.contract import Document, Selection

_SHORT, _LONG, _ENDLESS = 7, 45, 90  # words; fragments and run-on sentences make poor bullets
_POINTS = 0.1  # who "she" is, another sentence has said
UNFIT: Final = 10.0  # more than any score: taken only when nothing else is left


_POINTS_BACK = re.compile(
    r"[\"“‘']?(?:(?:But|And|So|Yet|Then|Now|Also) )?"
    r"(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Bb]oth|[Tt]h(?:is|at|ese|ose))\b"
)
# "In the same week, she …": what precedes names nobody.
_POINTS_BACK_LATER = re.compile(r"[A-Z][^,A-Z]{1,60}, (?:he|she|they)\b")


class LeadModel:
    """The first sentences: the baseline to beat, and the test double of every other model."""

    def select(self, document: Document, n_bullets: int) -> Selection:
        """Choose the first sentences that can stand as a bullet."""
        first = next(iter(whole_sentences(document)), None)
        return Selection(
            tuple(fit_sentences(document)[:n_bullets]),
            lede=first if first not in document.no_lede else None,
        )


def whole_sentences(document: Document) -> list[int]:
    """Indices of the sentences that need no other: one of them can open a story."""
    return [i for i in fit_sentences(document) if fitness(document.sentences[i]) > -_POINTS]


def fit_sentences(document: Document) -> list[int]:
    """Indices of the sentences that can stand as a bullet; if none can, the first that is no quotation."""
    allowed = [i for i in range(len(document.sentences)) if i not in document.unfit]
    return [i for i in allowed if fitness(document.sentences[i]) > -UNFIT] or allowed[:1]


def fitness(text: str) -> float:
    """How far a sentence's form is from that of a bullet: 0 is fit, lower is worse."""
    n_words = len(text.split(None, _ENDLESS + 1))
    if n_words < 4 or _FRAGMENT.match(text) or not re.search(r"[^\W\d_]{2}", text):
        return -UNFIT
    worth = 0.0
    if n_words < _SHORT:
        worth -= 0.5
    if n_words > _LONG:
        worth -= 0.3
    if n_words > _ENDLESS:
        worth -= 2.0
    # Half of a quotation or of a bracket, or a question, says little alone.
    if text.count("“") != text.count("”") or text.count('"') % 2:
        worth -= 0.3
    if text.count("(") != text.count(")"):
        worth -= 0.3
    if _FIRST_PERSON.search(_QUOTED.sub("", text)):
        worth -= 0.3  # whose words they are, the bullet does not say
    if text.endswith("?"):
        worth -= 0.6
    if text.endswith(("...", "…")):
        worth -= 0.3
    if points_back(text):
        worth -= _POINTS
    return worth


_FIRST_PERSON = re.compile(r"\b(?:I|me|my|[Ww]e|us|[Oo]ur|[Yy]ou|[Yy]our)\b")
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]|(?<!\w)[‘'][^’']*[’'](?!\w)")
_FRAGMENT = re.compile(r"[\s,;:.!?)\]}]")


def points_back(text: str) -> bool:
    """Whether a sentence speaks of somebody or something that another sentence has named."""
    return bool(_POINTS_BACK.match(text) or _POINTS_BACK_LATER.match(text))
