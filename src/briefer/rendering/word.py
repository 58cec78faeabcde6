"""The brief as a Word document (Office Open XML) by python-docx: offices live in it."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from briefer.brief import Brief
from briefer.rendering.cards import CardView, Mark
from briefer.rendering.cuts import Cut, Piece
from briefer.rendering.look import Look
from briefer.rendering.view import BriefView, BulletView, StoryView, view_of

_TLP_COLOURS: Final = {"TLP:RED": "FF2B2B", "TLP:AMBER+STRICT": "FFC000", "TLP:AMBER": "FFC000", "TLP:GREEN": "33FF00", "TLP:CLEAR": "FFFFFF"}  # fmt: skip
_SOFT: Final = "57606A"
_WARN: Final = "8A3B00"
_A4, _LETTER = (210, 297), (216, 279)  # millimetres
PROPERTY: Final = 255  # characters that a property may have
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say


def render_docx(brief: Brief, look: Look) -> bytes:
    """A document with headings, a title, page numbers and links from each mark to its sentence; same brief, same bytes."""
    view = view_of(brief, brand=look.brand)
    writer = _Writer(view)
    writer.masthead()
    writer.stories()
    writer.cards()
    writer.gaps()
    writer.sources()
    return writer.saved(brief)


def text_of_docx(data: bytes) -> str:
    """The words of the body, paragraph by paragraph."""
    import docx
    from docx.oxml.ns import qn

    body = docx.Document(io.BytesIO(data)).element.body
    lines = []
    for paragraph in body.iter(qn("w:p")):
        parts = ("\n" if e.tag == qn("w:br") else e.text or "" for e in paragraph.iter(qn("w:t"), qn("w:br")))  # fmt: skip
        lines.append("".join(parts))
    return "\n".join(lines)


def title_of_docx(data: bytes) -> str:
    """The title among a document's properties."""
    import docx

    return str(docx.Document(io.BytesIO(data)).core_properties.title)


class _Writer:
    """Writes the parts of a view in order."""

    def __init__(self, view: BriefView) -> None:
        import docx
        from docx.shared import Mm, Pt, RGBColor

        self.view = view
        self.accent = view.brand.accent.lstrip("#").upper()
        self.document: Any = docx.Document()
        self._bookmark = 0
        section = self.document.sections[0]
        width, height = _A4 if view.brand.paper == "a4" else _LETTER
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin = section.right_margin = Mm(24)
        section.top_margin = section.bottom_margin = Mm(22)
        font = view.brand.font or "Arial"
        for name, size, space in (("Normal", 10.5, 0), ("Title", 24, 0), ("Heading 1", 11, 18), ("Heading 2", 13, 12), ("List Bullet", 10.5, 0)):  # fmt: skip
            style = self.document.styles[name]
            style.font.name, style.font.size = font, Pt(size)
            style.element.rPr.rFonts.attrib.clear()
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                style.element.rPr.rFonts.set(_q(f"w:{script}"), font)
            style.paragraph_format.space_before = Pt(space)
            style.paragraph_format.space_after = Pt(5)
            if name.startswith(("Heading", "Title")):
                style.font.bold = True
                style.font.color.rgb = RGBColor.from_string(self.accent if name == "Heading 1" else "1B1F24")  # fmt: skip
        edge = self.document.styles["Title"].element.pPr.find(_q("w:pBdr"))
        if edge is not None:  # a blue rule of the library's template
            self.document.styles["Title"].element.pPr.remove(edge)
        self._edges(section)

    def masthead(self) -> None:
        """Logo, house, title, day, what it covers."""
        from docx.shared import Pt

        view = self.view
        if view.brand.logo:
            import base64

            data = base64.b64decode(view.brand.logo.partition(",")[2])
            self.document.add_paragraph().add_run().add_picture(io.BytesIO(data), height=Pt(28))
        if view.brand.name:
            self._line([(view.brand.name, {"bold": True, "colour": self.accent})])
        self.document.add_paragraph(_xml(view.title), style="Title")
        self._line([(f"{view.day} ({view.zone})", {})])
        covers = f"Covers {view.coverage} · " if view.coverage else ""
        facts = f"{covers}{_n(view.n_read, 'source')} read, {view.n_failed} could not be used · {_n(view.minutes, 'minute')} to read"  # fmt: skip
        self._line([(facts, {"colour": _SOFT, "size": 9})])

    def stories(self) -> None:
        """The top stories whole, the others with a line each."""
        self._heading("Top stories", 1)
        if not self.view.top:
            self._line([("Nothing to report: no source gave a story.", {})])
        for story in self.view.top:
            self._story(story)
        if self.view.more:
            self._heading("In brief", 1)
        for story in self.view.more:
            self._story(story)

    def _story(self, story: StoryView) -> None:
        self._heading(story.headline, 2)
        told = " · ".join(filter(None, (story.status, story.told_by)))
        if told:
            self._line([(told, {"colour": _SOFT, "size": 9})])
        if story.lede:
            self._bullet(story.lede, "Normal")
        for bullet in story.bullets:
            self._bullet(bullet, "List Bullet" if story in self.view.top else "Normal")

    def _bullet(self, bullet: BulletView, style: str) -> None:
        paragraph = self.document.add_paragraph(style=style)
        self._pieces(paragraph, bullet.pieces)
        self._marks(paragraph, bullet.marks)
        if bullet.written:
            self._run(paragraph, f" {bullet.written}", {"colour": _SOFT, "size": 8.5})

    def cards(self) -> None:
        """A shaded block a number."""
        if self.view.cards:
            self._heading("By the numbers", 1)
        for card in self.view.cards:
            self._card(card)

    def _card(self, card: CardView) -> None:
        table = self.document.add_table(rows=1, cols=1)
        cell = table.rows[0].cells[0]
        _shade(cell, "F4F6F9", self.accent)
        arrow = {"up": "▲ up", "down": "▼ down"}.get(card.direction, "")
        head: list[tuple[str, dict[str, Any]]] = [
            (card.figure.text, {"bold": True, "size": 18 if len(card.figure.text) <= 26 else 13})
        ]
        head += [(f" {arrow}", {"bold": True, "colour": self.accent, "size": 9})] if arrow else []
        head += [(f" {card.standing}", {"bold": True, "colour": _WARN, "size": 9})] if card.standing else []  # fmt: skip
        self._line(head, cell.paragraphs[0])
        measure = " · ".join(it.text for it in card.measure)
        measure += f" [{card.antecedent.text}]" if card.antecedent else ""
        soft = {"colour": _SOFT, "size": 9}
        base = f"from {card.base.text}" if card.base else ""
        change = " · ".join(filter(None, (*_words(card.words, card.size, card.basis), base)))
        period = (card.period.text if card.period else "") + (f" [{card.period_ours}]" if card.period_ours else "")  # fmt: skip
        points = " · ".join(f"{p.period.text}: {p.figure.text}" for p in card.points)
        comparison = card.comparison.text if card.comparison else ""
        for text, how in ((measure, {"bold": True}), (period, soft), (change, soft)):
            if text:
                self._line([(text, how)], cell.add_paragraph())
        if card.points:
            self._chart(cell, card)
        for text in filter(None, (points, comparison)):
            self._line([(text, soft)], cell.add_paragraph())
        paragraph = cell.add_paragraph()
        self._pieces(paragraph, card.sentence)
        self._marks(paragraph, card.marks)
        said = f"According to {card.attribution.text} · " if card.attribution else ""
        self._line([(said + card.headline, soft)], cell.add_paragraph())
        for paragraph in cell.paragraphs[:-1]:  # a card is not torn
            paragraph.paragraph_format.keep_with_next = True
        self.document.add_paragraph().paragraph_format.space_after = 0

    def _chart(self, cell: Any, card: CardView) -> None:
        from docx.shared import Mm

        from briefer.rendering.charts import png_of

        picture = cell.add_paragraph().add_run().add_picture(io.BytesIO(png_of([p.drawn for p in card.points])), width=Mm(85))  # fmt: skip
        picture._inline.docPr.set("descr", _xml(card.alt))
        picture._inline.docPr.set("name", "Chart")

    def gaps(self) -> None:
        """Figures that disagree, and what could not be read."""
        view = self.view
        self._heading("Gaps and disputes", 1)
        if not (view.gaps or view.notes or view.disputes):
            self._line([("None: every source was read.", {})])
        for dispute in view.disputes:
            period = f" ({dispute.period.text})" if dispute.period else ""
            self._line([(dispute.measure.text, {"bold": True}), (f"{period}: the sources disagree.", {})])  # fmt: skip
            for side in dispute.sides:
                paragraph = self._line([(side.figure.text, {"bold": True})])
                self._marks(paragraph, [side.mark])
                self._run(paragraph, f" {side.sentence.text}", {"colour": _SOFT})
        for gap in view.gaps:
            hint = f" {gap.hint}." if gap.hint else ""
            self._line([(gap.source, {"bold": True}), (": ", {}), (gap.what, {"colour": _WARN}), (f".{hint}", {"colour": _SOFT})])  # fmt: skip
        for note in view.notes:
            self._line([(f"{note}.", {})])

    def sources(self) -> None:
        """Every source with the sentences cut from it, each the target of its marks; then the colophon."""
        from docx.shared import Mm

        soft = {"colour": _SOFT, "size": 9}
        if self.view.sources:
            self._heading("Sources", 1)
        for source in self.view.sources:
            paragraph = self._line([(f"[{source.number}] ", {"bold": True, "colour": self.accent}), (source.title, {})])  # fmt: skip
            paragraph.paragraph_format.keep_with_next = True
            about = " · ".join(filter(None, (source.byline, source.date, source.source, source.copy_of)))  # fmt: skip
            self._line([(about, soft)]).paragraph_format.keep_with_next = bool(source.quotes)
            for quote in source.quotes:
                paragraph = self._line([(f"{quote.text} ", {"size": 9.5}), (f"({quote.place})", soft)])  # fmt: skip
                paragraph.paragraph_format.left_indent = Mm(6)
                self._mark_place(paragraph, quote.anchor)
        for line in (*self.view.colophon, *filter(None, [self.view.brand.footer])):
            self._line([(line, {"colour": _SOFT, "size": 8.5})])

    def saved(self, brief: Brief) -> bytes:
        """The bytes; python-docx and ZIP would put the time of day into them."""
        about = self.document.core_properties
        about.title = _xml(f"{self.view.title}, {self.view.day}")[:PROPERTY]
        about.author = _xml(self.view.brand.name or "briefer")[:PROPERTY]
        about.language = "en" if brief.language == "und" else brief.language
        about.created = about.modified = datetime.datetime.fromisoformat(brief.date[:10])
        about.last_modified_by, about.comments = "", ""
        buffer = io.BytesIO()
        self.document.save(buffer)
        out = io.BytesIO()
        with (
            zipfile.ZipFile(buffer) as made,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
        ):
            for name in made.namelist():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                kept.writestr(entry, made.read(name))
        return out.getvalue()

    # --- pieces of a page -----------------------------------------------------------------

    def _heading(self, text: str, level: int) -> None:
        _direct(self.document.add_heading(_xml(text) or "Untitled", level), text)

    def _line(self, runs: Iterable[tuple[str, dict[str, Any]]], paragraph: Any = None) -> Any:
        paragraph = self.document.add_paragraph() if paragraph is None else paragraph
        for text, how in runs:
            self._run(paragraph, text, how)
        return paragraph

    def _run(self, paragraph: Any, text: str, how: dict[str, Any]) -> Any:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(_xml(text))
        run.bold = how.get("bold")
        if "size" in how:
            run.font.size = Pt(how["size"])
        if "colour" in how:
            run.font.color.rgb = RGBColor.from_string(how["colour"])
        return run

    def _pieces(self, paragraph: Any, pieces: Sequence[Piece]) -> None:
        _direct(paragraph, "".join(piece.text for piece in pieces))
        for piece in pieces:
            self._run(paragraph, piece.text, {"bold": True} if piece.strong else {})

    def _marks(self, paragraph: Any, marks: Sequence[Mark]) -> None:
        """Links inside the document, which python-docx has no call for."""
        from docx.oxml import OxmlElement

        for mark in marks:
            self._run(paragraph, "\u00a0", {})
            link = OxmlElement("w:hyperlink")
            link.set(_q("w:anchor"), mark.anchor.replace("-", "_"))
            link.append(self._run(paragraph, f"[{mark.source}]", {"size": 8.5, "colour": self.accent})._r)  # fmt: skip
            paragraph._p.append(link)

    def _mark_place(self, paragraph: Any, anchor: str) -> None:
        from docx.oxml import OxmlElement

        self._bookmark += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            element = OxmlElement(tag)
            element.set(_q("w:id"), str(self._bookmark))
            if tag == "w:bookmarkStart":
                element.set(_q("w:name"), anchor.replace("-", "_"))
                paragraph._p.insert(0, element)
            else:
                paragraph._p.append(element)

    def _edges(self, section: Any) -> None:
        """Header and footer: the label if there is one, and the page number."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        label = self.view.tlp
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._run(foot, "Page ", {"size": 8.5, "colour": _SOFT})
        self._field(foot, "PAGE")
        self._run(foot, " of ", {"size": 8.5, "colour": _SOFT})
        self._field(foot, "NUMPAGES")
        if label:
            head = section.header.paragraphs[0]
            head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._run(foot, "  ", {})
            for paragraph in (head, foot):
                run = self._run(paragraph, label, {"bold": True, "size": 12, "colour": _TLP_COLOURS[label]})  # fmt: skip
                run._r.get_or_add_rPr().append(_shading("000000"))

    def _field(self, paragraph: Any, name: str) -> None:
        from docx.oxml import OxmlElement

        # A run each, or the number takes the paragraph's own look.
        for kind in ("begin", "", "separate", "end"):
            run = self._run(paragraph, "", {"size": 8.5, "colour": _SOFT, "bold": False})
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(_q("w:fldCharType"), kind)
            else:
                element.text = name
            run._r.append(element)
            if kind == "separate":
                self._run(paragraph, "1", {"size": 8.5, "colour": _SOFT, "bold": False})


def _direct(paragraph: Any, text: str) -> None:
    """What begins in a script that runs from right to left is set so."""
    first = next((c for c in text if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "")
    if first and unicodedata.bidirectional(first) != "L":
        from docx.oxml import OxmlElement

        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


def _words(*cuts: Cut | None) -> Iterator[str]:
    return (it.text for it in cuts if it is not None)


def _n(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _q(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _shading(fill: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        element.set(_q(f"w:{name}"), value)
    return element


def _shade(cell: Any, fill: str, edge: str) -> None:
    from docx.oxml import OxmlElement

    properties = cell._tc.get_or_add_tcPr()
    borders = OxmlElement("w:tcBorders")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("color", edge)):
        left.set(_q(f"w:{name}"), value)
    borders.append(left)
    properties.append(borders)
    properties.append(_shading(fill))


def _xml(text: str) -> str:
    """XML 1.0 has no control characters, not even escaped."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text)
