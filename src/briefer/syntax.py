"""The tree of a sentence: which word each word belongs to, and as what (Universal Dependencies).

A trained parser makes it (`briefer.models.parser`); everything else sees these values alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from msgspec.structs import replace

from briefer.types import Span, Value

#: In the order of the parser's weights. "piece" joins the pieces of a word; "relcl" is UD's acl:relcl.
RELATIONS = """piece root nsubj obj iobj obl nmod amod compound det case nummod advmod conj cc acl relcl advcl appos
    ccomp xcomp csubj mark aux cop punct parataxis fixed flat expl discourse vocative dislocated list goeswith
    reparandum orphan dep""".split()


class Word(Value, frozen=True):
    """A word or mark of a sentence.

    Attributes:
        span: where it stands.
        text: in lower case.
        head: index of the word it belongs to; -1 for the root.
        relation: as what.
        sure: probability of both, by the parser.
    """

    span: Span
    text: str
    head: int
    relation: str
    sure: float


class Tree:
    """The words of a sentence, every one of them under one root."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = tuple(words)

    def moved(self, by: int) -> Tree:
        """The tree with its places ``by`` characters further on."""
        return Tree([replace(w, span=Span(w.span.start + by, w.span.end + by)) for w in self.words])

    @cached_property
    def root(self) -> int:
        """Index of the root."""
        return next(i for i, word in enumerate(self.words) if word.head < 0)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the words that belong to each word, ascending."""
        found: list[list[int]] = [[] for _ in self.words]
        for i, word in enumerate(self.words):
            if word.head >= 0:
                found[word.head].append(i)
        return tuple(tuple(held) for held in found)

    def under(self, i: int, *relations: str) -> list[int]:
        """Indices of the words that belong to word ``i`` as one of ``relations``, ascending."""
        return [c for c in self.children[i] if self.words[c].relation in relations]

    def stretch(self, i: int) -> tuple[int, int] | None:
        """First and last word of what hangs on word ``i``; ``None`` if other words stand between."""
        held, todo = {i}, [i]
        while todo:
            for child in self.children[todo.pop()]:
                held.add(child)
                todo.append(child)
        first, last = min(held), max(held)
        return (first, last) if last - first + 1 == len(held) else None


def grown(words: Sequence[Word]) -> Tree | None:
    """A tree of words; ``None`` if they have no single root or hang on each other in a circle."""
    if sum(word.head < 0 for word in words) != 1:
        return None
    safe = [word.head < 0 for word in words]
    for start in range(len(words)):
        path, i = [], start
        while not safe[i]:
            path.append(i)
            i = words[i].head
            if len(path) > len(words):
                return None
        for step in path:
            safe[step] = True
    return Tree(words)


class Parser(Protocol):
    """A model that finds the trees of sentences."""

    def parse(self, sentences: Sequence[str]) -> list[Tree | None]:
        """A tree of each sentence, its places within it; ``None`` where there is none to be sure of."""
