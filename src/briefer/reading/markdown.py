"""Markdown to parts: front matter, headings, paragraphs; markup dropped, words kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefer.reading.parts import Part, ReadParts
from briefer.types import BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<head>.{0,8000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL
)
_KEY = re.compile(r"^(?P<key>[A-Za-z_-]{2,30})\s*:\s*(?P<value>.*?)\s*$")


def read_markdown(text: str) -> ReadParts:
    """Parse CommonMark (with tables) into parts of prose.

    Code blocks, tables and raw HTML are left out: none of them holds sentences.
    """
    from markdown_it import MarkdownIt

    meta, body = _front_matter(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    parts: list[Part] = []
    title = meta.get("title")
    kind: str | None = None
    in_table = False
    depth = 0  # of list items
    for token in tokens:
        if token.type in {"table_open", "table_close"}:
            in_table = token.type == "table_open"
        elif token.type == "heading_open":
            kind = token.tag
        elif token.type == "paragraph_open":
            kind = "p"
        elif token.type in {"list_item_open", "list_item_close"}:
            depth += 1 if token.type == "list_item_open" else -1
        elif token.type == "inline" and not in_table:
            words = _words(token)
            if not words:
                continue
            if kind == "h1" and title is None:
                title = words
            is_heading = kind is not None and kind.startswith("h")
            # An image alone in its paragraph leaves its alternative text: a caption.
            is_image = all(child.type in {"image", "softbreak"} for child in token.children or [])
            named: BlockKind | None = "caption" if is_image else "heading" if is_heading else None
            # A list item may be short and have no stop; it is text all the same.
            parts.append(Part(named or ("paragraph" if depth else None), words))
    return ReadParts(
        parts=parts,
        title=title,
        byline=meta.get("author") or meta.get("authors") or meta.get("byline"),
        date=meta.get("date") or meta.get("published"),
        reader="markdown",
        date_from="front matter",
    )


def _words(token: Token) -> str:
    pieces: list[str] = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
        elif child.type == "image":
            pieces.append(child.content)
    return " ".join("".join(pieces).split())


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Plain ``key: value`` lines between two ``---`` lines, as static site tools write them."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    meta: dict[str, str] = {}
    for line in match["head"].split("\n"):
        pair = _KEY.match(line)
        if pair and pair["value"]:
            meta[pair["key"].lower()] = pair["value"].strip("\"'[] ")
    return meta, text[match.end() :]
