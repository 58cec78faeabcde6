"""Writers for tests: what they write is given to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from briefer.models.contract import Passage, Written


class Scripted:
    """Writes what a function makes of each passage."""

    def __init__(self, answer: Callable[[Passage], list[Written]]) -> None:
        self._answer = answer
        self.asked: list[int] = []

    def write(self, passages: Sequence[Passage], n_bullets: int) -> list[list[Written]]:
        self.asked.append(len(passages))
        return [self._answer(passage) for passage in passages]


class Echo:
    """A generator that answers a text with its beginning; tokens are words."""

    def __init__(self, max_tokens: int, n_words: int) -> None:
        self.max_tokens = max_tokens
        self._n_words = n_words
        self.prompts: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(self, prompts: Sequence[str]) -> list[str]:
        assert all(self.count_tokens(prompt) <= self.max_tokens for prompt in prompts)
        self.prompts += prompts
        return [" ".join(prompt.split()[: self._n_words]) for prompt in prompts]
