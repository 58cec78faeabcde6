"""Finished documents read back: the text that a reader sees, and what it says of itself."""

from __future__ import annotations

import ctypes
import email
import email.policy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple

from briefer.brief import Brief
from briefer.rendering.look import Look

_UNSEEN, _IN_PREHEADER, _IN_LEFT_OUT = -1, -2, -3  # an open element that is no cut
_TERMINATOR: Final = 2  # bytes at the end of a string of pdfium's


class Reading(NamedTuple):
    """What a document says.

    Attributes:
        text: its visible text, in reading order.
        cuts: of elements that name their place in a source, the place and the text.
        alts: text alternatives of its images.
        has_alts: whether the format gives charts a text alternative that can be read back.
        pictures: PNG of each chart by its text alternative, where charts are pictures; empty if it is not there.
        preheader: what a mailbox shows beside the subject.
        title: what it calls itself where its text is not shown: a page's title, an e-mail's subject.
        left_out: what it says that it leaves to the attached PDF; empty if nothing.
        draws: whether the labels of its charts are text.
        breaks_words: whether a line may end inside a word, beside a mark of punctuation.
        numbers_sources: whether the marks of its sources can be read back.
        quotes: whether it quotes the sentences that it rests on under its sources.
        shown: what the format makes of words, such as a stand-in for a character that no font has.
    """

    text: str
    cuts: tuple[tuple[str, str], ...] = ()
    alts: tuple[str, ...] = ()
    has_alts: bool = False
    pictures: Mapping[str, bytes] | None = None
    preheader: str | None = None
    title: str | None = None
    left_out: str = ""
    draws: bool = False
    numbers_sources: bool = False
    quotes: bool = False
    shown: Callable[[str], str] = str
    breaks_words: bool = False


def read_back(name: str, data: bytes, brief: Brief, look: Look) -> tuple[Reading, ...]:
    """Readings of a finished format; an e-mail has three, its plain part, its page and its PDF.

    Args:
        name: of the format.
        data: the finished bytes.
        brief: what it was made from, for the page headers that stand in the middle of its text.
        look: what it was dressed in.
    """
    if name == "html":
        return (_of_page(data.decode("utf-8"), draws=True)._replace(quotes=True),)
    if name == "eml":
        message = email.message_from_bytes(data, policy=email.policy.default)
        plain, page = message.get_body(("plain",)), message.get_body(("html",))
        found = []
        if plain is not None:
            found.append(
                Reading(plain.get_content(), numbers_sources=True, title=str(message["Subject"]))
            )
        if page is not None:
            parts = {
                str(part["Content-ID"]): part.get_content()
                for part in message.walk()
                if part.get_content_maintype() == "image"
            }
            found.append(_of_page(page.get_content(), draws=False, parts=parts))
        found += [
            _of_pdf(part.get_content(), brief, look)
            for part in message.iter_attachments()
            if part.get_content_type() == "application/pdf"
        ]
        return tuple(found)
    if name == "md":
        return (Reading(_of_markdown(data.decode("utf-8")), numbers_sources=True, quotes=True),)
    if name == "docx":
        return (_of_docx(data),)
    if name == "txt":
        return (Reading(data.decode("utf-8"), numbers_sources=True),)
    if name == "pdf":
        return (_of_pdf(data, brief, look),)
    return ()


class _Page(HTMLParser):
    """Visible text, marked elements and text alternatives of a page."""

    _BLOCKS = frozenset("p div li h1 h2 h3 br td tr table section article svg text title blockquote".split())  # fmt: skip
    _HIDDEN = frozenset(["nav", "style", "script", "title", "metadata", "defs"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.cuts: list[tuple[str, list[str]]] = []
        self.alts: list[str] = []
        self.pictures: dict[str, str] = {}
        self.preheader: str | None = None
        self.left_out = ""
        self.title = ""
        self._open: list[tuple[str, int | None]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self._BLOCKS:
            self.parts.append("\n")
        for name in ("alt", "aria-label"):
            if given.get(name) and (tag == "img" or given.get("role") == "img"):
                self.alts.append(given[name] or "")
                self.pictures[given[name] or ""] = given.get("src") or ""
        if given.get("class") == "preheader":
            self.preheader = self.preheader or ""
            self._hidden += 1
            self._open.append((tag, _IN_PREHEADER))
            return
        if tag in self._HIDDEN or given.get("class") == "leftout":
            self._hidden += 1
            self._open.append((tag, _UNSEEN if tag in self._HIDDEN else _IN_LEFT_OUT))
            return
        ref = given.get("data-cut")
        if ref:
            self.cuts.append((ref, []))
            self._open.append((tag, len(self.cuts) - 1))
        elif tag not in {"br", "img", "meta", "link", "hr", "use", "path"}:
            self._open.append((tag, None))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self.parts.append("\n")
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                for _, what in self._open[i:]:
                    self._hidden -= what in {_UNSEEN, _IN_PREHEADER, _IN_LEFT_OUT}
                del self._open[i:]
                return

    def handle_data(self, data: str) -> None:
        if self._hidden:
            if self._open[-1][1] == _IN_PREHEADER:
                self.preheader = (self.preheader or "") + data
            if any(what == _IN_LEFT_OUT for _, what in self._open):
                self.left_out += data
            if self._open[-1][0] == "title" and not any(tag == "svg" for tag, _ in self._open):
                self.title += data
            return
        self.parts.append(data)
        for _, index in self._open:
            if index is not None and index >= 0:
                self.cuts[index][1].append(data)


def _of_page(markup: str, *, draws: bool, parts: Mapping[str, bytes] | None = None) -> Reading:
    """A page; of one in an e-mail also the pictures among the e-mail's ``parts``, by content ID."""
    page = _Page()
    page.feed(markup)
    page.close()
    pictures = None
    if parts is not None:
        ids = {alt: f"<{src.removeprefix('cid:')}>" for alt, src in page.pictures.items()}
        pictures = {alt: parts.get(cid, b"") for alt, cid in ids.items()}
    return Reading(
        "".join(page.parts),
        tuple((ref, "".join(texts)) for ref, texts in page.cuts),
        tuple(page.alts),
        has_alts=True,
        pictures=pictures,
        preheader=page.preheader,
        title=page.title,
        left_out=" ".join(page.left_out.split()),
        draws=draws,
        numbers_sources=True,
    )


def _of_markdown(text: str) -> str:
    """Markdown of ours as text: emphasis, quoting and hard line ends undone, foot note marks as those of the other formats."""
    # In one pass, so that an escaped backslash is not taken for an escape of what follows it.
    marks = r"\[\^s(?P<source>\d+)-\d+\]"
    return re.sub(
        rf"\\(?P<plain>[!-/:-@\[-`{{-~\n])|{marks}|[*#]",
        lambda m: m["plain"] or (f"[{m['source']}]" if m["source"] else ""),
        text,
    )


def _of_docx(data: bytes) -> Reading:
    """A Word document: paragraphs, and those of table cells, in order."""
    from briefer.rendering.word import text_of_docx, title_of_docx

    return Reading(text_of_docx(data), title=title_of_docx(data), numbers_sources=True, quotes=True)


def _of_pdf(data: bytes, brief: Brief, look: Look) -> Reading:
    import pypdfium2

    from briefer.rendering.days import long_day
    from briefer.rendering.pdf import printable_words

    pages: list[str] = []
    alts: list[str] = []
    day = long_day(brief.date, weekday=True)
    title = r"\s+".join(
        map(re.escape, (printable_words(brief.shown_title, look).strip() or "Brief").split())
    )
    label = re.escape(f"TLP:{brief.tlp}") if brief.tlp else ""
    header = re.compile(rf"{title}\s*{re.escape(day)}(?:\s*{label})?" if title else rf"{re.escape(day)}(?:\s*{label})?")  # fmt: skip
    own = r"\s+".join(map(re.escape, printable_words(look.brand.footer, look).split()))
    notes = [
        re.compile(r"\*+\s*" + r"\s*".join(re.escape(c) for c in note if not c.isspace()))
        for note in _notes(brief, look)
    ]
    document = pypdfium2.PdfDocument(data)
    try:
        name = document.get_metadata_dict()["Title"]
        for number, page in enumerate(document):
            text = page.get_textpage().get_text_range().replace("\r\n", "\n").replace("\ufffe", "-")
            # The last, or else the first: an article may speak of a page itself.
            footer = re.compile(
                rf"(?:{own}\s*)?Page {number + 1} of {len(document)}(?:\s*{label})?"
            )
            for found in list(footer.finditer(text))[-1:]:
                text = f"{text[: found.start()]} {text[found.end() :]}"
            text = _without_notes(text, notes)
            pages.append(header.sub(" ", text, count=1) if number else text)
            alts += _alternatives_of(page)
    finally:
        document.close()
    return Reading(
        "\n".join(pages), alts=tuple(alts), title=name, has_alts=True, draws=True, numbers_sources=True, quotes=True,
        shown=lambda words: printable_words(words, look), breaks_words=True,
    )  # fmt: skip


def _notes(brief: Brief, look: Look) -> set[str]:
    """Sentences that stand at the foot of a page, as they are printed."""
    from briefer.rendering.pdf import printable_words
    from briefer.rendering.view import note_of

    articles = {article.id: article for article in brief.articles}
    lines = (line for story in brief.stories for line in story.lines(whole=True))
    return {
        printable_words(note, look)
        for line in lines
        if (note := note_of(line, articles[line.article]))
    }


def _without_notes(text: str, notes: Sequence[re.Pattern[str]]) -> str:
    """A page without the sentences at its foot: each the last of its like, behind its stars."""
    for note in notes:
        for found in list(note.finditer(text))[-1:]:
            text = f"{text[: found.start()]} {text[found.end() :]}"
    return text


def text_of_pdf_pages(data: bytes) -> list[str]:
    """The text of each page, header and footer included."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def _alternatives_of(page: Any) -> Iterator[str]:
    """Text alternatives in the structure tree of a PDF page, which only the library's raw functions give."""
    from pypdfium2 import raw

    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        waiting = [raw.FPDF_StructTree_GetChildAtIndex(tree, i) for i in range(raw.FPDF_StructTree_CountChildren(tree))]  # fmt: skip
        while waiting:
            element = waiting.pop()
            if not element:
                continue
            size = raw.FPDF_StructElement_GetAltText(element, None, 0)
            if size > _TERMINATOR:
                buffer = ctypes.create_string_buffer(size)
                raw.FPDF_StructElement_GetAltText(element, buffer, size)
                yield buffer.raw[: size - _TERMINATOR].decode("utf-16-le")
            n = raw.FPDF_StructElement_CountChildren(element)
            waiting += [raw.FPDF_StructElement_GetChildAtIndex(element, i) for i in range(n)]
    finally:
        raw.FPDF_StructTree_Close(tree)
