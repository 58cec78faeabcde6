"""The first sentences, and which sentences can stand as a bullet at all."""

from __future__ import annotations

import re
from typing import Final

from briefer.models.contract import Document, Selection

_SHORT, _LONG, _ENDLESS = 7, 45, 90  # words; fragments and run-on sentences make poor bullets
UNFIT: Final = 10.0  # more than any score: taken only when nothing else is left


_POINTS_BACK = re.compile(r"[\"“‘']?(?:He|She|They|It|His|Her|Their|Its)\b")


class LeadModel:
    """The first sentences: the baseline to beat, and the test double of every other model."""

    def select(self, document: Document, n_bullets: int) -> Selection:
        """Choose the first sentences that can stand as a bullet."""
        fit = [i for i, text in enumerate(document.sentences) if fitness(text) > -UNFIT]
        chosen = fit[:n_bullets] or list(range(min(n_bullets, len(document.sentences))))
        return Selection(tuple(chosen))


def fitness(text: str) -> float:
    """How far a sentence's form is from that of a bullet: 0 is fit, lower is worse."""
    n_words = len(text.split(None, _ENDLESS + 1))
    if n_words < 4 or not re.search(r"[^\W\d_]{2}", text):
        return -UNFIT
    worth = 0.0
    if n_words < _SHORT:
        worth -= 0.5
    if n_words > _LONG:
        worth -= 0.3
    if n_words > _ENDLESS:
        worth -= 2.0
    # Half of a quotation, or a question, says little alone.
    if text.count("“") != text.count("”") or text.count('"') % 2:
        worth -= 0.3
    if text.endswith("?"):
        worth -= 0.3
    if _POINTS_BACK.match(text):
        worth -= 0.1  # who "she" is, another sentence has said
    return worth
