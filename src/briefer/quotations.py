"""Which sentences stand inside somebody's quotation, and so say nothing of who says them.

"“It hurt,” she said. “I wanted to leave. I could not.”" holds two sentences that alone would be
printed as fact. Nothing is cut or added here: such a sentence is no bullet.
"""

from __future__ import annotations

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
    paragraphs = [
        [*_QUOTATION.finditer(text), *_LEFT_OPEN.finditer(text)]
        for text in (span.of(article.text) for span in article.body())
    ]
    starts = [span.start for span in article.body()]

    def inside(sentence: Sentence) -> bool:
        start = starts[sentence.paragraph]
        span = Span(sentence.span.start - start, sentence.span.end - start)
        return any(Span(*m.span()).holds(span) for m in paragraphs[sentence.paragraph])

    return frozenset(s.index for s in sentences if inside(s))
