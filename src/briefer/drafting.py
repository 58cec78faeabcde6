"""The sentences of an article as bullets: as they stand, and shorter where one is too long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from briefer.callouts.figures import LONGEST_SENTENCE
from briefer.callouts.finding import knows_language
from briefer.grounding import passed_checks
from briefer.syntax import Parser, Tree
from briefer.trimming import LEDE_WORDS, MOST_WORDS, Trimmed, count_words, joined, trim
from briefer.turns import speakers_of
from briefer.types import Article, Bullet, Sentence, Span


def checked(article: Article, *bullets: Bullet) -> Bullet | None:
    """The first of the bullets that passes its checks, with their names."""
    for bullet in bullets:
        if checks := passed_checks(bullet, article):
            return msgspec.structs.replace(bullet, checks=checks)
    return None


class Drafts:
    """The sentences of an article as bullets, shorter where they are longer than one should be.

    The rules know English; a sentence of another language stays whole.

    Attributes:
        whole: each sentence as it stands.
        short: each as short as is known so far.
    """

    def __init__(
        self, article: Article, sentences: Sequence[Sentence], parser: Parser | None = None
    ) -> None:
        self._article, self._parser = article, parser
        self._spans = [sentence.span for sentence in sentences]
        self._trees: dict[int, Tree | None] = {}
        self._english = knows_language(article)
        #: Of each sentence of a transcript, who speaks and the sentence without the name before it.
        self.turns = speakers_of(article, sentences)
        everything = range(len(sentences))
        self.whole = [self._bullet(Trimmed((self._told(i),)), i) for i in everything]
        self.short = [self._bullet(self._trimmed(i), i) for i in everything]

    @property
    def texts(self) -> tuple[str, ...]:
        """Each bullet as it would be printed."""
        return tuple(bullet.text for bullet in self.short)

    def shorten(self, some: Iterable[int]) -> dict[int, str]:
        """Those of some sentences that their trees make shorter than the rules alone did."""
        long = [i for i in some if count_words(self._article.text, self.short[i].parts or self.short[i].evidence) > MOST_WORDS]  # fmt: skip
        self._parse(long)
        for i in long:
            self.short[i] = self._bullet(self._trimmed(i), i)
        return {i: self.short[i].text for i in long}

    def lede(self, i: int) -> Bullet | None:
        """A sentence as the line under a headline: at most 30 words, who says it among them; ``None`` if it is longer."""
        text = self._article.text
        trimmed = self._trimmed(i, LEDE_WORDS, attributed=True)
        if count_words(text, trimmed.parts) > LEDE_WORDS:
            self._parse([i])
            trimmed = self._trimmed(i, LEDE_WORDS, attributed=True)
        if count_words(text, trimmed.parts) > LEDE_WORDS:
            return None
        return checked(self._article, self._bullet(trimmed, i))

    def _told(self, i: int) -> Span:
        """A sentence without the name of who speaks it."""
        return self.turns[i][1] if i in self.turns else self._spans[i]

    def _trimmed(self, i: int, at_most: int = MOST_WORDS, *, attributed: bool = False) -> Trimmed:
        if not self._english:
            return Trimmed((self._told(i),))
        # Who speaks stands behind the bullet: whoever else says something stays in it.
        attributed = attributed or i in self.turns
        text, tree = self._article.text, self._trees.get(i)
        return trim(text, self._told(i), at_most, attributed=attributed, tree=tree)

    def _bullet(self, trimmed: Trimmed, i: int) -> Bullet:
        text, of, sentence = self._article.text, self._article.id, self._spans[i]
        speaker = self.turns[i][0] if i in self.turns else trimmed.speaker
        if trimmed.parts == (sentence,):
            return Bullet(sentence.printed(text), of, (sentence,), "verbatim", speaker=speaker)
        printed = joined(text, trimmed.parts)
        return Bullet(printed, of, (sentence,), "trimmed", parts=trimmed.parts, speaker=speaker)

    def _parse(self, some: Sequence[int]) -> None:
        """Find the trees of sentences that can be read and were not."""
        if self._parser is None or not self._english:
            return
        told = {i: self._told(i) for i in some if i not in self._trees}
        told = {i: span for i, span in told.items() if span.end - span.start <= LONGEST_SENTENCE}
        trees = self._parser.parse([span.of(self._article.text) for span in told.values()])
        for (i, span), tree in zip(told.items(), trees, strict=True):
            self._trees[i] = tree.moved(span.start) if tree else None
