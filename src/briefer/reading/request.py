"""What the guarded worker is asked and what it answers."""

from __future__ import annotations

import struct
from typing import BinaryIO, Literal

from briefer.types import Article, Failure, Value

Media = Literal["text", "markdown", "html", "record", "doc", "claim"]


class Request(Value, frozen=True):
    """What the worker is asked to read.

    Attributes:
        source: name of the source, as it will stand in the article.
        media: what the bytes hold; ``record`` is one line of a JSON Lines file, ``doc`` and ``claim`` are
            one of the two texts that a line of pairs holds.
        plain: take the text as it is: every unit a paragraph, no headers looked for.
    """

    source: str
    media: Media
    data: bytes
    plain: bool = False


class Reply(Value, frozen=True):
    """What came of a request: an article or a failure."""

    article: Article | None = None
    failure: Failure | None = None


def read_frame(stream: BinaryIO) -> bytes | None:
    """Next frame's body, or ``None`` at the end of the stream (or if it breaks off).

    A frame is the length of its body as four bytes (big-endian) and the body.
    """
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame and flush it."""
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()
