"""Bytes to text: which encoding, whether it is text at all, and clean characters one for one."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from briefer.errors import SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16-LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Only markup declares its encoding; the words "charset=" in an article declare nothing.
_DECLARED = re.compile(
    rb"""<(?:\?xml|meta)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""",
    re.IGNORECASE,
)
# What browsers do with these labels (WHATWG Encoding Standard, section 4.2).
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8",
    "gb2312": "gbk", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
# C0 controls and DEL that are not white space; each becomes one space, so offsets hold.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(128, 160)], " ")
_SPACES = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_TABLE = {**_CONTROLS, **_SPACES, 0x2028: "\n", 0x2029: "\n", 0x85: "\n"}


class Decoded(NamedTuple):
    """Text of a source and what had to be done to get it."""

    text: str
    encoding: str
    notes: tuple[str, ...]


def decode(data: bytes) -> Decoded:
    """Decode a source: byte order mark, declared encoding, UTF-8, then a guess.

    Raises:
        SourceError: the bytes are empty, of a known binary format, or not text.
    """
    if not data.strip():
        raise SourceError("the file is empty", hint="Remove it, or put an article in it")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise SourceError(
                f"this is {name}, not text",
                hint="Give plain text, Markdown, HTML or JSON Lines",
            )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return _finish(text, encoding)
    declared = _DECLARED.search(data[:2048])
    names = [declared[1].decode("ascii").lower()] if declared else []
    for name in [*names, "utf-8"]:
        encoding = _AS_BROWSERS_DO.get(name, name)
        try:
            return _finish(data.decode(encoding), encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return _guess(data)


def normalize(text: str) -> str:
    r"""Make white space plain, one character for one character.

    No-break and other spaces become a space, controls a space, ``\r\n`` a space and a line
    end: an offset into the result is an offset into ``text``.
    """
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text.translate(_TABLE)


def _guess(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    # A sample is enough to tell an encoding, and keeps the guess linear in practice.
    best = from_bytes(data[:200_000]).best()
    # An undecodable file that is "readable" only as some odd code page full of controls is
    # an image or a program, not an article.
    if best is None or _share_of_controls(data[:200_000].decode(best.encoding, "replace")) > 0.01:
        raise SourceError(
            "this is not text in any encoding we know",
            hint="Save it as UTF-8 text, or leave it out",
        )
    return _finish(
        data.decode(best.encoding, "replace"),
        best.encoding,
        (f"encoding guessed: {best.encoding.replace('_', '-')}",),
    )


def _share_of_controls(text: str) -> float:
    return sum(ord(c) in _CONTROLS or c == "\ufffd" for c in text) / max(len(text), 1)


def _finish(text: str, encoding: str, notes: tuple[str, ...] = ()) -> Decoded:
    sample = text[:200_000]
    if _share_of_controls(sample) > 0.1:
        raise SourceError(
            "this is not text: a tenth of it or more is control characters",
            hint="If it is text in a rare encoding, save it as UTF-8",
        )
    if "\0" in text:
        notes = (*notes, f"NUL bytes read as spaces: {text.count(chr(0))}")
    if "\ufffd" in text:
        notes = (*notes, f"characters that could not be decoded: {text.count(chr(0xFFFD))}")
    if not text.strip("\ufeff\u200b \t\r\n\0"):
        raise SourceError("the file holds white space only", hint="Put an article in it")
    return Decoded(normalize(text), encoding, notes)
