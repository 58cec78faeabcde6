"""From a hub on loopback to a finished brief, with a tiny model of each kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import tiny
from .conftest import Run
from .hub import serving

ARTICLE = "Ferry crews vote to strike\n\nHARN, 4 March 2026 - " + "\n\n".join(tiny.TEXT) + "\n"
ANSWER = (
    "Ferry crews voted to stop work from 16 March, their union said. "
    "The walkout would halt all nine routes in Norrvik."
)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taught")
    tiny.make_taught(folder, " ".join(tiny.TEXT), ANSWER, max_length=80)
    return folder


def test_a_seq2seq_model_makes_a_brief(run: Run, taught: Path, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(ARTICLE)
    there = {"BRIEFER_CACHE": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hf")}
    asked = ("make", "ferry.txt", "-m", "small", "--date", "2026-03-05", "-o", "out")
    with serving() as hub:
        hub.repositories["melk/bart"] = taught
        there["HF_ENDPOINT"] = hub.url
        assert run("models", "add", "melk/bart", "--name", "small", **there).returncode == 0
        missing = run(*asked, **there)
        assert missing.returncode == 1
        assert "Fetch them once with `briefer models pull small`" in missing.stderr
        pulled = run("models", "pull", "small", **there)
        assert pulled.returncode == 0, pulled.stderr
    # The hub is gone: nothing of what follows needs it.
    made = run(*asked, **there)
    assert made.returncode == 0, made.stderr
    assert len(made.stdout.split()) == 6
    brief: dict[str, Any] = json.loads((tmp_path / "out" / "brief.json").read_text())
    bullets = brief["stories"][0]["bullets"]
    assert [bullet["status"] for bullet in bullets] == ["generated", "fallback"]
    assert bullets[0]["text"] == "Ferry crews voted to stop work from 16 March, their union said."
    assert brief["colophon"]["bullets_refused"] == 1  # nobody spoke of Norrvik
    text = (tmp_path / "out" / "brief.txt").read_text()
    assert "(model’s words)" in text
    assert "1 bullet is in the words of small" in " ".join(text.split())
    # The reference runtime says the same, and so does a second run from the store.
    told = [
        run("summarize", "ferry.txt", "-m", "small", "--json", *extra, **there).stdout
        for extra in ((), ("--runtime", "torch"))
    ]
    assert told[0] == told[1]
    assert json.loads(told[0])["bullets"][0]["status"] == "generated"
