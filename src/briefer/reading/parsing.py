"""Bytes of one source to an `Article`: decode, find blocks, tell the language.

Runs only inside the guarded worker (`worker`), never in the main process.
"""

from __future__ import annotations

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
    """One line of a JSON Lines source; other keys are allowed and ignored."""

    text: str
    id: str | int | None = None
    title: str | None = None
    published: str | None = None
    date: str | None = None
    byline: str | None = None
    author: str | None = None
    language: str | None = None


def parse(request: Request) -> Article:
    """Read one source.

    Raises:
        SourceError: the bytes are not text, or no article can be found in them.
    """
    if request.media == "record":
        return _parse_record(request)
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


def _parse_record(request: Request) -> Article:
    try:
        record = msgspec.json.decode(request.data, type=_Record)
    except msgspec.DecodeError as error:
        raise SourceError(
            f"this line is not a record: {error}",
            hint='Each line of a .jsonl file is one JSON object with at least "text"',
        ) from error
    text = normalize(record.text)
    if not text.strip():
        raise SourceError("this record's text is empty", hint="Remove the line, or fill it")
    if request.plain:
        page = Page(paragraphs_as_they_are(text), None, None, None)
    else:
        page = read_plain_text(text, title=record.title or None)
    given = record.published or record.date
    date = iso_date(given) if given else None
    if date:
        page = page._replace(published=Published(date, "given"))
    notes = (f"date not understood: {given[:40]!r}",) if given and not date else ()
    byline = record.byline or record.author
    if byline:
        page = page._replace(byline=byline)
    title = record.title or (page.title.printed(text) if page.title else None)
    return _article(
        request, text, page, title=title, reader="record", notes=notes,
        language=record.language, record=None if record.id is None else str(record.id),
    )  # fmt: skip


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
    title = " ".join(title.split()) if title else None
    fields: dict[str, Any] = {
        "title": title or None,
        "byline": " ".join(page.byline.split()) if page.byline else None,
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
