"""Articles in every format, cut into blocks; the hard cases are files in tests/cases/reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.errors import SourceError
from briefer.reading.decoding import decode, normalize
from briefer.reading.parsing import parse
from briefer.reading.plaintext import read_plain_text
from briefer.reading.request import Media, Request
from briefer.types import Article

from .conftest import CASES, DEVELOPMENT, EXAMPLES

MARK = "=== expected ===\n"


def article_from(data: str | bytes, media: Media = "text", *, plain: bool = False) -> Article:
    raw = data.encode() if isinstance(data, str) else data
    return parse(Request("a source", media, raw, plain))


def described(text: str) -> list[str]:
    page = read_plain_text(text)
    return [
        f"byline: {page.byline or '-'}",
        f"published: {page.published.date if page.published else '-'}",
        *(f"{block.kind}: {block.span.printed(text)}" for block in page.blocks),
    ]


@pytest.mark.parametrize("case", sorted((CASES / "reading").glob("*.txt")), ids=lambda p: p.stem)
def test_each_part_of_a_copied_page_lands_in_its_own_block(case: Path) -> None:
    text, expected = case.read_text(encoding="utf-8").split(MARK)
    assert described(text) == expected.splitlines()


def test_windows_line_ends_and_no_break_spaces_change_nothing_but_themselves() -> None:
    case = CASES / "reading" / "list_items.txt"
    text = case.read_text(encoding="utf-8").split(MARK)[0]
    odd = text.replace("3 July", "3\u00a0July").replace("\n", "\r\n")
    assert described(normalize(odd)) == described(text)
    decoded = decode(odd.encode()).text
    assert len(decoded) == len(odd)


@given(st.text(alphabet=st.sampled_from("aB .,\n\t:()-1—“”@©")) | st.text())
def test_blocks_are_disjoint_ascending_and_hold_every_word(text: str) -> None:
    text = normalize(text)
    blocks = read_plain_text(text).blocks
    spans = [block.span for block in blocks]
    assert all(span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    outside = "".join(
        text[a:b]
        for a, b in zip(
            [0, *(s.end for s in spans)], [*(s.start for s in spans), len(text)], strict=True
        )
    )
    # Only separators and list marks may lie between blocks.
    assert not any(c.isalpha() for c in outside) or "title" in {b.kind for b in blocks}


def test_a_title_given_by_the_record_is_not_looked_for_in_the_text() -> None:
    record = {
        "id": 7,
        "title": "Given title",
        "text": "A short line above it\n\nThe port handled 8 ships on Monday, it said.",
    }
    article = article_from(json.dumps(record), "record")
    assert (article.title, article.record) == ("Given title", "7")
    assert [block.kind for block in article.blocks] == ["heading", "paragraph"]


def test_a_record_keeps_its_offsets_into_its_own_text() -> None:
    text = "First\u00a0sentence here, it said. Second one follows it now."
    article = article_from(json.dumps({"text": text}), "record")
    assert len(article.text) == len(text)
    assert article.body()[0].of(article.text).startswith("First sentence")


@pytest.mark.parametrize(
    ("fields", "language", "title"),
    [
        ({"language": "en-GB", "title": "Bridge\x00\x1b]0;x\x07 opens"}, "en", "Bridge ]0;x opens"),
        ({"language": "english", "title": 12}, "und", "12"),
        (
            {"language": ["x"], "title": None, "published": 1700000000, "author": ["A B", "C D"]},
            "und",
            None,
        ),
    ],
)
def test_odd_fields_of_a_record_cost_nothing(
    fields: dict[str, object], language: str, title: str | None
) -> None:
    article = article_from(json.dumps({"text": "Ten ships came in on Monday.", **fields}), "record")
    assert (article.language, article.title) == (language, title)
    assert article.byline in {None, "A B, C D"}


def test_a_date_is_taken_only_from_where_a_page_states_its_own() -> None:
    words = "<p>The storm of 3 January 2012 damaged ten ships, the port said on Monday.</p>" * 4
    page = f"<html><head>{{}}</head><body><article>{words}</article><footer>© 2019 The Herald</footer></body></html>"
    assert article_from(page.format(""), "html").published is None
    meta = '<meta property="article:published_time" content="2031-06-01">'
    published = article_from(page.format(meta), "html").published
    assert published is not None
    assert published.date == "2031-06-01"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"title": "no text"}', "not a record"),
        ("[1, 2]", "not a record"),
        ("{broken", "not a record"),
        ('{"text": "   "}', "empty"),
        (b'{"text": "caf\xe9"}', "not a record"),
    ],
)
def test_a_bad_record_says_what_a_record_is(line: str | bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        article_from(line, "record")


def test_plain_takes_every_unit_as_prose() -> None:
    article = article_from("By Jane Doe\n\nShare\n\nSome text that is prose, he said.", plain=True)
    assert [block.kind for block in article.blocks] == ["paragraph"] * 3
    assert article.title is None


def test_markdown_words_are_kept_and_markup_dropped() -> None:
    article = article_from((EXAMPLES / "day-1" / "unemployment.md").read_bytes(), "markdown")
    assert article.title == "Joblessness in Tarn valley falls for a fourth year"
    assert article.byline == "Petra Lindqvist"
    assert article.published is not None
    assert (article.published.date, article.published.how) == ("2026-03-03", "front matter")
    body = "\n".join(span.of(article.text) for span in article.body())
    assert "fell to 5.1 percent in 2025" in body
    assert "labour survey" in body
    assert not set("*[](|") & set(body)
    kinds = {b.span.of(article.text): b.kind for b in article.blocks}
    assert kinds["Young people lag behind"] == "heading"


@pytest.mark.parametrize("name", ["day-1/flood-defences.html", "day-2/battery-plant.html"])
def test_html_gives_the_article_and_nothing_around_it(name: str) -> None:
    article = article_from((EXAMPLES / name).read_bytes(), "html")
    assert article.reader == "html:trafilatura"
    assert article.published is not None
    assert article.published.how == "metadata"
    body = "\n".join(span.of(article.text) for span in article.body())
    for furniture in ("cookie", "Home", "Boots", "SPONSORED", "Sign up", "©", "walks", "Photo:"):
        assert furniture not in body
    if "flood" in name:
        assert article.title == "Estuary flood wall to cost €310m more than planned"
        assert article.byline == "Tobias Renn"
        assert "will cost €1.24bn, a third more" in body
    else:
        assert article.byline == "Nils Åkerman"
        assert "£12.80" in body, "declared windows-1252 was not believed"


def test_a_page_that_trafilatura_cannot_read_falls_to_the_next_rung_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = "Ten ships came in on Monday, the port said. " * 3
    aside = article_from(
        f"<html><body><p>x<aside class=sidebar>{words}</aside></body></html>", "html"
    )
    assert aside.reader == "html:text"
    assert any("fallback reader" in note for note in aside.notes)
    assert "Ten ships came in" in aside.text
    monkeypatch.setattr("briefer.reading.html._trafilatura", lambda _: "")
    page = article_from(f"<html><body><article><p>{words}</p></article></body></html>", "html")
    assert page.reader == "html:resiliparse"


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(SourceError, match="no text in this page"):
        article_from("<!doctype html><html><body><script>draw()</script></body></html>", "html")


@pytest.mark.parametrize(
    ("name", "language"),
    [("day-1/ferry-strike.txt", "en"), ("day-2/eoliennes.txt", "fr")],
)
def test_languages_are_told(name: str, language: str) -> None:
    assert article_from((EXAMPLES / name).read_bytes()).language == language


def test_a_text_too_short_to_tell_has_no_language() -> None:
    assert article_from("Ten ships came in on Monday.").language == "und"


def test_the_same_words_from_the_same_source_have_the_same_id() -> None:
    one, two = (
        article_from("Ten ships came in on Monday."),
        article_from("Ten ships came in on Monday."),
    )
    assert one == two
    assert one.id != article_from("Ten ships came in on Tuesday.").id


@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="development data are not here")
def test_the_seed_article_is_cut_right() -> None:
    article = article_from((DEVELOPMENT / "seed" / "article.txt").read_bytes())
    kinds = [block.kind for block in article.blocks]
    assert kinds == [
        "boilerplate", "title", "date", "byline", *["paragraph"] * 9, "caption",
        *["paragraph"] * 9, "byline",
    ]  # fmt: skip
    assert article.byline == "Shin Hyon-hee"
    assert article.published is not None
    assert article.published.date == "2016-10-12T17:15"
    caption = next(b.span.of(article.text) for b in article.blocks if b.kind == "caption")
    assert caption.startswith("Rep. Lee Chul-woo (center)")
    assert caption.endswith("(Yonhap)")


LINES = [
    ("paragraph", line) for line in (CASES / "lines" / "prose.txt").read_text().splitlines()
] + [
    tuple(line.split(": ", 1)) for line in (CASES / "lines" / "furniture.txt").read_text().splitlines()
]  # fmt: skip

BODY = "The council met on Monday to hear the plan, and it will meet again in May to vote on it."


@pytest.mark.parametrize(("kind", "line"), LINES)
def test_single_lines_are_told_apart_in_the_middle_of_a_page(kind: str, line: str) -> None:
    text = f"A headline of some length\n\n{BODY}\n\n{line}\n\n{BODY}\n\n{BODY}\n"
    blocks = read_plain_text(text).blocks
    found = next(block.kind for block in blocks if block.span.of(text) == line)
    # A headline in the middle of a body is a subhead; all that matters is that it stays.
    assert found == kind or (
        kind == "paragraph" and found == "heading" and not line.endswith((".", "?", ")"))
    )
