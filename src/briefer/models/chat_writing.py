"""Bullets that a chat model writes: asked by prompts, answered in JSON, read as nothing else.

The article is data. It is shown between fences that it cannot know, one numbered line a sentence, with
whatever the tokenizer would take for its own tokens broken up; one article a prompt, so that none can
reach another. What comes back is a list of bullets that name their sentences, or it is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from briefer.errors import ModelError
from briefer.models.answers import bullets_in
from briefer.models.contract import Passage, TextGenerator, Written
from briefer.segmenting import cut_long_sentences, pack_sentences

_LEAST_ROOM: Final = 64  # tokens of an article that a prompt must leave room for
_MOST_TITLE: Final = 200  # characters
_ROUNDS: Final = 6  # of merging


class Filled(Protocol):
    """A prompt; `briefer.prompting.Prompt` is one."""

    def fill(self, **values: object) -> str:
        """The prompt with its values."""


class ChatGenerator(TextGenerator, Protocol):
    """A model that answers messages."""

    special_tokens: tuple[str, ...]


class Line(NamedTuple):
    """A sentence as it is shown: its number, from 1, and its text, all of it or a piece."""

    number: int
    text: str


class ChatWriter:
    """Bullets from a model that answers messages.

    Args:
        generator: the model.
        prompts: ``bullets``, ``merge`` and ``retry``, by name.
    """

    def __init__(self, generator: ChatGenerator, prompts: Mapping[str, Filled]) -> None:
        self._generator = generator
        self._prompts = prompts
        self._most_title = generator.count_tokens("W" * _MOST_TITLE)
        for name in ("bullets", "merge"):
            self._room(name, 1)  # a window too small for a prompt, or a faulty one, shows now

    def write(self, passages: Sequence[Passage], n_bullets: int) -> list[list[Written]]:
        """Bullets of each passage, the most important first."""
        found = self._ask("bullets", passages, n_bullets)
        for _ in range(_ROUNDS):
            # More than one part: what was written of the parts is a text to choose from.
            open_ = [i for i, parts in enumerate(found) if len(parts) > 1]
            if not open_:
                break
            drafts = {i: [w for part in found[i] for w in part] for i in open_}
            again = [Passage(passages[i].title, tuple(w.text for w in drafts[i])) for i in open_]
            for i, parts in zip(open_, self._ask("merge", again, n_bullets), strict=True):
                merged = [[_resting_on(w, drafts[i]) for w in part] for part in parts]
                # No usable answer: the bullets of the parts stand as they are.
                found[i] = merged if any(merged) else [drafts[i]]
        return [[w for part in parts for w in part] for parts in found]

    def _ask(self, name: str, passages: Sequence[Passage], n_bullets: int) -> list[list[list[Written]]]:  # fmt: skip
        """Of each passage, of each of its parts, the bullets."""
        room = self._room(name, n_bullets)
        parts = [list(self._parts(passage, room)) for passage in passages]
        asked = [
            (passage, lines)
            for passage, some in zip(passages, parts, strict=True)
            for lines in some
        ]
        messages = [self._fill(name, passage.title, lines, n_bullets) for passage, lines in asked]
        shown = [{line.number for line in lines} for _, lines in asked]
        answers = [bullets_in(a, some) for a, some in zip(self._generator.generate(messages), shown, strict=True)]  # fmt: skip
        # Once more where nothing of the form came back.
        wrong = [k for k, answer in enumerate(answers) if not answer]
        reminder = self._prompts["retry"].fill()
        again = self._generator.generate([f"{messages[k]}\n\n{reminder}" for k in wrong]) if wrong else []  # fmt: skip
        for k, answer in zip(wrong, again, strict=True):
            answers[k] = bullets_in(answer, shown[k])
        if name == "merge":  # drafts that no usable answer came of stand as they are
            for k, (passage, lines) in enumerate(asked):
                numbers = dict.fromkeys(line.number for line in lines)
                answers[k] = answers[k] or [
                    Written(passage.sentences[n - 1], (n - 1,)) for n in numbers
                ]
        left = iter(answers)
        return [[next(left) for _ in some] for some in parts]

    def _fill(self, name: str, title: str | None, lines: Sequence[Line], n_bullets: int) -> str:
        shown = self._harmless(" ".join((title or "").split())[:_MOST_TITLE])
        # By tokens too: a letter of some scripts is three.
        while (size := self._generator.count_tokens(shown)) > self._most_title:
            shown = shown[: min(len(shown) - 1, len(shown) * self._most_title // size)]
        return self._prompts[name].fill(
            fence=_fence(lines), title=shown, lines=lines, n_bullets=n_bullets
        )

    def _room(self, name: str, n_bullets: int) -> int:
        """Tokens for the lines of an article, in a prompt with the longest title."""
        # With a line in it: what a prompt does with lines is tried before any article's are.
        empty = self._fill(name, "W" * _MOST_TITLE, (Line(1, ""),), n_bullets) + self._prompts["retry"].fill()  # fmt: skip
        room = self._generator.max_tokens - self._generator.count_tokens(empty)
        if room < _LEAST_ROOM:
            raise ModelError(f"the prompt {name!r} leaves {max(0, room)} tokens of its window to an article", hint="Choose a model with a larger window, or shorten the prompt")  # fmt: skip
        return room

    def _parts(self, passage: Passage, room: int) -> Iterator[list[Line]]:
        """The sentences in numbered lines, as many at once as there is room for."""
        count = self._generator.count_tokens
        part: list[Line] = []
        used = 0
        for line in self._lines(passage, room):
            size = count(f"[{line.number}] {line.text}\n") + 1
            if part and used + size > room:
                yield part
                part, used = [], 0
            part.append(line)
            used += size
        if part:
            yield part

    def _lines(self, passage: Passage, room: int) -> Iterator[Line]:
        limit, count = room - 16, self._generator.count_tokens
        for number, sentence in enumerate(passage.sentences, start=1):
            text = self._harmless(" ".join(sentence.split()))
            ends, cut = cut_long_sentences(text, [len(text)], max_tokens=limit, count_tokens=count)
            if not cut:
                yield Line(number, text)
                continue
            for chunk in pack_sentences(text, ends, max_tokens=limit, count_tokens=count):
                yield Line(number, chunk.span.of(text).strip())

    def _harmless(self, text: str) -> str:
        """A text in which nothing is a token of the model's own ("<|im_end|>")."""
        for token in self._generator.special_tokens:
            if token and not token.isalnum() and token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}" if len(token) > 1 else " ")
        return text


def _resting_on(written: Written, drafts: Sequence[Written]) -> Written:
    """A merged bullet with the sentences of those that it comes from."""
    sentences = {n for i in written.sentences for n in drafts[i].sentences}
    return Written(written.text, tuple(sorted(sentences)))


def _fence(lines: Sequence[Line]) -> str:
    """A line that a text cannot hold unless it holds its own hash."""
    digest = hashlib.sha256("\n".join(line.text for line in lines).encode("utf-8", "replace"))
    return f"===== {digest.hexdigest()[:16]} ====="
