"""A sentence cut down to a bullet: words are left out, none is changed, none is added.

What may go is what the rest can be told without: a dateline, "However,", brackets, what commas or
dashes set apart, and at last who said it, which is then printed beside the source. What never goes:
a number, a negation, a hedge, a condition. In doubt nothing goes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from briefer.callouts.figures import LONGEST_SENTENCE
from briefer.callouts.tagging import tag_by_rules
from briefer.clauses import clause_cuts
from briefer.cuts import Cut, always_cuts, optional_cuts
from briefer.syntax import Tree
from briefer.types import Span

MOST_WORDS = 25
#: Words of a lede, which keeps who says it.
LEDE_WORDS = 30


class Trimmed(NamedTuple):
    """A sentence without some of its words.

    Attributes:
        parts: what is left, ascending, inside the sentence.
        speaker: who says it, where that was cut out and belongs beside the source.
        cuts: what each cut was.
    """

    parts: tuple[Span, ...]
    speaker: Span | None = None
    cuts: tuple[str, ...] = ()


def trim(
    text: str,
    sentence: Span,
    at_most: int = MOST_WORDS,
    *,
    attributed: bool = False,
    tree: Tree | None = None,
) -> Trimmed:
    """Leave words out until at most ``at_most`` are left, if that can be done safely.

    A dateline, a connective and the acronym after a name always go; the rest only where it is
    needed, and only if what is left then is short enough.

    Args:
        text: of the article.
        sentence: one of its sentences.
        at_most: words of a bullet.
        attributed: leave who says it where it stands.
        tree: of the sentence, its places in ``text``: shows more that can go.
    """
    if sentence.end - sentence.start > LONGEST_SENTENCE:
        return Trimmed((sentence,))  # a table or a run of marks, and no sentence to be read
    always = list(always_cuts(text, sentence))
    kept = _without(sentence, always)
    if count_words(text, kept) <= at_most:
        return Trimmed(kept, None, tuple(cut.why for cut in always))
    start = always[0].span.end if always and always[0].span.start == sentence.start else sentence.start  # fmt: skip
    tokens = tag_by_rules(text, Span(start, sentence.end))
    found_cuts = itertools.chain(
        optional_cuts(text, tokens, sentence), clause_cuts(text, tree) if tree else ()
    )
    cuts = {c.span: c for c in found_cuts if c.span.start >= start and not (attributed and c.speaker)}  # fmt: skip
    optional = list(cuts.values())[:_MOST_TRIED]
    fewest = max(_FEWEST, _SHARE * count_words(text, kept))
    best: Trimmed | None = None
    # The fewest cuts that make it short enough, and of these the ones that lose the fewest words.
    for n in range(1, min(len(optional), _MOST_CUTS) + 1):
        found: list[tuple[int, Trimmed]] = []
        for chosen in itertools.combinations(optional, n):
            pairs = itertools.combinations(chosen, 2)
            # Two who say it are one too many to stand behind a bullet.
            if any(a.span.overlaps(b.span) or (a.speaker and b.speaker) for a, b in pairs):
                continue
            made = sorted([*always, *chosen])
            parts = _without(sentence, made)
            words = count_words(text, parts)
            if fewest <= words <= at_most:
                speaker = next((cut.speaker for cut in chosen if cut.speaker), None)
                found.append((-words, Trimmed(parts, speaker, tuple(cut.why for cut in made))))
        if found:
            best = min(found, key=lambda pair: (pair[0], pair[1].parts))[1]
            break
    return best or Trimmed(kept, None, tuple(cut.why for cut in always))


_MOST_CUTS = 3
_MOST_TRIED = 12  # cuts of one sentence, so that its choices stay few
_FEWEST, _SHARE = 6, 0.4  # words that a sentence keeps, and share of them: less has lost its point


def joined(text: str, parts: Sequence[Span]) -> str:
    """What is left, as printed: white space as single spaces, the first letter a capital."""
    printed = " ".join("".join(span.of(text) for span in parts).split())
    printed = re.sub(r"\s([,.;:!?])", r"\1", printed)
    return capitalized(printed)


def capitalized(printed: str) -> str:
    """With a capital first, but for a name that has its own ("eBay")."""
    return printed if printed[1:2].isupper() else printed[:1].upper() + printed[1:]


def count_words(text: str, parts: Sequence[Span]) -> int:
    """Words of what is left, as a reader counts them: what white space parts."""
    return len("".join(span.of(text) for span in parts).split())


def _without(sentence: Span, cuts: Sequence[Cut]) -> tuple[Span, ...]:
    parts: list[Span] = []
    at = sentence.start
    for cut in sorted(cuts):
        if cut.span.start > at:
            parts.append(Span(at, cut.span.start))
        at = max(at, cut.span.end)
    if at < sentence.end:
        parts.append(Span(at, sentence.end))
    return tuple(parts)
