"""The first sentences, and which sentences can stand as a bullet at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from briefer.models.contract import Document, Selection

_SHORT, _LONG, _ENDLESS = 7, 45, 90  # words; fragments and run-on sentences make poor bullets
_POINTS = 0.1  # who "she" is, another sentence has said
_KEPT: Final = 4096  # sentences whose form is remembered: each is asked about several times
UNFIT: Final = 10.0  # more than any score: taken only when nothing else is left


_POINTS_BACK = re.compile(
    r"[\"“‘']?(?:(?:But|And|So|Yet|Then|Now|Also) )?"
    r"(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Bb]oth|[Tt]h(?:is|at|ese|ose))\b"
)
# "In the same week, she …": what precedes names nobody.
_POINTS_BACK_LATER = re.compile(r"[A-Z][^,A-Z]{1,60}, (?:he|she|they)\b")
# "…, she said": whoever that is.
_SAID_BY_NOBODY = re.compile(
    r"[,”\"’'] (?:he|she|they) (?:said|says|say|added|told|explained|wrote)\b"
)


class LeadModel:
    """The first sentences: the baseline to beat, and the test double of every other model."""

    def select(self, document: Document, n_bullets: int) -> Selection:
        """Choose the first sentences that can stand as a bullet."""
        first = next(iter(whole_sentences(document)), None)
        return Selection(tuple(fit_sentences(document)[:n_bullets]), lede=first)


def whole_sentences(document: Document) -> list[int]:
    """Indices of the sentences that need no other: one of them can open a story."""
    return [
        i
        for i in fit_sentences(document)
        if fitness(document.sentences[i], voiced=i in document.voiced) > -_POINTS
    ]


def fit_sentences(document: Document) -> list[int]:
    """Indices of the sentences that can stand as a bullet; if none can, the first that is no quotation."""
    allowed = [i for i in range(len(document.sentences)) if i not in document.unfit]
    return [i for i in allowed if fitness(document.sentences[i]) > -UNFIT] or allowed[:1]


@lru_cache(maxsize=_KEPT)
def fitness(text: str, *, voiced: bool = False) -> float:
    """How far a sentence's form is from that of a bullet: 0 is fit, lower is worse.

    Args:
        text: a sentence.
        voiced: whether who speaks it is printed with it.
    """
    n_words = len(text.split(None, _ENDLESS + 1))
    if n_words < 4 or _FRAGMENT.match(text) or not re.search(r"[^\W\d_]{2}", text):
        return -UNFIT
    worth = -sum(cost for fault, cost in _FAULTS if fault.match(text))
    if n_words < _SHORT:
        worth -= 0.5
    if n_words > _LONG:
        worth -= 0.3
    if n_words > _ENDLESS:
        worth -= 2.0
    worth -= next((cost for end, cost in _ENDS if text.endswith(end)), 0.0)
    # Half of a quotation or of a bracket says little alone.
    if text.count("“") != text.count("”") or text.count('"') % 2:
        worth -= 0.3
    if text.count("(") != text.count(")"):
        worth -= 0.3
    if (_SECOND_PERSON if voiced else _FIRST_PERSON).search(_QUOTED.sub("", text)):
        worth -= 0.3  # whose words they are, or to whom, the bullet does not say
    if points_back(text):
        worth -= _POINTS
    return worth


_ENDS: Final = (("?", 0.6), ("...", 0.3), ("…", 0.3), (",", 0.3), (":", 0.3), (";", 0.3))
_FAULTS: Final = tuple(
    (re.compile(pattern), cost)
    for pattern, cost in (
        # "Thank you, chair."
        (
            r"(?:(?:And|So|Well|OK|Okay),?\s)?(?:Thank(?:s|\syou)|Welcome|Good\s(?:morning|afternoon|evening|day)|Hello|Hi|Ladies\sand\sgentlemen)\b",
            0.5,
        ),
        # An answer or an afterthought: a clause without what it belongs to.
        (r"(?:Because|Although|Though|While|Whereas|Which|Unless|If|When)\s[^,]*\Z", 0.5),
        # "Present: Anna Berg (chair), Nils Åkerman."
        (
            r"(?:Present|Apologies|Absent|Attend\w+|In\sattendance|Chair|Venue|Location|Date|Time|Contacts?|Phone|E-?mail|Source|Photo\w*|Credits?|"
            r"Subject|To|From|Cc|Tags?|Keywords?)(?:\s\w+){0,2}:\s",
            1.0,
        ),
    )
)
_SECOND_PERSON = re.compile(r"\b(?:[Yy]ou|[Yy]our)\b")
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|[Ww]e|us|[Oo]ur|[Yy]ou|[Yy]our)\b")
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]|(?<!\w)[‘'][^’']*[’'](?!\w)")
_FRAGMENT = re.compile(r"[\s,;:.!?)\]}]")


@lru_cache(maxsize=_KEPT)
def points_back(text: str) -> bool:
    """Whether a sentence speaks of somebody or something that another sentence has named."""
    return bool(
        _POINTS_BACK.match(text) or _POINTS_BACK_LATER.match(text) or _SAID_BY_NOBODY.search(text)
    )
