"""`briefer eval`: the figures are those of the bullets, and a bad line says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import EXAMPLES, Run

TEXT = (EXAMPLES / "day-1" / "ferry-strike.txt").read_text(encoding="utf-8")
FIRST = "Ferry crews voted to stop work from 16 March after talks over night shifts broke down."
SECOND = "Ferry crews will strike in March; some 14,000 islanders would have no crossing."


def line(references: list[object]) -> str:
    return json.dumps({"id": "ferry", "text": TEXT, "references": references}) + "\n"


def test_a_table_of_the_model_the_first_sentences_and_the_oracle(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(line([FIRST, [SECOND]]) + "\n" + line([FIRST]))
    rows = json.loads(run("eval", path, "-n", "2", "--json").stdout)
    model, first, oracle = rows
    assert [row["system"] for row in rows] == ["all-MiniLM-L6-v2", "first 2", "oracle, 2"]
    assert 0 < first["ROUGE-1"] <= oracle["ROUGE-1"] < 100
    assert model["longest"] >= model["words a bullet"] > 5
    assert (first["trimmed"], model["refused"]) == (0, 0)
    table = run("eval", path, "-n", "2").stdout
    assert table.startswith("| | ROUGE-1 |")
    assert table.count("\n") == 5


def test_a_summary_that_is_the_text_scores_a_hundred(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    sentence = "The port of Harn opened a second quay on Tuesday."
    path.write_text(json.dumps({"id": "a", "text": sentence, "references": [sentence]}))
    rows = json.loads(run("eval", path, "-m", "lead", "--json").stdout)
    assert [round(row["ROUGE-2"]) for row in rows] == [100, 100, 100]


def test_other_systems_stand_in_the_same_table(run: Run, tmp_path: Path) -> None:
    path, other = tmp_path / "examples.jsonl", tmp_path / "other.jsonl"
    path.write_text(line([FIRST]))
    other.write_text(json.dumps({"id": "ferry", "bullets": [FIRST]}))
    rows = json.loads(
        run("eval", path, "-m", "lead", "--also", f"copyist={other}", "--json").stdout
    )
    assert [row["system"] for row in rows] == ["lead", "first 3", "copyist", "oracle, 3"]
    assert rows[2]["ROUGE-1"] == 100
    other.write_text(json.dumps({"id": "another", "bullets": []}))
    result = run("eval", path, "-m", "lead", "--also", f"copyist={other}")
    assert (result.returncode, "no bullets for 'ferry'" in result.stderr) == (1, True)
    for wrong in (str(other), f"lead={other}"):
        result = run("eval", path, "-m", "lead", "--also", wrong)
        assert (result.returncode, "NAME=FILE" in result.stderr) == (2, True)


def test_callouts_are_scored_where_the_file_names_them(run: Run, tmp_path: Path) -> None:
    text = "The port of Harn handled 8.6 million tonnes of cargo in 2025. Exports of timber fell to 740,000 tonnes."
    wanted = [
        {"figure": "8.6 million tonnes", "measure": "cargo", "period": "in 2025"},
        {
            "figure": "740,000 tonnes",
            "direction": "up",
        },  # it fell: a card that says so is not right
        {"figure": "12 ships"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": "a", "text": text, "references": ["x"], "callouts": wanted}))
    model, first, _ = json.loads(run("eval", path, "--json").stdout)
    assert model["callouts"] == {"shown": 2, "right": 1, "wanted": 3, "found": 2}
    assert "callouts" not in first
    assert "1 of 2 cards right, 2 of 3 wanted figures" in run("eval", path).stdout


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "no examples"),
        ("{broken", "x.jsonl:1: no example"),
        (line([]), "x.jsonl:1: no reference"),
        (json.dumps({"id": "a", "text": "", "references": ["b"]}), "example 'a'"),
    ],
)
def test_what_cannot_be_scored_says_why(
    run: Run, tmp_path: Path, written: str, message: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(written)
    result = run("eval", path, "-m", "lead")
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
