"""Every format is made from the brief alone, says the same, and shows hostile text literally."""

from __future__ import annotations

import email
import email.policy
import html
import json
import re
import string
from pathlib import Path

import msgspec
import page
import pypdfium2
import pytest

from briefer.brief import Brief
from briefer.errors import TemplateError, UsageError
from briefer.rendering import RENDERERS, find_renderer
from briefer.rendering.jinja import environment_for, escape_markdown, wrapped
from briefer.rendering.look import Look
from briefer.rendering.view import TOP_STORIES, view_of
from briefer.rendering.word import text_of_docx
from briefer.types import (  # fmt: skip
    to_json,
)

from .briefs import HOSTILE, empty_brief, example_brief, hostile_brief
from .conftest import GOLDEN, ROOT


@pytest.fixture
def brief() -> Brief:
    return example_brief()


@pytest.fixture
def empty() -> Brief:
    return empty_brief()


@pytest.fixture
def hostile() -> Brief:
    return hostile_brief()


def render(name: str, brief: Brief, folders: tuple[Path, ...] = ()) -> bytes:
    return find_renderer(name)(brief, Look(folders)).data


def text_of_pdf(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(p.get_textpage().get_text_range() for p in document)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def visible_html(data: bytes) -> str:
    body = re.sub(r"(?s)<style>.*?</style>", "", data.decode())
    return html.unescape(re.sub(r"<[^<>]*>", "", body))


def mail_of(data: bytes) -> email.message.EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message


def words_of(name: str, data: bytes) -> str:
    """What a reader of a format reads, white space left out."""
    if name == "html":
        return squeezed(visible_html(data))
    if name == "pdf":
        return squeezed(text_of_pdf(data))
    if name == "docx":
        return squeezed(text_of_docx(data))
    if name == "eml":
        part = mail_of(data).get_body(("html",))
        assert part is not None
        return squeezed(visible_html(part.get_content().encode()))
    if name == "md":
        return squeezed(
            re.sub(r"\*\*|\[\^[^\]]*\]", "", re.sub(r"\\(?=[^\w\s])", "", data.decode()))
        )
    return squeezed(data.decode())


# --- what every format shows --------------------------------------------------------------


@pytest.mark.parametrize("name", ["html", "pdf", "eml", "md", "txt", "docx"])
def test_every_headline_bullet_figure_failure_and_source_is_in_every_format(
    name: str, brief: Brief
) -> None:
    shown = words_of(name, render(name, brief))
    view = view_of(brief)
    assert len(view.top) == TOP_STORIES
    for story in (*view.top, *view.more):
        assert squeezed(story.headline) in shown or squeezed(story.headline).upper() in shown
        for bullet in story.bullets:
            assert squeezed(bullet.text) in shown
    for card in view.cards:
        assert squeezed(card.text) in shown
        for figure in card.figures:
            assert squeezed(figure) in shown
    for failure in brief.failures:
        assert squeezed(failure.source) in shown
        assert squeezed(failure.what) in shown
    for source in view.sources:
        assert squeezed(source.source) in shown
        assert squeezed(source.byline) in shown


@pytest.mark.parametrize("name", ["html", "pdf", "eml", "md", "txt", "docx"])
def test_hostile_text_appears_literally_wherever_it_stands(name: str, hostile: Brief) -> None:
    data = render(name, hostile)
    shown = words_of(name, data)
    literal = squeezed(HOSTILE)
    places = ["Brief", "Headline", "Title", "Writer", "note", "failed", "what", "hint", "warning"]
    for place in places if name != "pdf" else places[:-1]:
        if place == "note":  # notes of an article reach the brief through its colophon
            continue
        assert place + literal in shown, place
    assert f"{literal}sank40ships,{literal}said." in shown
    if name == "html":
        assert b"<b>" not in data


def test_a_script_in_any_field_stays_text(brief: Brief) -> None:
    script = "<script>alert(1)</script>"
    evil = msgspec.json.decode(
        to_json(brief).replace(b"Ferry crews on Velland", script.encode() + b" on Velland"),
        type=Brief,
    )
    page_data = render("html", evil)
    part = mail_of(render("eml", evil)).get_body(("html",))
    assert part is not None
    for data in (page_data, part.get_content().encode()):
        assert script in visible_html(data)
        assert b"<script" not in data


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_same_brief_same_bytes(name: str, brief: Brief) -> None:
    again = msgspec.json.decode(to_json(brief), type=Brief)
    assert render(name, brief) == render(name, again)


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_an_empty_brief_says_that_it_is_empty(name: str, empty: Brief) -> None:
    data = render(name, empty)
    if name == "json":
        assert msgspec.json.decode(data, type=Brief) == empty
    else:
        shown = words_of(name, data)
        assert "Nothingtoreport" in shown
        assert "None:everysourcewasread." in shown


@pytest.mark.parametrize("name", ["html", "md", "txt", "eml", "json"])
def test_golden(name: str, brief: Brief, pytestconfig: pytest.Config) -> None:
    path = GOLDEN / f"brief.{name}"
    data = render(name, brief)
    if name == "eml":  # the attached PDF is typst's, and has tests of its own
        data = data[: data.index(b"Content-Type: application/pdf")]
    if pytestconfig.getoption("--update-golden"):
        path.write_bytes(data)
    assert data == path.read_bytes(), f"{path.name} changed; look at it, then --update-golden"


def test_golden_files_are_not_being_updated(pytestconfig: pytest.Config) -> None:
    assert not pytestconfig.getoption("--update-golden"), "for writing them only; run without"


# --- each format for itself ----------------------------------------------------------------


def test_every_mark_of_the_page_leads_to_a_sentence_and_every_anchor_is_there_once(
    brief: Brief,
) -> None:
    data = render("html", brief).decode()
    ids = re.findall(r'id="([^"]+)"', data)
    assert len(ids) == len(set(ids))
    marks = re.findall(r'popovertarget="([^"]+)"', data)
    assert len(marks) > 25
    links = re.findall(r'href="#([^"]+)"', data)
    assert set(marks) | set(links) <= set(ids)


def test_the_page_loads_nothing(brief: Brief) -> None:
    data = render("html", brief).decode()
    assert not re.search(
        r"(?i)<(?:script|link(?! rel=.icon. href=.data:,.)|img|iframe|object)|\burl\(|@import|https?://",
        data,
    )
    assert data.lower().lstrip().startswith("<!doctype html>")
    assert re.findall(r"<h1", data) == ["<h1"]


def test_the_pdf_passes_its_standards(brief: Brief, hostile: Brief, empty: Brief) -> None:
    for one in (brief, hostile, empty):
        data = render("pdf", one)
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
            assert page.is_pdf_compliant_bytes(data, profile=profile), profile


def test_the_pdf_has_its_title_outline_and_page_numbers(brief: Brief) -> None:
    document = pypdfium2.PdfDocument(render("pdf", brief))
    assert document.get_metadata_dict()["Title"] == "Morning brief, Thursday, 5 March 2026"
    outline = [item.get_title() for item in document.get_toc()]
    assert outline[0] == "Morning brief"
    assert [t for t in outline if t in {"Top stories", "By the numbers", "Gaps and disputes", "Sources"}] == [
        "Top stories", "By the numbers", "Gaps and disputes", "Sources",
    ]  # fmt: skip
    n_pages = len(document)
    for number, pdf_page in enumerate(document, start=1):
        assert f"Page {number} of {n_pages}" in pdf_page.get_textpage().get_text_range()


def test_a_glyph_that_no_font_has_is_said_and_not_drawn_as_a_box(brief: Brief) -> None:
    odd = msgspec.structs.replace(brief, title="ᚠ brief \u202e\U0001f600")
    result = find_renderer("pdf")(odd, Look())
    assert "U+16A0" in result.notes[0]
    assert "U+1F600" in result.notes[0]
    assert squeezed(result.notes[0])[:40] in squeezed(text_of_pdf(result.data))
    assert page.is_pdf_compliant_bytes(result.data, profile=page.ValidationProfile.PDF_UA_1)
    assert find_renderer("pdf")(brief, Look()).notes == ()


def test_the_mail_is_sound(brief: Brief) -> None:
    data = render("eml", brief)
    message = mail_of(data)
    assert not [defect for part in message.walk() for defect in part.defects]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf",
    ]  # fmt: skip
    for header in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"):
        assert len(message.get_all(header, [])) == 1
    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 998
    part = message.get_body(("html",))
    assert part is not None
    content = part.get_content()
    assert len(content.encode()) < 100_000
    assert not re.search(r"(?i)<(?:script|form|iframe|link)|https?://|url\(", content)
    # Each image is a part of the message, with words for those who do not see it.
    images = re.findall(r'<img src="cid:([^"]+)"[^>]* alt="Column chart of [^"]+"', content)
    parts = [part["Content-ID"].strip("<>") for part in message.walk() if part["Content-ID"]]
    assert images == parts
    assert content.count("<img") == len(images) == 1
    preheader = re.search(r'class="preheader"[^>]*>([^<]*)<', content)
    assert preheader is not None
    assert 40 <= len(html.unescape(preheader[1])) <= 100


def test_no_header_can_be_injected(brief: Brief) -> None:
    evil = msgspec.structs.replace(brief, title="Brief\r\nBcc: all@example.org\n\nbody")
    message = mail_of(render("eml", evil))
    assert "Bcc" not in message
    assert "Brief Bcc: all@example.org body" in message["Subject"]


def test_plain_text_keeps_to_76_columns(brief: Brief) -> None:
    lines = render("txt", brief).decode().splitlines()
    assert max(map(len, lines)) <= 76


def test_json_is_the_brief(brief: Brief) -> None:
    data = render("json", brief)
    assert msgspec.json.decode(data, type=Brief) == brief
    assert json.loads(data)["format"] == "briefer.brief/1"


# --- templates -----------------------------------------------------------------------------


def test_the_users_template_wins(
    brief: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, config = tmp_path / "given", tmp_path / "cfg"
    (config / "templates").mkdir(parents=True)
    given.mkdir()
    monkeypatch.setenv("BRIEFER_CONFIG", str(config))
    (config / "templates" / "brief.md").write_text("from the configuration: {{ brief.title }}")
    assert render("md", brief) == b"from the configuration: Morning brief\n"
    (given / "brief.md").write_text("given: {{ brief.n_read }}")
    assert render("md", brief, (given,)) == b"given: 13\n"
    # What the user's folder does not have comes from the package.
    assert b"TOP STORIES" in render("txt", brief, (given,))
    (given / "brief.typ").write_text(
        '#set document(title: "x")\n#set text(font: "Noto Sans")\n= Own page\n'
    )
    assert "Own page" in text_of_pdf(render("pdf", brief, (given,)))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ brief.no_such_field }}", "no_such_field"),
        ("{{ undefined_name }}", "undefined_name"),
        ("line one\n{% for %}", "brief.html:2"),
        ("{{ brief.title.__class__.__mro__ }}", "failed"),
        ("{% include 'nowhere.html' %}", "there is no template 'nowhere.html'"),
        ("one\ntwo\n{{ 1 // 0 }}", "brief.html:3"),
    ],
)
def test_a_bad_template_is_a_message_with_its_place(
    template: str, message: str, brief: Brief, tmp_path: Path
) -> None:
    (tmp_path / "brief.html").write_text(template)
    with pytest.raises(TemplateError) as caught:
        render("html", brief, (tmp_path,))
    assert message in str(caught.value)


def test_a_bad_pdf_template_is_a_message(brief: Brief, tmp_path: Path) -> None:
    (tmp_path / "brief.typ").write_text("#no-such-function()")
    with pytest.raises(TemplateError, match="unknown variable"):
        render("pdf", brief, (tmp_path,))
    (tmp_path / "brief.typ").write_text('#read("/etc/passwd")')
    with pytest.raises(TemplateError, match="PDF template failed"):
        render("pdf", brief, (tmp_path,))


def test_html_is_escaped_and_nothing_undefined_passes() -> None:
    environment = environment_for(())
    autoescape = environment.autoescape
    assert callable(autoescape)
    assert autoescape("brief.html")
    assert autoescape("email.html")
    assert not autoescape("brief.md")


def test_every_template_we_ship_ends_in_its_real_extension() -> None:
    names = {p.name for p in (ROOT / "templates").iterdir() if p.is_file()}
    assert names == {
        "batch.html",
        "brief.html",
        "brief.md",
        "brief.typ",
        "email.html",
        "email.txt",
        "site.html",
    }


@pytest.mark.parametrize(
    "text", [*string.punctuation, "# a", "1. b", "- c", "a_b*c", "<i>", "[x](y)", "&amp;"]
)
def test_markdown_is_literal(text: str) -> None:
    from markdown_it import MarkdownIt

    shown = MarkdownIt("commonmark").render(escape_markdown(text))
    assert html.unescape(shown) == f"<p>{text}</p>\n"


def test_folding_keeps_words_and_indents() -> None:
    assert wrapped("a " * 60, "* ", "  ").splitlines()[1].startswith("  a")
    assert wrapped("", "x ") == "x"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="Known: html, pdf, eml, md, txt, docx, json"):
        find_renderer("rtf")
