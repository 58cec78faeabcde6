"""Figures that must not fall: bullets of texts written for the project, against references written for it."""

from __future__ import annotations

import json

from .conftest import ROOT, Run

FLOORS = json.loads((ROOT / "benchmarks" / "floors.json").read_text(encoding="utf-8"))


def test_bullets_are_no_worse_than_they_were(run: Run) -> None:
    path = ROOT / "benchmarks" / "written" / "summaries.jsonl"
    ours, first, oracle = json.loads(run("eval", path, "--json").stdout)
    fallen = {name: (ours[name], least) for name, least in FLOORS["summaries"].items() if ours[name] < least}  # fmt: skip
    assert not fallen, "below benchmarks/floors.json"
    assert ours["ROUGE-1"] > first["ROUGE-1"]
    assert oracle["ROUGE-1"] > ours["ROUGE-1"]
    assert ours["refused"] == 0
