"""Bytes of one source to an `Article`: decode, find blocks, tell the language.

Runs only inside the guarded worker (`worker`), never in the main process.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from briefer.errors import SourceError
from briefer.reading.dates import iso_date
from briefer.reading.decoding import decode, normalize
from briefer.reading.language import identify_language
from briefer.reading.parts import ReadParts, assemble
from briefer.reading.plaintext import Page, paragraphs_as_they_are, read_plain_text
from briefer.reading.request import Request
from briefer.types import Article, Published, article_id


class _Record(msgspec.Struct):
    """One line of a JSON Lines source; other keys are allowed and ignored.

    All but the text may be anything: a field of the wrong type is no reason to lose an article.
    """

    text: str
    id: Any = None
    title: Any = None
    published: Any = None
    date: Any = None
    byline: Any = None
    author: Any = None
    language: Any = None


def parse(request: Request) -> Article:
    """Read one source.

    Raises:
        SourceError: the bytes are not text, or no article can be found in them.
    """
    if request.media == "record":
        return _parse_record(request)
    if request.media in {"doc", "claim"}:
        return _parse_side(request)
    decoded = decode(request.data)
    markup = _MARKUP.get(request.media)
    if markup and not request.plain:
        found = markup()(decoded.text)
        text, page = assemble(found)
        page = _with_metadata(page, found)
        title = found.title or (page.title.printed(text) if page.title else None)
        return _article(request, text, page, title=title, reader=found.reader, notes=(*decoded.notes, *found.notes))  # fmt: skip
    if request.plain:
        page = Page(paragraphs_as_they_are(decoded.text), None, None, None)
    else:
        page = read_plain_text(decoded.text)
    title = page.title.printed(decoded.text) if page.title else None
    return _article(request, decoded.text, page, title=title, reader="text", notes=decoded.notes)


def _markdown() -> Callable[[str], ReadParts]:
    from briefer.reading.markdown import read_markdown

    return read_markdown


def _html() -> Callable[[str], ReadParts]:
    from briefer.reading.html import read_html

    return read_html


# Readers of markup by media type; imported on first use, since trafilatura takes 0.3 s.
_MARKUP: dict[str, Callable[[], Callable[[str], ReadParts]]] = {
    "markdown": _markdown,
    "html": _html,
}


class _Pair(msgspec.Struct):
    """A line of pairs: a claim and the text that it should follow from."""

    id: str
    doc: str
    claim: str


def _parse_side(request: Request) -> Article:
    """One of the two texts of a pair, as plain text."""
    try:
        pair = msgspec.json.decode(request.data, type=_Pair)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"no pair to check ({error})", hint="Each line is one JSON object of id, doc and claim, all strings") from error  # fmt: skip
    text = pair.doc if request.media == "doc" else pair.claim
    plain = msgspec.structs.replace(request, media="text", data=text.encode("utf-8", "replace"))
    return msgspec.structs.replace(parse(plain), record=pair.id)


def _parse_record(request: Request) -> Article:
    try:
        record = msgspec.json.decode(request.data, type=_Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            f"this line is not a record: {error}",
            hint='Each line of a .jsonl file is one JSON object with at least "text"',
        ) from error
    text = normalize(record.text)
    if not text.strip():
        raise SourceError("this record's text is empty", hint="Remove the line, or fill it")
    given_title = _words(record.title)
    if request.plain:
        page = Page(paragraphs_as_they_are(text), None, None, None)
    else:
        page = read_plain_text(text, title=given_title or None)
    given = _words(record.published) or _words(record.date)
    date = iso_date(given) if given else None
    if date:
        page = page._replace(published=Published(date, "given"))
    notes = (f"date not understood: {given[:40]!r}",) if given and not date else ()
    byline = _words(record.byline) or _words(record.author)
    if byline:
        page = page._replace(byline=byline)
    title = given_title or (page.title.printed(text) if page.title else None)
    return _article(
        request, text, page, title=title, reader="record", notes=notes,
        language=_language(record.language), record=_words(record.id) or None,
    )  # fmt: skip


def _words(value: Any) -> str:
    """A field as one line of printable text: a string or number as it is, a list joined."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value)))
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    kept = "".join(c if c.isprintable() else " " for c in normalize(str(value)))
    return " ".join(kept.split())


def _language(value: Any) -> str | None:
    """Primary subtag of a language tag ("en-GB" gives "en", RFC 5646), ``None`` if it is none."""
    match = re.fullmatch(r"([a-z]{2,3})(?:[-_][A-Za-z0-9-]+)?", _words(value))
    return match[1] if match else None


def _with_metadata(page: Page, found: ReadParts) -> Page:
    """What the page says of itself wins over what its text looks like."""
    date = iso_date(found.date) if found.date else None
    if date and not (page.published and page.published.date.startswith(date)):
        # Metadata often give the day alone; then the header's time of the same day is better.
        page = page._replace(published=Published(date, found.date_from))
    if found.byline:
        page = page._replace(byline=found.byline)
    return page


def _article(
    request: Request,
    text: str,
    page: Page,
    *,
    title: str | None,
    reader: str,
    notes: tuple[str, ...],
    language: str | None = None,
    record: str | None = None,
) -> Article:
    prose = [block.span.of(text) for block in page.blocks if block.kind == "paragraph"]
    if not prose:
        raise SourceError(
            "no sentences found in this text",
            hint="If it is clean prose all the same, read it with --plain",
        )
    title = _words(title)
    fields: dict[str, Any] = {
        "title": title or None,
        "byline": _words(page.byline) or None,
        "published": page.published,
        "language": language or identify_language("\n".join(prose)),
        "reader": reader,
        "record": record,
        "notes": notes,
    }
    return Article(
        id=article_id(request.source, title, text),
        source=request.source,
        text=text,
        blocks=page.blocks,
        **fields,
    )
