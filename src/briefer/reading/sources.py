"""Finding what to read: files, folders, files of records, standard input."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from briefer.reading.request import Media
from briefer.types import Failure

MAX_BYTES = 10_000_000  # of one article; 10 MB of prose is about 3,000 pages

_MEDIA: dict[str, Media] = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
}  # fmt: skip
_RECORDS = {".jsonl", ".ndjson"}


class Item(NamedTuple):
    """One article's bytes, before anything has looked into them."""

    source: str
    media: Media
    data: bytes

    def digest(self) -> str:
        """SHA-256 of the source's name and bytes."""
        return hashlib.sha256(
            self.source.encode("utf-8", "replace") + b"\0" + self.data
        ).hexdigest()


def find_items(sources: Iterable[str]) -> Iterator[Item | Failure]:
    """Whatever the user's sources hold, in a stable order.

    A folder gives its files, sorted by name and not the hidden ones; a ``.jsonl`` file gives
    one item a line; ``-`` is standard input. What cannot be opened is a `Failure`.
    """
    for source in sources:
        if source == "-":
            if sys.stdin is None:
                yield Failure("-", "standard input is closed", "Pipe a text into it", "SourceError")
            else:
                yield _bounded("-", sys.stdin.buffer, None)
            continue
        path = Path(source)
        if _is_folder(path):
            yield from _folder(path)
        else:
            yield from _file(path)


def printable(path: str | Path) -> str:
    r"""A path as text that can be printed and kept: bytes that are no UTF-8 as ``\xNN``."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    # A name may hold line ends and terminal codes; neither belongs into a list or a message.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that is too long, or with a NUL in it
        return False


def _folder(folder: Path) -> Iterator[Item | Failure]:
    found = False
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                found = True
                yield from _file(Path(root) / name)
    for error in closed:
        what = f"this folder cannot be read ({error.strerror})"
        yield Failure(printable(error.filename), what, "Check its owner and mode", "SourceError")
    if not found and not closed:
        hint = "Put .txt, .md, .html or .jsonl files into it, or name another"
        yield Failure(printable(folder), "no articles in this folder", hint, "SourceError")


def _file(path: Path) -> Iterator[Item | Failure]:
    if path.suffix.lower() in _RECORDS:
        try:
            # A pipe or a device may never end, or never begin.
            if stat.S_ISREG(path.stat().st_mode):
                with path.open("rb") as stream:
                    yield from _records(printable(path), stream)
                return
        except (OSError, ValueError) as error:
            yield _unopened(printable(path), error)
            return
    yield item_of(path)


def item_of(path: Path, stream: BinaryIO | None = None) -> Item | Failure:
    """The bytes of one file; what cannot be read is a `Failure`.

    Args:
        path: of the file; its ending says what it holds.
        stream: to read it from, where it is not on this machine.
    """
    name = printable(path)
    try:
        if stream is not None:
            return _bounded(name, stream, _MEDIA.get(path.suffix.lower()))
        if not stat.S_ISREG(path.stat().st_mode):
            return Failure(name, "not a file", "Give a file, or pipe it into `-`", "SourceError")
        with path.open("rb") as opened:
            return _bounded(name, opened, _MEDIA.get(path.suffix.lower()))
    except (OSError, ValueError) as error:
        return _unopened(name, error)


def _unopened(name: str, error: OSError | ValueError) -> Failure:
    if isinstance(error, FileNotFoundError):
        return Failure(name, "no such file or folder", "Check the path", "SourceError")
    if isinstance(error, PermissionError):
        return Failure(name, "no permission to read it", "Check its owner and mode", "SourceError")
    reason = getattr(error, "strerror", None) or str(error)  # ValueError: a NUL in the path
    return Failure(name, f"cannot be opened: {reason}", "Check the path", "SourceError")


def _bounded(source: str, stream: BinaryIO, media: Media | None) -> Item | Failure:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return too_large(source)
    return Item(source, media or _sniff(data), data)


def _records(source: str, stream: BinaryIO) -> Iterator[Item | Failure]:
    """One item a line; a line over the limit is skipped to its end and said."""
    number = n_records = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        name = f"{source}:{number}"
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_BYTES)
            n_records += 1
            yield too_large(name)
        elif line.strip():
            n_records += 1
            yield Item(name, "record", line)
    if n_records == 0:
        yield Failure(
            source, "the file holds no records", "Remove it, or put records in it", "SourceError"
        )


def too_large(source: str) -> Failure:
    """The failure of an article that is longer than any may be."""
    what = f"longer than {MAX_BYTES // 1_000_000} MB, the most that one article may have"
    return Failure(
        source, what, "Split it into its articles, one file or record each", "SourceError"
    )


def _sniff(data: bytes) -> Media:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_html = (
        head.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"<html" in data[:4096].lower()
    )
    return "html" if is_html or head.startswith(b"<!doctype html") else "text"
