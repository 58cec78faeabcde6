"""The finished documents of a professional: the PDF's demands, Word, and every script of the world that has a font."""

from __future__ import annotations

import ctypes
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import page
import pypdfium2
import pytest

from briefer.brand import Brand
from briefer.brief import Brief, Story
from briefer.errors import GateError
from briefer.rendering import find_renderer, pass_gate
from briefer.rendering.look import Look
from briefer.rendering.readback import text_of_pdf_pages
from briefer.rendering.view import view_of
from briefer.types import Article, Block, Bullet, Callout, Published, Span, article_id

from .briefs import colophon, empty_brief, example_brief, hostile_brief, long_brief
from .conftest import ROOT

BRIEFS = {"example": example_brief, "empty": empty_brief, "hostile": hostile_brief, "long": long_brief}  # fmt: skip
SENTENCES = {
    "ar": "أعلنت شركة الميناء يوم الاثنين أن 40 سفينة وصلت إلى هارن في يناير.",
    "he": "חברת הנמל הודיעה ביום שני כי 40 אוניות הגיעו בינואר.",
    "hi": "बंदरगाह कंपनी ने सोमवार को कहा कि जनवरी में 40 जहाज़ पहुंचे।",
    "th": "บริษัทท่าเรือกล่าวเมื่อวันจันทร์ว่า มีเรือ 40 ลำเข้ามาในเดือนมกราคม",
    "zh": "港口公司周一表示，一月份有40艘船抵达哈恩港，比去年同期多。",
    "ja": "港湾会社は月曜日、1月に40隻の船が到着したと発表した。",
    "ko": "항만 회사는 월요일 1월에 40척의 배가 도착했다고 밝혔다.",
    "ru": "Компания порта сообщила в понедельник, что в январе пришло 40 судов.",
    "el": "Η εταιρεία του λιμένα ανακοίνωσε ότι έφτασαν 40 πλοία.",
    "vi": "Công ty cảng cho biết hôm thứ Hai rằng 40 tàu đã đến vào tháng Giêng.",
    "en": "The port company (شركة الميناء) said 40 ships came in, up from 35, in צפון Harn.",
    "signs": "The rate rose ≥ 4 % → 5 % (−0.3 points, ½ of it) ✓ ⚠ №7 ₹40 at 北京.",
    "emoji": "The port 🚢 said 40 ships came in 😀.",
}


def pdf_of(which: str, look: Look = Look()) -> bytes:  # noqa: B008  # a value
    return find_renderer("pdf")(BRIEFS[which](), look).data


def brief_in(language: str, sentence: str) -> Brief:
    headline = sentence[:24]
    text = f"{headline}\n\n{sentence}"
    start = len(headline) + 2
    span = Span(start, len(text))
    number = re.compile(r"[49]0").search(text, start)
    assert number is not None
    at = number.start()
    article = Article(
        article_id("s", None, text), f"{language}.txt", text, (Block("title", Span(0, len(headline))), Block("paragraph", span)),
        title=headline, published=Published("2026-03-04", "header"), language=language[:2],
    )  # fmt: skip
    bullet = Bullet(sentence, article.id, (span,), "verbatim")
    callout = Callout(article.id, Span(at, at + 2), Span(at, at + 2), None, span, None)
    story = Story("s1", headline, (article.id,), (), 1, (bullet,), (callout,))
    return Brief("Brief", "2026-03-05", "UTC", article.language, (story,), (callout,), (article,), (), colophon())  # fmt: skip


@pytest.mark.parametrize("which", sorted(BRIEFS))
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_19_the_pdf_passes_its_standards(which: str, paper: Any) -> None:
    # The validator follows chains of 256 references, and the outline of 300 stories is longer.
    brief = long_brief(60) if which == "long" else BRIEFS[which]()
    brief = msgspec.structs.replace(brief, tlp="RED")
    data = find_renderer("pdf")(brief, Look(brand=Brand(paper=paper, footer="Foot"))).data
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        assert page.is_pdf_compliant_bytes(data, profile=profile), profile


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf: apt-get install qpdf")
@pytest.mark.parametrize("which", sorted(BRIEFS))
def test_19_qpdf_finds_nothing(which: str, tmp_path: Path) -> None:
    path = tmp_path / "brief.pdf"
    path.write_bytes(pdf_of(which))
    done = subprocess.run(
        ["qpdf", "--check", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_20_title_author_language_dates_and_outline() -> None:
    data = pdf_of("example")
    document = pypdfium2.PdfDocument(data)
    about = document.get_metadata_dict()
    assert about["Title"] == "Morning brief, Thursday, 5 March 2026"
    assert about["Author"] == "briefer"
    assert about["CreationDate"].startswith("D:20260305")
    assert b"/Lang (en)" in data or b"/Lang(en)" in data
    assert b"/DisplayDocTitle true" in data
    outline = [(item.level, item.get_title()) for item in document.get_toc()]
    view = view_of(example_brief())
    wanted = [(0, view.title), (1, "Top stories"), *((2, story.headline) for story in view.top), (1, "In brief"), *((2, story.headline) for story in view.more)]  # fmt: skip
    wanted += [(1, "By the numbers"), (1, "Gaps and disputes"), (1, "Sources")]
    assert outline == wanted


def test_21_fonts_are_embedded_and_every_bullet_is_found() -> None:
    data = pdf_of("example")
    text = " ".join(" ".join(text_of_pdf_pages(data)).replace("\ufffe", "-").split())
    for story in (*view_of(example_brief()).top, *view_of(example_brief()).more):
        for line in story.lines:
            assert re.sub(r"\W", "", line.text) in re.sub(r"\W", "", text)
    if shutil.which("pdffonts"):
        listed = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout.decode()  # fmt: skip
        rows = [row.split() for row in listed.splitlines()[2:]]
        assert rows
        assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), (
            listed
        )  # embedded, subset, unicode


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_21_every_script_is_drawn_and_passes_the_gate_or_is_reported(language: str) -> None:
    brief = brief_in(language, SENTENCES[language])
    for name in ("pdf", "html", "eml", "docx", "md", "txt"):
        result = find_renderer(name)(brief, Look())
        pass_gate(name, result.data, brief, Look())
        if name == "pdf":
            assert page.is_pdf_compliant_bytes(result.data, profile=page.ValidationProfile.PDF_UA_1)
            assert bool(result.notes) == (language == "emoji")
    if language == "emoji":
        assert "U+1F600 U+1F6A2" in find_renderer("pdf")(brief, Look()).notes[0]


@pytest.mark.parametrize("language", ["ar", "he", "zh", "ko", "hi", "th"])
def test_21_another_number_or_word_in_another_script_does_not_pass(language: str) -> None:
    brief = brief_in(language, SENTENCES[language])
    words = SENTENCES[language].split()
    for lie in (SENTENCES[language].replace("40", "90"), SENTENCES[language].replace(words[-1], words[-1][:-3] + words[-1][-1])):  # fmt: skip
        wrong = find_renderer("pdf")(brief_in(language, lie), Look()).data
        with pytest.raises(GateError):
            pass_gate("pdf", wrong, brief, Look())


def test_22_page_x_of_y_and_the_label_on_each_page() -> None:
    for tlp in ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"):
        brief = msgspec.structs.replace(example_brief(), tlp=tlp)
        result = find_renderer("pdf")(brief, Look())
        pass_gate("pdf", result.data, brief, Look())
        pages = text_of_pdf_pages(result.data)
        document = pypdfium2.PdfDocument(result.data)
        for number, text in enumerate(pages, start=1):
            assert f"Page {number} of {len(pages)}" in text
            assert text.count(f"TLP:{tlp}") == 2
            sheet = document[number - 1]
            words = sheet.get_textpage()
            found = words.search(f"TLP:{tlp}")
            places = [words.get_charbox(at) for at, _ in iter(found.get_next, None)]
            width, height = sheet.get_size()
            tops = sorted(box[3] for box in places)
            assert tops[0] < 0.1 * height < 0.9 * height < tops[1]  # foot and head
            assert all(box[0] > 0.6 * width for box in places)  # at the right


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("n", [12, 14, 17, 20, 23, 26, 29, 32, 40, 60, 300])
def test_23_no_heading_last_and_no_last_page_nearly_empty(n: int) -> None:
    brief = long_brief(n)
    pages = text_of_pdf_pages(find_renderer("pdf")(brief, Look()).data)
    view = view_of(brief)
    heads = {" ".join(s.headline.split()) for s in (*view.top, *view.more)} | {"TOP STORIES", "IN BRIEF", "BY THE NUMBERS", "GAPS AND DISPUTES", "SOURCES"}  # fmt: skip
    for text in pages:
        body = [line for line in lines_of(text) if not re.fullmatch(r"Page \d+ of \d+", line)]
        assert body[-1] not in heads
    last = [line for line in lines_of(pages[-1])]  # noqa: C416  # named for what it is
    assert len(last) - 2 >= 5, last
    assert len(pages) < 4 or "CONTENTS" in pages[0]


def test_24_each_mark_leads_to_its_source_and_back() -> None:
    data = pdf_of("example")
    view = view_of(example_brief())
    cited = {m.source for s in (*view.top, *view.more) for line in s.lines for m in line.marks}
    cited |= {m.source for card in view.cards for m in card.marks}
    assert cited <= {source.number for source in view.sources}
    assert all(source.quotes or source.copy_of for source in view.sources)
    assert all(card.marks and card.headline for card in view.cards)
    n_marks = sum(len(line.marks) for s in (*view.top, *view.more) for line in s.lines) + sum(len(card.marks) for card in view.cards)  # fmt: skip
    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument(data)
    there, back, n = 0, 0, 0
    contents = 0
    for sheet in document:
        words = sheet.get_textpage()
        at, link = ctypes.c_int(0), raw.FPDF_LINK()  # fmt: skip
        while raw.FPDFLink_Enumerate(sheet, at, link):
            n += 1
            box = raw.FS_RECTF()
            raw.FPDFLink_GetAnnotRect(link, box)
            said = words.get_text_bounded(box.left, box.bottom, box.right, box.top).strip()
            assert raw.FPDFLink_GetDest(document, link)
            there += bool(re.fullmatch(r"\[\d+\]", said))
            back += said == "back"
            contents += not re.fullmatch(r"\[\d+\]|back", said)
    assert (there, back) == (n_marks, n_marks)
    assert n == there + back + contents


def test_24_a_line_that_is_not_its_sentence_has_it_at_the_foot_of_the_page() -> None:
    sentence = "The port company, which is owned by the town, said 40 ships came in, up from 35 a year ago."
    brief = brief_in("en", sentence)
    article, (story,) = brief.articles[0], brief.stories
    at = article.text.index(sentence)
    gap = article.text.index(", which", at)
    parts = (Span(at, gap), Span(article.text.index(" said", at), at + len(sentence)))
    words = "The port company said 40 ships came in, up from 35 a year ago."
    shorter = Bullet(words, article.id, story.bullets[0].evidence, "trimmed", parts=parts)
    brief = msgspec.structs.replace(brief, stories=(msgspec.structs.replace(story, bullets=(shorter, *story.bullets)),))  # fmt: skip
    data = find_renderer("pdf")(brief, Look()).data
    pass_gate("pdf", data, brief, Look())
    text = " ".join(" ".join(text_of_pdf_pages(data)).split())
    assert (
        text.count(f"* {sentence}") + text.count(f"*{sentence}") == 1
    )  # of two lines one is the sentence
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        assert page.is_pdf_compliant_bytes(data, profile=profile)


def test_25_two_runs_give_the_same_bytes_without_fonts_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "brief.json").write_bytes(find_renderer("json")(example_brief(), Look()).data)
    made = []
    for i in range(2):
        # A home without fonts, and no configuration of them.
        environment = {**os.environ, "HOME": str(tmp_path), "FONTCONFIG_FILE": "/dev/null", "BRIEFER_DATA": str(tmp_path / "d"), "PYTHONHASHSEED": str(i)}  # fmt: skip
        command = [sys.executable, "-m", "briefer", "render", "brief.json", "-f", "pdf,docx,eml", "-o", str(i)]  # fmt: skip
        subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True)
        made.append([(tmp_path / str(i) / f"brief.{name}").read_bytes() for name in ("pdf", "docx", "eml")])  # fmt: skip
    assert made[0] == made[1]


# --- whatever it is called ---------------------------------------------------------------------

WORDS = [
    "", "   ", "Gaps and disputes", "Sources", "Page 1 of 2", "TLP:RED", "In brief", "By the numbers", "Top stories", "Contents", "back",
    "(characters 3–9)", "Thursday, 5 March 2026", "x" * 400, "Very long " * 200, "a\nb\tc", "50% of (crews) [strike]* .+?", "the sources disagree.",
    "12 more stories are in the attached PDF.", "model’s words", "1 source read, 0 could not be used", "[12] x", "▲ up", "Untitled", "- x", "1. x",
    "<https://a.example>", "\u202eabc", "a\u00adb", "naïve ﬁ ﬀ", "&amp; &lt;", "\\n \\* \\", "{% x %} {{ x }}", "#let x = 1", "$a$ _b_ *c*", "@ref <label>",
    "//comment", "الميناء", "港口公司", "🚢", "Nothing to report: no source gave a story.",
]  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_odd_but_honest_words_pass_in_every_place(words: str) -> None:
    brief = brief_in(
        "en", "The port company said 40 ships came in, up from 35 a year ago, in Harn."
    )
    headed = msgspec.structs.replace(brief.stories[0], headline=words)
    places = (
        (msgspec.structs.replace(brief, stories=(headed,)), Look()),
        (msgspec.structs.replace(brief, title=words), Look()),
        (msgspec.structs.replace(brief, tlp="RED"), Look(brand=Brand(name=words, footer=words))),
    )
    for one, look in places:
        for name in ("html", "pdf", "eml", "md", "txt", "docx"):
            pass_gate(name, find_renderer(name)(one, look).data, one, look)


@pytest.mark.parametrize("field", [{"language": code} for code in ("", "und", "xx", "en-GB", "zh-Hant", "ar", "<b>")] + [{"zone": zone} for zone in ("nowhere", "", "a\nb", "../../etc/passwd", "\0")] + [{"date": day} for day in ("0001-01-01", "9999-12-31", "2026-02-28T10:00:00")])  # fmt: skip
def test_odd_languages_zones_and_days_pass(field: dict[str, Any]) -> None:
    brief = msgspec.structs.replace(brief_in("en", "The port company said 40 ships came in, up from 35."), **field)  # fmt: skip
    for name in ("html", "pdf", "eml", "md", "txt", "docx"):
        pass_gate(name, find_renderer(name)(brief, Look()).data, brief, Look())


# --- Word ------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", sorted(BRIEFS))
def test_word_is_a_sound_package_with_headings_and_links(which: str) -> None:
    import docx

    data = find_renderer("docx")(BRIEFS[which](), Look()).data
    pass_gate("docx", data, BRIEFS[which](), Look())
    document = docx.Document(io.BytesIO(data))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    anchors = re.findall(r'w:anchor="([^"]+)"', xml)
    marks = re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', xml) + re.findall(r'w:name="([^"]+)" w:id="\d+"/?>', xml)  # fmt: skip
    assert set(anchors) <= set(marks)
    styles = [p.style.name for p in document.paragraphs if p.style is not None]
    assert "Title" in styles
    assert "Heading 1" in styles
    assert document.core_properties.title.endswith("5 March 2026")
    assert "descr=" in xml or not [c for c in BRIEFS[which]().numbers if c.points]
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_the_fonts_have_their_licences() -> None:
    said = (ROOT / "templates" / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    for font in (ROOT / "templates" / "fonts").glob("*.ttf"):
        family = "NotoSans" if font.name.startswith("NotoSans") else font.name
        assert family in said, font.name
    assert (ROOT / "templates" / "fonts" / "Apache-2.0.txt").is_file()
