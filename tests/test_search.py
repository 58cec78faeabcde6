"""Searching: words that cannot be misread, numbers by their conditions, series with their sentences."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefer.errors import UsageError
from briefer.index_rows import Line
from briefer.query import read_query
from briefer.search import Index
from briefer.types import Article, Block, Bullet, Outcome, Span, Summary

from .archive_texts import write_archive
from .conftest import EXAMPLES, Run


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder / "a", 40)
    subprocess.run([sys.executable, "-m", "briefer", "-q", "batch", "a", "-o", "out"], cwd=folder, check=True)  # fmt: skip
    return folder / "out"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("ferry strike", '("ferry" AND "strike")'),
        ("ferry OR strike", '("ferry" OR "strike")'),
        ('"night shift" NOT harbour', '("night shift" NOT "harbour")'),
        ("(ferry OR bus) AND strike*", '(("ferry" OR "bus") AND "strike"*)'),
        ("title:ferry crew", '({title} : "ferry" AND "crew")'),
        ('say "AND" and or near', '("say" AND "AND" AND "and" AND "or" AND "near")'),
        ("http://x.y % strike", '("http://x.y" AND "strike")'),
        ('a"b c"', '("a" AND "b c")'),
    ],
)
def test_words_become_an_expression(text: str, match: str) -> None:
    assert read_query(text).match == match


def test_conditions_are_no_words() -> None:
    query = read_query("strike value:>1,000 value:2..7 unit:percent measure:unemployment lang:en")
    assert query.match == '"strike"'
    assert query.values == ((">", 1000.0), (">=", 2.0), ("<=", 7.0))
    assert query.filters == (("unit", "percent"), ("measure", "unemployment"), ("language", "en"))
    assert query.of_numbers


@pytest.mark.parametrize("text", ["", "  ", "AND", "ferry AND", "NOT ferry", "OR ferry", "(ferry", "ferry)", '"ferry', "value:many", "()", "%", "(" * 99])  # fmt: skip
def test_what_cannot_be_meant_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        read_query(text)


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet='ab "()*:-^{}+ANDORT', max_size=30) | st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_index(text: str) -> None:
    index = _small()
    try:
        index.search(text)
    except UsageError:
        pass
    finally:
        index.close()


def _small() -> Index:
    index = Index(Path(":memory:"))
    text = "The port of Harn closed."
    article = Article("a", "a.txt", text, (Block("paragraph", Span(0, len(text))),), language="en")
    index.put("1", [(Outcome("a.txt", article=article, summary=Summary("a", "lead", (), ())), ())])
    return index


def test_found_by_words_day_and_number(run: Run, archive: Path) -> None:
    found = run("search", "ferry AND norrvik", "--in", archive, "--json", "-n", "50")
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(rows) == 10
    assert all("Norrvik" in row["title"] for row in rows)
    late = run("search", "ferry", "norrvik", "--in", archive, "--json", "--since", "2026-03-15")
    days = [json.loads(line)["published"] for line in late.stdout.splitlines()]
    assert days
    assert min(days) >= "2026-03-15"
    high = run("search", "value:>7 unit:percent measure:unemployment", "--in", archive, "--json", "-n", "50")  # fmt: skip
    rows = [json.loads(line) for line in high.stdout.splitlines()]
    assert {f["value"] > 7 for row in rows for f in row["figures"]} == {True}
    assert len(rows) == 8
    nothing = run("search", "volcano", "--in", archive)
    assert nothing.returncode == 1
    assert "nothing was found" in nothing.stderr
    assert run("search", "ferry", "--in", "nowhere").returncode == 1
    assert run("search", "ferry", "--in", archive, "--since", "soon").returncode == 2


def test_by_meaning_other_words_are_found_too(run: Run, archive: Path) -> None:
    found = run("search", "jobless people", "--semantic", "--in", archive, "--json")
    assert found.returncode == 0, found.stderr
    assert "unemployment" in json.loads(found.stdout.splitlines()[0])["snippet"]


def test_a_measure_is_a_dated_series_with_its_sentences(run: Run, archive: Path, tmp_path: Path) -> None:  # fmt: skip
    made = run("numbers", "unemployment rate", "--in", archive, "--csv")
    assert made.returncode == 0, made.stderr
    rows = list(csv.DictReader(io.StringIO(made.stdout)))
    assert len(rows) == 40
    assert all(row["figure"] in row["sentence"] for row in rows)
    assert {row["date"] for row in rows} == {"2026-02-28"}
    assert run("numbers", "ships", "--in", archive, "--json").stdout
    assert run("numbers", "volcano", "--in", archive).returncode == 1


def test_a_chart_needs_two_days(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for month, value in (("January", 4.1), ("February", 4.4), ("March", 4.9)):
        (tmp_path / "a" / f"{month}.txt").write_text(
            f"Prices in Harn\n\nHARN, 5 April 2026 - The unemployment rate in Harn was {value} percent in {month} 2026, the office said.\n"
        )
    assert run("batch", "a", "-o", "out").returncode == 0
    made = run("numbers", "unemployment", "--in", "out", "--chart", "u.svg")
    assert made.returncode == 0, made.stderr
    svg = (tmp_path / "u.svg").read_text()
    assert "4.9 percent" in svg
    assert run("numbers", "unemployment", "--in", "out", "--chart", "u.txt").returncode == 2


def test_what_a_brief_was_made_of_is_found(run: Run) -> None:
    made = run("make", EXAMPLES / "day-1", "--date", "2026-03-05", "-o", "brief", "-f", "json")
    assert made.returncode in {0, 3}
    found = run("search", "the", "--json", "-n", "3")
    assert found.returncode == 0, found.stderr
    assert len(found.stdout.splitlines()) == 3
    again = run("make", EXAMPLES / "day-1", "--date", "2026-03-05", "-o", "brief", "-f", "json")
    assert again.returncode == made.returncode
    counted = run("search", "the", "--json", "-n", "100").stdout.splitlines()
    assert len(counted) == len({json.loads(line)["article"] for line in counted})


def test_vectors_of_a_block_that_is_put_again_are_its_new_ones(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite3")
    text = "The port of Harn closed."
    article = Article("a", "a.txt", text, (Block("paragraph", Span(0, len(text))),), language="en")
    summary = Summary("a", "m", (Bullet(text, "a", (Span(0, len(text)),), "verbatim"),), ())
    outcome = Outcome("a.txt", article=article, summary=summary)
    east, north = np.array([127, 0], np.int8), np.array([0, 127], np.int8)
    index.put("1", [(outcome, [Line(text, east.tobytes())])])
    index.put("2", [(outcome, [Line(text, east.tobytes())])])
    index.put("1", [(outcome, [Line(text, north.tobytes())])])
    hits = index.similar(np.array([0.0, 1.0], np.float32))
    assert [hit.score for hit in hits] == [1.0, 0.0]
    assert index.count() == 2
