"""From the parts that a markup reader found to the text and blocks of an `Article`."""

from __future__ import annotations

from typing import Literal, NamedTuple

from briefer.reading.plaintext import Page, read_plain_text
from briefer.types import Block, BlockKind, Span


class Part(NamedTuple):
    """One block of a marked-up page; ``kind`` is ``None`` where the words must tell."""

    kind: BlockKind | None
    text: str


class ReadParts(NamedTuple):
    """What a markup reader found: parts in order, and what the page says of itself."""

    parts: list[Part]
    title: str | None
    byline: str | None
    date: str | None
    reader: str
    date_from: Literal["metadata", "front matter"]
    notes: tuple[str, ...] = ()


def assemble(found: ReadParts) -> tuple[str, Page]:
    """Join parts to one text, a blank line between two, and cut it into blocks.

    The rules for plain text run over the result, since furniture, captions and by-lines slip
    through every extractor; what the markup itself said of a part wins over them.
    """
    parts = found.parts
    title = " ".join(found.title.split()) if found.title else None
    if title and not any(_same(part.text, title) for part in parts[:5]):
        parts = [Part("title", title), *parts]
    pieces: list[str] = []
    known: dict[int, Part] = {}
    offset = 0
    for part in parts:
        words = " ".join(part.text.split())
        if not words:
            continue
        known[offset] = Part(part.kind, words)
        pieces.append(words)
        offset += len(words) + 2
    text = "\n\n".join(pieces)
    page = read_plain_text(text, title=title)
    blocks = [_settled(block, known) for block in page.blocks]
    headline = next((b.span for b in blocks if b.kind == "title"), page.title)
    return text, page._replace(blocks=tuple(blocks), title=headline)


def _settled(block: Block, known: dict[int, Part]) -> Block:
    part = known.get(block.span.start)
    if part is None or part.kind is None or block.kind in {"title", "boilerplate"}:
        return block
    return Block(part.kind, Span(block.span.start, block.span.start + len(part.text)))


def _same(one: str, other: str) -> bool:
    return " ".join(one.lower().split()).strip(" .") == other.lower().strip(" .")
