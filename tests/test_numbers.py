"""``briefer numbers`` and conditions on numbers: every one of them, with what qualifies it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from briefer.errors import UsageError
from briefer.query import read_query

from .conftest import Run

TEXTS = {
    "jan": "HARN, 5 February 2026 - The unemployment rate in Harn was 9.8 percent in January 2026, the labour office said.",
    "feb": "HARN, 5 March 2026 - The unemployment rate in Harn was 9.4 percent in February 2026, the labour office said.",
    "bank": "HARN, 9 March 2026 - The central bank forecast that the unemployment rate in Harn would be 7.5 percent in December 2026.",
    "exports": "HARN, 9 March 2026 - Exports of Velland rose 12 percent to 4.5 billion euros from 4 billion euros in 2025, the ministry said.",
    "deficit": "HARN, 9 March 2026 - The budget deficit was 3.1 percent in 2023, 3.6 percent in 2024 and 4.2 percent in 2025, the ministry said.",
    "road": "HARN, 9 March 2026 - The new road in Cellvik is 12 kilometres long and its bridge 340 metres, the ministry said.",
    "range": "HARN, 9 March 2026 - Inflation will be between 3 and 5 percent in 2027, the central bank said.",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("numbers")
    (folder / "a").mkdir()
    for name, text in TEXTS.items():
        (folder / "a" / f"{name}.txt").write_text(f"News of {name}\n\n{text}\n")
    (folder / "a" / "copy.txt").write_bytes((folder / "a" / "jan.txt").read_bytes())
    subprocess.run([sys.executable, "-m", "briefer", "-q", "batch", "a", "-o", "out"], cwd=folder, check=True)  # fmt: skip
    return folder / "out"


def figures_of(run: Run, archive: Path, *arguments: str) -> list[str]:
    rows = run("numbers", *arguments, "--in", archive, "--csv").stdout
    return [row["figure"] for row in csv.DictReader(io.StringIO(rows))]


def test_a_series_has_all_its_points_and_a_change_its_size_and_base(run: Run, archive: Path) -> None:  # fmt: skip
    assert figures_of(run, archive, "deficit") == ["3.1 percent", "3.6 percent", "4.2 percent"]
    assert set(figures_of(run, archive, "exports")) == {"12 percent", "4.5 billion euros", "4 billion euros"}  # fmt: skip


def test_units_are_what_they_are_called_in_any_form(run: Run, archive: Path) -> None:
    assert figures_of(run, archive, "road", "--unit", "km") == ["12 kilometres"]
    assert figures_of(run, archive, "bridge", "--unit", "metre") == ["340 metres"]
    assert not figures_of(run, archive, "road", "--unit", "%")
    assert figures_of(run, archive, "deficit", "--unit", "%")
    assert figures_of(run, archive, "road", "--unit", "kilo*") == ["12 kilometres"]


def test_what_qualifies_a_figure_is_printed_beside_it(run: Run, archive: Path) -> None:
    told = run("numbers", "unemployment", "rate", "--in", archive).stdout
    assert "[forecast; The central bank]" in told
    assert "[the labour office]" in told
    exports = run("numbers", "exports", "--in", archive).stdout
    assert "[before it went up" in exports
    assert "[change, up" in exports


def test_copies_of_a_report_are_told_once(run: Run, archive: Path) -> None:
    told = run("numbers", "unemployment", "--in", archive).stdout
    assert told.count("9.8 percent in January 2026") == 1
    assert "a/copy.txt, a/jan.txt" in told


def test_a_chart_draws_what_is_said_to_be_so_and_says_what_it_leaves_out(run: Run, archive: Path, tmp_path: Path) -> None:  # fmt: skip
    made = run("numbers", "unemployment", "rate", "--in", archive, "--chart", "u.svg")
    assert made.returncode == 0, made.stderr
    assert "2 days of “unemployment rate in Harn”; 2 left out" in made.stderr
    svg = (tmp_path / "u.svg").read_text()
    assert "9.8 percent" in svg
    assert "7.5 percent" not in svg
    assert run("numbers", "deficit", "--in", archive, "--chart", "d.png").returncode == 0
    assert run("numbers", "road", "--in", archive, "--chart", "r.svg").returncode == 2


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("value:>9.5 unit:percent measure:unemployment", {"copy", "jan"}),
        ("value:4 measure:inflation", {"range"}),
        ("value:>6 measure:inflation", set()),
        ("value:4.2..4.6billion", {"exports"}),
        ("value:4.5 billion unit:EUR", {"exports"}),
        ("value:7.5%", {"bank"}),
        ("direction:UP measure:exports", {"exports"}),
    ],
)
def test_conditions(run: Run, archive: Path, asked: str, found: set[str]) -> None:
    rows = run("search", asked, "--in", archive, "--json").stdout.splitlines()
    assert {Path(json.loads(row)["source"]).stem for row in rows} == found


@pytest.mark.parametrize(
    "asked",
    [
        "ferry NOT (value:>5 tram)", "(zeppelin value:>1000) OR tram", "value:>1 OR ferry", "ferry NOT value:>1", "mesure:x", "title:", "title:(a b)",
        "value: >5", "direction:rise", "kind:bogus", 'measure:""', "measure:%", "value:5..3", "value:1,2,3", "value:5furlongs", "value:" + "9" * 400,
        " ".join(f"w{i}" for i in range(300)),
    ],
)  # fmt: skip
def test_what_would_be_misread_is_refused(asked: str) -> None:
    with pytest.raises(UsageError):
        read_query(asked)


def test_signs_of_direction_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    text = "Port of Harn\n\nHARN, 4 March 2026 - The port of Harn\u202e handled 340 ships in February, the port said.\n"
    (tmp_path / "a.txt").write_text(text)
    assert run("batch", "a.txt", "-o", "out").returncode == 0
    for command in (("search", "port"), ("numbers", "ships")):
        found = run(*command, "--in", "out")
        assert found.returncode == 0
        assert "\u202e" not in found.stdout


@pytest.mark.parametrize("options", [("--since", "2026-02-01", "--until", "2026-01-01"), ("--since", "soon"), ("--csv", "--json")])  # fmt: skip
def test_options_that_cannot_be_meant(run: Run, archive: Path, options: tuple[str, ...]) -> None:
    made = run("numbers", "ships", "--in", archive, *options)
    assert made.returncode == 2
    assert options[0] in made.stderr
