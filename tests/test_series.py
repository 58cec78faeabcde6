"""Series: forty sentences written for the project, and their charts."""

from __future__ import annotations

import re

import pytest

from briefer.callouts import find_callouts
from briefer.rendering.charts import ChartPoint, alt_text, is_columns, png_of, svg_for_page, svg_of
from briefer.segmenting import split_sentences
from briefer.types import Article, Block, Published, Span, article_id

from .conftest import ROOT

LINES = (ROOT / "benchmarks" / "gold" / "series.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("date", ["2026-12-20", None])
@pytest.mark.parametrize("line", LINES)
def test_series(line: str, date: str | None) -> None:
    text, expected = (part.strip() for part in line.split("=>"))
    article = Article(
        article_id("s", None, text), "s", text, (Block("paragraph", Span(0, len(text))),),
        published=Published(date, "given") if date else None,
    )  # fmt: skip
    found = [c for c in find_callouts(article, split_sentences(article)) if c.points]
    if expected.startswith("refused"):
        assert not found
        return
    (series,) = found
    points = [
        f"{p.figure.printed(text).removeprefix('Only ')} @ {p.period.span.printed(text)}" for p in series.points
    ]  # fmt: skip
    assert points == expected.split(" | ")


def test_there_are_forty() -> None:
    assert len(LINES) == 40


def points_of(*values: str) -> tuple[ChartPoint, ...]:
    return tuple(
        ChartPoint(str(2010 + i), value, f"{value} percent", float(value))
        for i, value in enumerate(values)
    )


SHORT = points_of("5.3", "6.6", "6.6", "7.3")
LONG = points_of("5.3", "6.6", "6.1", "7.3", "-1.2", "4.0", "3.9", "8.8", "5.0")


@pytest.mark.parametrize("points", [SHORT, LONG], ids=["columns", "line"])
def test_same_points_same_bytes(points: tuple[ChartPoint, ...]) -> None:
    assert svg_of(points) == svg_of(points)
    assert png_of(points) == png_of(points)


def test_columns_start_at_zero_and_are_as_high_as_their_values() -> None:
    heights = [
        float(match[1]) - float(match[2])
        for match in re.finditer(
            r"<path d=\"M [\d.]+ ([\d.]+) *\nL [\d.]+ [\d.]+ *\nL [\d.]+ ([\d.]+) ", svg_of(SHORT)
        )
    ][1:5]  # fmt: skip; the first is the background
    assert heights == pytest.approx([heights[3] * v / 7.3 for v in (5.3, 6.6, 6.6, 7.3)], rel=1e-3)


def test_every_column_has_its_number_and_time_as_text() -> None:
    labels = re.findall(r"<text[^>]*>([^<]+)</text>", svg_of(SHORT))
    assert labels == ["5.3", "2010", "6.6", "2011", "6.6", "2012", "7.3", "2013"]


def test_a_long_series_is_a_line_with_its_ends_and_extremes() -> None:
    assert not is_columns([p.time for p in LONG])
    labels = re.findall(r"<text[^>]*>([^<]+)</text>", svg_of(LONG))
    assert labels == ["5.3", "2010", "-1.2", "2014", "8.8", "2017", "5.0", "2018"]


def test_the_png_is_twice_its_size() -> None:
    data = png_of(SHORT)
    assert data.startswith(b"\x89PNG")
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    assert (width, height) == (640, 300)


def test_on_a_page_colours_follow_its_style() -> None:
    page = svg_for_page(svg_of(SHORT))
    assert "var(--accent)" in page
    assert not re.search(r"#[0-9a-f]{6}", page)


def test_hostile_labels_are_text() -> None:
    evil = points_of("1", "2", "3")
    evil = (
        *evil[:2],
        ChartPoint("\\frac{", "<b>$x$&", "<b>$x$", 3.0),
    )
    svg = svg_of(evil)
    assert "<b>" not in svg
    assert "&lt;b&gt;$x$&amp;" in svg


def test_the_alternative_says_what_is_shown() -> None:
    assert alt_text("share of those", SHORT[:3]) == (
        "Column chart of share of those: 2010: 5.3 percent; 2011: 6.6 percent; 2012: 6.6 percent"
    )
