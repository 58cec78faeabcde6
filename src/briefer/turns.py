"""Who speaks in a transcript: minutes, hearings and interviews that name the speaker before each turn.

"OSKAR BRANDVOLD: We lost 62 million crowns." alone would be nobody's "we". A sentence of a turn is
printed without the name before it, and with the name behind it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from briefer.types import Article, Sentence, Span

# "[00:12:03] Tora Lie (union): ", the time and the bracket being optional.
_LABEL: Final = re.compile(
    r"(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s{1,3})?"
    r"(?P<name>(?:(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep)\.?\s)?[^\W\d_a-z][\w.’'-]{1,30}(?:\s(?:of|the|de|van|von|der|\d{1,3}|[^\W\d_a-z][\w.’'-]{0,30})){0,5})"
    r"(?:\s?\([^()\n]{1,60}\))?:\s+(?=\S)"
)
# Labels that speak no more than any other word.
_NO_NAME: Final = frozenset(
    """action agenda answer article background caption chapter claim comment conclusion correction credit date decision editor example
    fact false figure finding image item location motion myth note outcome photo picture place question rating reality related resolution
    result section source step summary table time tip true update venue verdict video vote warning""".split()
)
_FEWEST_TURNS = 3
_SHARE = 0.4  # of the paragraphs
# Who talks says "I" and "you", or asks; a list of claims and verdicts, of motions or of places does not.
_TALK: Final = re.compile(
    r"\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur|[Yy]our|us|me)\b|\?|\b(?:[Tt]hank|[Ww]elcome)"
)
_TALKING: Final = 0.25  # share of the turns in which it shows
_GOING_ON: Final = (
    0.3  # share of paragraphs without a name among the turns, from which on turns have several
)


def turns_of(article: Article) -> dict[int, tuple[Span, Span]]:
    """Of each paragraph that is part of a turn, by index, the speaker's name and the words to leave out.

    A paragraph without a name goes on with the turn before it, but not behind the last unless many do; its words to leave out are empty.
    An article is a transcript if names open many of its paragraphs, and one of them more than once.
    """
    # A short turn ("CHAIR: Which two?") may have been taken for a heading: it is no bullet, but a change of speaker.
    blocks = [block for block in article.blocks if block.kind in {"paragraph", "heading"}]
    labels = [_label_of(article.text, block.span) for block in blocks]
    names = Counter(match["name"] for match in labels if match)
    if names.total() < max(_FEWEST_TURNS, _SHARE * len(blocks)) or max(names.values()) < 2:
        return {}
    talking = sum(_TALK.search(article.text, m.end(), block.span.end) is not None for m, block in zip(labels, blocks, strict=True) if m)  # fmt: skip
    if talking < _TALKING * names.total():
        return {}
    places_of_names = [i for i, match in enumerate(labels) if match]
    inside = labels[places_of_names[0] : places_of_names[-1]]
    # What follows the last turn is a narrator's, unless turns go on for several paragraphs.
    ends = len(blocks) if inside.count(None) >= _GOING_ON * len(inside) else places_of_names[-1] + 1
    places = {span: i for i, span in enumerate(article.body())}
    turns: dict[int, tuple[Span, Span]] = {}
    speaker: Span | None = None
    for block, match in zip(blocks[:ends], labels[:ends], strict=True):
        start = block.span.start
        if match:
            speaker = Span(*match.span("name"))
        if speaker is not None and block.span in places:
            turns[places[block.span]] = (speaker, Span(start, match.end() if match else start))
    return turns


def _label_of(text: str, block: Span) -> re.Match[str] | None:
    match = _LABEL.match(text, block.start, block.end)
    if match is None or match["name"].split()[0].casefold() in _NO_NAME:
        return None
    return match


def speakers_of(article: Article, sentences: Sequence[Sentence]) -> dict[int, tuple[Span, Span]]:
    """Of each sentence of a turn, by its place in ``sentences``, the speaker's name and the sentence without it."""
    turns = turns_of(article)
    return {
        i: _without_name(turns[sentence.paragraph], sentence.span)
        for i, sentence in enumerate(sentences)
        if sentence.paragraph in turns
    }


def turn_of(article: Article, sentence: Span) -> tuple[Span, Span] | None:
    """The same of one sentence, by where it stands in ``article``; ``None`` outside turns."""
    turns = turns_of(article)
    held = (i for i, span in enumerate(article.body()) if span.holds(sentence))
    return next((_without_name(turns[i], sentence) for i in held if i in turns), None)


def _without_name(turn: tuple[Span, Span], sentence: Span) -> tuple[Span, Span]:
    speaker, label = turn
    start = max(sentence.start, min(label.end, sentence.end - 1))
    return speaker, Span(start, sentence.end)
