"""Which sentences stand inside somebody's quotation, and so say nothing of who says them.

"“It hurt,” she said. “I wanted to leave. I could not.”" holds two sentences that alone would be
printed as fact. Nothing is cut or added here: such a sentence is no bullet.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from typing import Final

from briefer.types import Article, Sentence, Span

# A mark that opens stands before a word, one that closes behind one; a stray mark opens nothing.
_QUOTATION: Final = re.compile(r"(?<![\w.,!?])[“\"](?=[^\s”\"])[^“”\"]{1,4000}(?<!\s)[”\"](?!\w)")
# A paragraph that goes on with a speech opens it anew and may leave it open.
_LEFT_OPEN: Final = re.compile(r"(?<![\w.,!?])“(?=[^\s”])[^“”]{1,4000}\Z")


def spoken(article: Article, sentences: Sequence[Sentence]) -> frozenset[int]:
    """Indices of the sentences that lie in a quotation from their first character to their last."""
    quoted = [_quoted(span, article.text) for span in article.body()]

    def inside(sentence: Sentence) -> bool:
        # Quotations do not overlap: only the last that opens before the sentence can hold it.
        held = quoted[sentence.paragraph]
        at = bisect.bisect_right(held, sentence.span.start, key=lambda q: q.start)
        return at > 0 and held[at - 1].holds(sentence.span)

    return frozenset(s.index for s in sentences if inside(s))


def _quoted(paragraph: Span, text: str) -> list[Span]:
    """Quotations of a paragraph, ascending."""
    own, at = paragraph.of(text), paragraph.start
    found = [*_QUOTATION.finditer(own), *_LEFT_OPEN.finditer(own)]
    return [Span(at + m.start(), at + m.end()) for m in found]
